"""The only writers of rounds and tasks: who decides, what is refused, and one event for each decision.

A decision is one transaction with its event; a refused one stores nothing but an event that says so. All raise
planportal.web.refusals.Refusal. Figures are written by targets.services alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import City, Department, User
from planportal.plan.models import Plan
from planportal.reporting.calendar import Window, regular_window, task_window
from planportal.reporting.digests import unconfirmed
from planportal.reporting.models import Digest, ReportingEvent, Round, Task, TaskPause, TaskState
from planportal.web.refusals import Conflict, Fault, Invalid, Refusal
from planportal.web.said import says_something
from planportal.web.writing import written_day
from targets import amendments, permissions
from targets.amendments import Decision
from targets.models import Target, TargetAmendment

Action = ReportingEvent.Action
LONGEST_REASON = 1000


@dataclass(frozen=True)
class About:
    """What a decision is about; the plan follows from the most particular of the three."""

    plan: Plan
    round: Round | None = None
    task: Task | None = None
    target: Target | None = None

    @classmethod
    def of_task(cls, task: Task) -> "About":
        return cls(plan=task.round.plan, round=task.round, task=task, target=task.target)


def round_open(*, by: User, plan: Plan, year: int, opens_on: date | None = None, due_on: date | None = None) -> Round:
    """Opens the round of a year with its tasks: one a target, and one a prefecture where the target asks for them.

    Without days of its own it has the regular ones (see calendar.regular_window). Refused: 403 not_administrator;
    400 year_out_of_range, or due_before_opening; 409 round_exists.
    """
    with _decision(Action.ROUND_OPENED, by=by, about=About(plan)) as record:
        refuse_all_but_administrators(by)
        _refuse_year(plan, year)
        regular = regular_window(year, timezone.localdate())
        window = Window(opens_on or regular.opens_on, due_on or regular.due_on)
        _refuse_window(window)
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
            detail=_("%(year)s 年，%(opens)s至%(due)s，%(count)s 项任务")
            % {
                "year": year,
                "opens": written_day(window.opens_on),
                "due": written_day(window.due_on),
                "count": count,
            },
        )
    return made


def round_complete(*, by: User, reporting_round: Round) -> int:
    """Adds the tasks that a round lacks by now, such as those of prefectures asked for since; their count.

    Repeating it adds nothing. Refused: 403 not_administrator.
    """
    with _decision(Action.ROUND_COMPLETED, by=by, about=About(reporting_round.plan, round=reporting_round)) as record:
        refuse_all_but_administrators(by)
        count = _add_missing_tasks(reporting_round)
        if count:
            record(detail=_("补建 %(count)s 项任务") % {"count": count})
    return count


def round_change_dates(*, by: User, reporting_round: Round, opens_on: date, due_on: date, reason: str) -> Round:
    """Moves a round, and with it every task that has no exception of its own.

    Refused: 403 not_administrator; 400 due_before_opening, reason_required.
    """
    with _decision(Action.ROUND_DATED, by=by, about=About(reporting_round.plan, round=reporting_round)) as record:
        refuse_all_but_administrators(by)
        window = Window(opens_on, due_on)
        _refuse_window(window)
        _refuse_bad_reason(reason)
        was = (reporting_round.opens_on, reporting_round.due_on)
        Round.objects.filter(pk=reporting_round.pk).update(opens_on=opens_on, due_on=due_on)
        reporting_round.opens_on, reporting_round.due_on = opens_on, due_on
        for task in reporting_round.tasks.select_for_update().select_related("target").order_by("pk"):
            own = task_window(window, reporting_round.year, task.target.release_month)
            due = max(task.due_on, own.opens_on) if task.is_extended else own.due_on
            Task.objects.filter(pk=task.pk).update(opens_on=own.opens_on, due_on=due, regular_due_on=own.due_on)
        record(
            why=reason,
            detail=_("%(was)s 改为 %(now)s") % {"was": _days(*was), "now": _days(opens_on, due_on)},
        )
    return reporting_round


def task_extend(*, by: User, task: Task, due_on: date, reason: str) -> Task:
    """Gives one task another due date. Refused: 403 not_administrator; 400 due_before_opening, reason_required."""
    with _decision(Action.TASK_EXTENDED, by=by, about=About.of_task(task)) as record:
        refuse_all_but_administrators(by)
        _refuse_window(Window(task.opens_on, due_on))
        _refuse_bad_reason(reason)
        was, task.due_on = task.due_on, due_on
        Task.objects.filter(pk=task.pk).update(due_on=due_on)
        record(
            why=reason,
            detail=_("截止日期由%(was)s改为%(now)s") % {"was": written_day(was), "now": written_day(due_on)},
        )
    return task


def task_pause(*, by: User, task: Task, until: date, reason: str) -> TaskPause:
    """Stops chasing a task from today through a day; the days do not count as overdue.

    Refused: 403 not_administrator; 400 until_in_the_past, reason_required; 409 paused_already.
    """
    with _decision(Action.PAUSED, by=by, about=About.of_task(task)) as record:
        refuse_all_but_administrators(by)
        today = timezone.localdate()
        _refuse_past("until", until, today)
        _refuse_bad_reason(reason)
        Task.objects.select_for_update().get(pk=task.pk)
        if task.pauses.filter(ends_on__gte=today).exists():
            raise Conflict("paused_already", _("这项任务已在暂停催报。"))
        pause = TaskPause.objects.create(task=task, starts_on=today, ends_on=until, reason=reason.strip())
        record(why=reason, detail=_("暂停至%(until)s") % {"until": written_day(until)})
    return pause


def task_resume(*, by: User, task: Task) -> None:
    """Chases a paused task again from today on. Refused: 403 not_administrator; 409 not_paused."""
    with _decision(Action.RESUMED, by=by, about=About.of_task(task)) as record:
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

    Declaring again replaces what was declared. Refused: 403 read_only or not_responsible; 400 until_in_the_past,
    reason_required; 409 already_reported where a figure is on its way or in force.
    """
    with _decision(Action.DECLARED_UNAVAILABLE, by=by, about=About.of_task(task)) as record:
        _refuse_reporter(by, task)
        _refuse_past("until", until, timezone.localdate())
        _refuse_bad_reason(reason)
        figures = task.target.figures.filter(city=task.city, year=task.round.year)
        if figures.open().exists() or figures.in_force().filter(value__isnull=False).exists():
            raise Conflict("already_reported", _("这项数据已有人填报，不能再声明暂无数据。"))
        _put_declaration(task, until, reason.strip())
        record(why=reason, detail=_("暂无数据，%(until)s后再报") % {"until": written_day(until)})
    return task


def task_end_declaration(*, by: User, task: Task) -> Task:
    """Takes a declaration back. Refused: 403 read_only or not_responsible; 409 not_declared."""
    with _decision(Action.DECLARATION_ENDED, by=by, about=About.of_task(task)) as record:
        _refuse_reporter(by, task)
        if task.unavailable_until is None:
            raise Conflict("not_declared", _("这项任务没有声明过暂无数据。"))
        _put_declaration(task, None, "")
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

    Tasks that are not done go to the new department, and those without an exception get the new days. Figures stay
    with whoever entered them. Refused: 403 not_administrator; 400 for a field that is wrong, reason_required.
    """
    with _decision(Action.TARGET_CONFIGURED, by=by, about=About(target.plan, target=target)) as record:
        refuse_all_but_administrators(by)
        _refuse_bad_reason(reason)
        if asks_cities and not target.additive:
            message = _("“%(target)s”是比率，各市（地）数不能加总，不分市（地）报送。") % {"target": target.name}
            raise Invalid(Fault("asks_cities", "not_additive", message))
        values = {
            "department": department,
            "release_month": release_month,
            "source_hint": source_hint.strip(),
            "asks_cities": asks_cities,
            "second_review": second_review,
        }
        detail = _differences(target, values)
        for name, value in values.items():
            setattr(target, name, value)
        _refuse_model_faults(target, values)
        Target.objects.filter(pk=target.pk).update(**values)
        _fit_tasks(target, viewer=by)
        record(why=reason, detail=detail)
    return target


def target_amend(*, by: User, target: Target, decision: Decision, if_amendments: int | None = None) -> TargetAmendment:
    """Records a decision that changes a target's value, and who recorded it; refused as amendments.target_amend."""
    with _decision(Action.TARGET_AMENDED, by=by, about=About(target.plan, target=target)) as record:
        made = amendments.target_amend(
            by=by,
            target=target,
            new_value=decision.new_value,
            decided_on=decision.decided_on,
            document=decision.document,
            reason=decision.reason,
            if_amendments=if_amendments,
        )
        facts = {
            "was": f"{made.old_value:.{target.decimals}f}",
            "now": f"{made.new_value:.{target.decimals}f}",
            "day": written_day(made.decided_on),
            "document": made.document,
        }
        record(why=made.reason, detail=_("目标值：%(was)s → %(now)s（%(day)s，%(document)s）") % facts)
    return made


def digest_settle(*, by: User, plan: Plan, digest: Digest) -> None:
    """Says that the person of an e-mail that nobody confirmed was told by other means.

    Refused: 403 not_administrator; 409 mail_not_open where it was confirmed, settled, or may still be on its way.
    """
    with _decision(Action.MAIL_SETTLED, by=by, about=About(plan)) as record:
        refuse_all_but_administrators(by)
        now = timezone.now()
        if not unconfirmed(now).filter(pk=digest.pk).update(settled_at=now, settled_by=by):
            raise Conflict("mail_not_open", _("这封邮件已经确认发出、已经处理，或者仍在发送。"))
        record(
            detail=_("%(person)s %(day)s的邮件，已另行告知")
            % {"person": digest.person, "day": written_day(digest.day)}
        )


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


def _fit_tasks(target: Target, *, viewer: User) -> None:
    """Gives the tasks that are not done the target's department, and its days where they have no exception."""
    tasks = Task.objects.filter(target=target).with_state(viewer, timezone.localdate())
    for task in tasks.exclude(Q(state=TaskState.APPROVED)).select_related("round"):
        own = task_window(Window(task.round.opens_on, task.round.due_on), task.round.year, target.release_month)
        due = max(task.due_on, own.opens_on) if task.is_extended else own.due_on
        Task.objects.filter(pk=task.pk).update(
            department=target.department_id, opens_on=own.opens_on, due_on=due, regular_due_on=own.due_on
        )


def _put_declaration(task: Task, until: date | None, reason: str) -> None:
    task.unavailable_until, task.unavailable_reason = until, reason
    Task.objects.filter(pk=task.pk).update(unavailable_until=until, unavailable_reason=reason)


Record = Callable[..., None]


@contextmanager
def _decision(action: str, *, by: User, about: About) -> Iterator[Record]:
    """One decision: what it records is stored with it; a refusal is stored by itself, after the rollback."""

    def record(of: About = about, *, why: str = "", detail: str = "") -> None:
        _store_event(of, action=action, actor=by, why=why.strip(), detail=detail[:LONGEST_REASON])

    try:
        with transaction.atomic():
            yield record
    except Refusal as refusal:
        with transaction.atomic():
            why = str(refusal).replace("\x00", "\ufffd")[:LONGEST_REASON]
            _store_event(about, action=Action.REFUSED, attempted=action, actor=by, why=why, code=refusal.code)
        raise


def _store_event(about: About, **values: Any) -> None:
    ReportingEvent.objects.create(
        plan=about.plan, round=about.round, task=about.task, target=about.target, at=timezone.now(), **values
    )


def _refuse_reporter(by: User, task: Task) -> None:
    permissions.refuse_entry(by, task.target)


def _refuse_year(plan: Plan, year: int) -> None:
    if not plan.base_year <= year <= plan.end_year:
        message = _("年份 %(year)s 不在 %(first)s 至 %(last)s 年之间。")
        values = {"year": year, "first": plan.base_year, "last": plan.end_year}
        raise Invalid(Fault("year", "year_out_of_range", message % values))


def _refuse_window(window: Window) -> None:
    if window.due_on < window.opens_on:
        message = _("截止日期%(due)s早于开放日期%(opens)s。")
        values = {"due": written_day(window.due_on), "opens": written_day(window.opens_on)}
        raise Invalid(Fault("due_on", "due_before_opening", message % values))


def _refuse_past(field: str, day: date, today: date) -> None:
    if day < today:
        message = _("%(day)s已经过去，可用今天（%(today)s）或以后的日期。")
        values = {"day": written_day(day), "today": written_day(today)}
        raise Invalid(Fault(field, "until_in_the_past", message % values))


def _refuse_bad_reason(reason: str) -> None:
    if not says_something(reason):
        raise Invalid(Fault("reason", "reason_required", _("请写明理由。")))
    if len(reason.strip()) > LONGEST_REASON:
        message = _("理由有 %(length)s 字，最多 %(most)s 字。")
        values = {"length": len(reason.strip()), "most": LONGEST_REASON}
        raise Invalid(Fault("reason", "max_length", message % values))


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


def _differences(target: Target, values: dict[str, Any]) -> str:
    """What changes, as "责任单位：甲 → 乙；…"."""
    parts = [
        f"{_label(name)}：{_said(getattr(target, name))} → {_said(value)}"
        for name, value in values.items()
        if getattr(target, name) != value
    ]
    return "；".join(parts)


def _label(name: str) -> str:
    column = Target._meta.get_field(name)
    assert isinstance(column, Field)
    return str(column.verbose_name)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value) if value not in (None, "") else _("（无）")


def _days(opens_on: date, due_on: date) -> str:
    return f"{written_day(opens_on)}—{written_day(due_on)}"
