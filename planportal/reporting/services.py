"""The only writers of rounds and tasks: who decides, what is refused, and one event for each decision (decisions.py).

All raise planportal.web.refusals.Refusal. Figures are written by targets.services alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import City, Department, User
from planportal.plan.models import Plan
from planportal.reporting import decision_words
from planportal.reporting.calendar import Window, regular_window, task_window
from planportal.reporting.day_rules import (
    refuse_bad_reason,
    refuse_due_in_past,
    refuse_endless_declaration,
    refuse_extension,
    refuse_until,
    refuse_window,
    refuse_year,
)
from planportal.reporting.decisions import About, Action, deciding
from planportal.reporting.digests import unconfirmed
from planportal.reporting.models import Digest, Round, Task, TaskPause
from planportal.web.refusals import Conflict, Fault, Invalid
from planportal.web.writing import translated
from targets import amendments, permissions
from targets.amendments import Decision
from targets.models import Target, TargetAmendment


def round_open(*, by: User, plan: Plan, year: int, opens_on: date | None = None, due_on: date | None = None) -> Round:
    """Opens the round of a year with its tasks: one a target, and one a prefecture where the target asks for them.

    Without days of its own it has the regular ones (see calendar.regular_window). Refused: 403 not_administrator;
    400 year_out_of_range, or due_before_opening; 409 round_exists.
    """
    with deciding(Action.ROUND_OPENED, by=by, about=About(plan)) as record:
        refuse_all_but_administrators(by)
        refuse_year(plan, year)
        regular = regular_window(year, timezone.localdate())
        window = Window(opens_on or regular.opens_on, due_on or regular.due_on)
        refuse_window(window)
        try:
            with transaction.atomic():
                made = Round.objects.create(
                    plan=plan,
                    year=year,
                    opens_on=window.opens_on,
                    due_on=window.due_on,
                    created_at=timezone.now(),
                    created_by=by,
                )
        except IntegrityError:
            raise Conflict("round_exists", _("%(year)s 年的报送已经开启。") % {"year": year}) from None
        count = _add_missing_tasks(made)
        record(
            About(plan, round=made),
            detail=decision_words.opened(year, window, count),
        )
    return made


def round_complete(*, by: User, reporting_round: Round) -> int:
    """Adds the tasks that a round lacks by now, such as those of prefectures asked for since; their count.

    Repeating it adds nothing, and of two at once the second finds nothing missing. Refused: 403 not_administrator.
    """
    with deciding(Action.ROUND_COMPLETED, by=by, about=About(reporting_round.plan, round=reporting_round)) as record:
        refuse_all_but_administrators(by)
        current = Round.objects.select_for_update().select_related("plan").get(pk=reporting_round.pk)
        count = _add_missing_tasks(current)
        if count:
            record(detail=decision_words.completed(count))
    return count


def round_change_dates(*, by: User, reporting_round: Round, opens_on: date, due_on: date, reason: str) -> Round:
    """Moves a round and its tasks; an exception keeps its own day where that is later, and has it back later on.

    A task that is settled gets no earlier due date: what was in time stays in time. Refused: 403 not_administrator;
    400 due_before_opening, due_in_past, reason_required.
    """
    with deciding(Action.ROUND_DATED, by=by, about=About(reporting_round.plan, round=reporting_round)) as record:
        refuse_all_but_administrators(by)
        window, today = Window(opens_on, due_on), timezone.localdate()
        refuse_window(window)
        refuse_due_in_past(due_on, today)
        refuse_bad_reason(reason)
        was = Window(reporting_round.opens_on, reporting_round.due_on)
        Round.objects.filter(pk=reporting_round.pk).update(opens_on=opens_on, due_on=due_on)
        reporting_round.opens_on, reporting_round.due_on = opens_on, due_on
        tasks = reporting_round.tasks.select_for_update(of=("self",)).with_deadline(today)
        for task in tasks.select_related("target").order_by("pk"):
            _date(task, task_window(window, reporting_round.year, task.target.release_month))
        record(why=reason, detail=decision_words.dated(was, window))
    return reporting_round


def task_extend(*, by: User, task: Task, due_on: date, reason: str) -> Task:
    """Gives one task a due date of its own, later than the round's; a second exception replaces the first.

    Refused: 403 not_administrator; 400 due_before_opening, due_in_past, due_not_later, reason_required.
    """
    with deciding(Action.TASK_EXTENDED, by=by, about=About.of_task(task)) as record:
        refuse_all_but_administrators(by)
        current = Task.objects.select_for_update().get(pk=task.pk)
        refuse_window(Window(current.opens_on, due_on))
        refuse_due_in_past(due_on, timezone.localdate())
        refuse_extension(current, due_on)
        refuse_bad_reason(reason)
        Task.objects.filter(pk=task.pk).update(due_on=due_on, extended_to=due_on)
        task.due_on = task.extended_to = due_on
        record(why=reason, detail=decision_words.extended(current.due_on, due_on))
    return task


def task_pause(*, by: User, task: Task, until: date, reason: str) -> TaskPause:
    """Stops chasing a task from today through a day; the days do not count as overdue.

    Refused: 403 not_administrator; 400 until_in_the_past, reason_required; 409 paused_already.
    """
    with deciding(Action.PAUSED, by=by, about=About.of_task(task)) as record:
        refuse_all_but_administrators(by)
        today = timezone.localdate()
        refuse_until(until, today)
        refuse_bad_reason(reason)
        Task.objects.select_for_update().get(pk=task.pk)
        if task.pauses.filter(ends_on__gte=today).exists():
            raise Conflict("paused_already", _("这项任务已在暂停催报。"))
        pause = TaskPause.objects.create(task=task, starts_on=today, ends_on=until, reason=reason.strip())
        record(why=reason, detail=decision_words.paused(until))
    return pause


def task_resume(*, by: User, task: Task) -> None:
    """Chases a paused task again from today on. Refused: 403 not_administrator; 409 not_paused."""
    with deciding(Action.RESUMED, by=by, about=About.of_task(task)) as record:
        refuse_all_but_administrators(by)
        today = timezone.localdate()
        running = task.pauses.select_for_update().filter(ends_on__gte=today).order_by("pk").first()
        if running is None:
            raise Conflict("not_paused", _("这项任务没有在暂停催报。"))
        if running.starts_on == today:
            running.delete()
        else:
            TaskPause.objects.filter(pk=running.pk).update(ends_on=today - timedelta(days=1))
        record()


def task_declare_unavailable(*, by: User, task: Task, until: date, reason: str) -> Task:
    """Says that the figure does not exist for now; nobody asks for it again until the day after `until`.

    From then on there are 30 days to report it. Declaring again replaces what was declared. Refused: 403 read_only or
    not_responsible; 400 until_in_the_past, until_too_late (more than a year), reason_required; 409 already_reported
    where a figure is on its way or in force.
    """
    with deciding(Action.DECLARED_UNAVAILABLE, by=by, about=About.of_task(task)) as record:
        _refuse_reporter(by, task)
        refuse_until(until, timezone.localdate())
        refuse_endless_declaration(until, timezone.localdate())
        refuse_bad_reason(reason)
        figures = task.target.figures.filter(city=task.city, year=task.round.year)
        if figures.open().exists() or figures.in_force().filter(value__isnull=False).exists():
            raise Conflict("already_reported", _("这项数据已有人填报，不能再声明暂无数据。"))
        _put_declaration(task, until, reason.strip())
        record(why=reason, detail=decision_words.declared(until))
    return task


def task_end_declaration(*, by: User, task: Task) -> Task:
    """Ends a declaration: its last day was yesterday, and from there on there are 30 days as after its expiry.

    Refused: 403 read_only or not_responsible; 409 not_declared.
    """
    with deciding(Action.DECLARATION_ENDED, by=by, about=About.of_task(task)) as record:
        _refuse_reporter(by, task)
        today = timezone.localdate()
        current = Task.objects.select_for_update().get(pk=task.pk)
        if current.unavailable_until is None or current.unavailable_until < today:
            raise Conflict("not_declared", _("这项任务没有声明过暂无数据。"))
        _put_declaration(task, today - timedelta(days=1), current.unavailable_reason)
        record()
    return task


def target_configure(
    *,
    by: User,
    target: Target,
    department: Department,
    release_month: int | None,
    source_hint: str,
    asks_cities: bool,
    second_review: bool,
    reason: str,
) -> Target:
    """Says who reports a target, from which source, when that is published, for which areas, and how it is reviewed.

    All its tasks go to the new department, done ones too, for one can open again; those that are not done get the new
    days. Figures stay with whoever entered them. Prefectures' tasks that are not settled are no longer asked for once
    the target does not ask for them, and are again when it does; the event says how many.
    Refused: 403 not_administrator; 400 for a field that is wrong, reason_required.
    """
    with deciding(Action.TARGET_CONFIGURED, by=by, about=About(target.plan, target=target)) as record:
        refuse_all_but_administrators(by)
        refuse_bad_reason(reason)
        if asks_cities and not target.additive:
            message = _("“%(target)s”是比率，各市（地）数不能加总，不分市（地）报送。") % {
                "target": translated(target.name)
            }
            raise Invalid(Fault("asks_cities", "not_additive", message))
        values = {
            "department": department,
            "release_month": release_month,
            "source_hint": source_hint.strip(),
            "asks_cities": asks_cities,
            "second_review": second_review,
        }
        # As round_complete does: tasks are not added while it changes for whom they are asked.
        list(Round.objects.select_for_update().filter(plan=target.plan).order_by("pk"))
        detail = decision_words.configured(target, values)
        for name, value in values.items():
            setattr(target, name, value)
        _refuse_model_faults(target, values)
        Target.objects.filter(pk=target.pk).update(**values)
        _fit_tasks(target)
        record(why=reason, detail=detail)
    return target


def target_amend(*, by: User, target: Target, decision: Decision, if_amendments: int | None = None) -> TargetAmendment:
    """Records a decision that changes a target's value, and who recorded it; refused as amendments.target_amend."""
    with deciding(Action.TARGET_AMENDED, by=by, about=About(target.plan, target=target)) as record:
        made = amendments.target_amend(
            by=by,
            target=target,
            new_value=decision.new_value,
            decided_on=decision.decided_on,
            document=decision.document,
            reason=decision.reason,
            if_amendments=if_amendments,
        )
        record(why=made.reason, detail=decision_words.amended(target, made))
    return made


def digest_settle(*, by: User, plan: Plan, digest: Digest) -> None:
    """Says that the person of an e-mail that nobody confirmed was told by other means.

    Refused: 403 not_administrator; 409 mail_not_open where it was confirmed, settled, or may still be on its way.
    """
    with deciding(Action.MAIL_SETTLED, by=by, about=About(plan)) as record:
        refuse_all_but_administrators(by)
        now = timezone.now()
        if not unconfirmed(now).filter(pk=digest.pk).update(settled_at=now, settled_by=by):
            raise Conflict("mail_not_open", _("这封邮件已经确认发出、已经处理，或者仍在发送。"))
        record(detail=decision_words.mail_settled(digest))


def missing_tasks(rounds: Sequence[Round]) -> list[Task]:
    """The tasks that rounds of one plan lack by now, not stored; three queries whatever their number."""
    if not rounds:
        return []
    have = set(Task.objects.filter(round__in=rounds).values_list("round_id", "target_id", "city_id"))
    cities = list(City.objects.all())
    targets = list(rounds[0].plan.targets.select_related("plan").order_by("number"))
    return [
        _task(reporting_round, target, city)
        for reporting_round in rounds
        for target in targets
        for city in _areas_asked(target, reporting_round.year, cities)
        if (reporting_round.pk, target.pk, city.pk if city else None) not in have
    ]


def _add_missing_tasks(reporting_round: Round) -> int:
    return len(Task.objects.bulk_create(missing_tasks([reporting_round])))


def _task(reporting_round: Round, target: Target, city: City | None) -> Task:
    window = Window(reporting_round.opens_on, reporting_round.due_on)
    own = task_window(window, reporting_round.year, target.release_month)
    return Task(
        round=reporting_round,
        target=target,
        city=city,
        department_id=target.department_id,
        opens_on=own.opens_on,
        due_on=own.due_on,
        regular_due_on=own.due_on,
    )


def _areas_asked(target: Target, year: int, cities: Iterable[City]) -> list[City | None]:
    """The province, unless the plan itself says that year's value; the prefectures where the target asks for them."""
    province: list[City | None] = [] if target.prints_value_of(year) else [None]
    return province + (list(cities) if target.asks_cities else [])


def _fit_tasks(target: Target) -> None:
    """Gives a target's tasks its department and the days of its source."""
    Task.objects.filter(target=target).update(department=target.department_id)
    for task in Task.objects.filter(target=target).with_deadline(timezone.localdate()).select_related("round"):
        _date(task, task_window(Window(task.round.opens_on, task.round.due_on), task.round.year, target.release_month))


def _date(task: Task, own: Window) -> None:
    """Gives a task read `with_deadline` other regular days; where it has an exception, the later due date.

    A settled one never gets an earlier due date, for it was handed in by the present one; a later one excuses it as it
    does the others.
    """
    due_days = [own.due_on, task.extended_to, task.due_on if task.is_settled else None]
    due_on = max(day for day in due_days if day is not None)
    Task.objects.filter(pk=task.pk).update(opens_on=own.opens_on, due_on=due_on, regular_due_on=own.due_on)


def _put_declaration(task: Task, until: date | None, reason: str) -> None:
    task.unavailable_until, task.unavailable_reason = until, reason
    Task.objects.filter(pk=task.pk).update(unavailable_until=until, unavailable_reason=reason)


def _refuse_reporter(by: User, task: Task) -> None:
    permissions.refuse_entry(by, task.target)


def _refuse_model_faults(target: Target, values: dict[str, Any]) -> None:
    """What the model's columns and constraints refuse of the values given."""
    others = {field.name for field in Target._meta.fields} - set(values)
    try:
        target.clean_fields(exclude=others)
    except ValidationError as error:
        faults = [
            Fault(name, item.code or "invalid", "".join(item.messages))
            for name, items in error.error_dict.items()
            for item in items
        ]
        raise Invalid(*faults) from None
