"""What an administrator is shown: the years of a plan, what needs a decision, and tasks with their state and days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.accounts.models import Department, Role, User
from planportal.corrections.models import Correction, CorrectionState
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.reporting.digests import unconfirmed
from planportal.reporting.models import ReportingEvent, Round, Task, TaskPause, TaskState
from planportal.reporting.models.task import TaskQuerySet
from planportal.reporting.queues import figure_years
from planportal.reporting.services import missing_tasks
from targets.models import Target

OVERDUE = "overdue"
# An administrator is told of no draft and no return: both are still to be reported.
STATES_SHOWN = (
    (TaskState.APPROVED.value, TaskState.APPROVED.label),
    (TaskState.SUBMITTED.value, TaskState.SUBMITTED.label),
    (TaskState.OPEN.value, TaskState.OPEN.label),
    (OVERDUE, gettext_lazy("逾期")),
    (TaskState.NOT_YET_OPEN.value, TaskState.NOT_YET_OPEN.label),
    (TaskState.DECLARED_UNAVAILABLE.value, TaskState.DECLARED_UNAVAILABLE.label),
)
DECISIONS_SHOWN = 10
REVIEWERS_OF_TWO_LEVELS = 2


@dataclass(frozen=True)
class Count:
    """How many tasks of a round are in a state, and the list of them."""

    label: str
    number: int
    address: str


@dataclass(frozen=True)
class YearLine:
    """A year of the plan: its round with the count of tasks by state; without a round, None and nothing."""

    year: int
    round: Round | None
    total: int
    counts: Sequence[Count]


@dataclass(frozen=True)
class Need:
    """Something that only an administrator can put right, and where."""

    sentence: str
    action: str
    address: str


@dataclass(frozen=True)
class Overview:
    """The first page of the administration."""

    finding: str
    columns: Sequence[str]
    lines: Sequence[YearLine]
    needs: Sequence[Need]
    decisions: Sequence[ReportingEvent]


@dataclass(frozen=True)
class TaskLine:
    """A task with its state in words; `paused_until` is None where it is chased."""

    task: Task
    state: str
    is_overdue: bool
    was_late: bool
    paused_until: date | None


@dataclass(frozen=True)
class _Tally:
    """The tasks of one round: how many there are of each state shown, and how many overdue ones are chased."""

    states: Mapping[str, int]
    total: int
    chased: int


def managed_tasks(plan: Plan, viewer: User, today: date) -> TaskQuerySet:
    """A plan's tasks with their state, in the plan's order, the province before its prefectures."""
    tasks = Task.objects.of_plan(plan).shown().with_state(viewer, today)
    return tasks.order_by("round", "target__number", F("city__code").asc(nulls_first=True), "pk")


def task_lines(tasks: Iterable[Task], today: date) -> list[TaskLine]:
    """Tasks read by `managed_tasks` as rows; one query."""
    rows = list(tasks)
    running = TaskPause.objects.filter(task__in=rows, starts_on__lte=today, ends_on__gte=today)
    paused = dict(running.order_by("ends_on").values_list("task_id", "ends_on"))
    return [_task_line(task, paused.get(task.pk)) for task in rows]


def _task_line(task: Task, paused_until: date | None) -> TaskLine:
    return TaskLine(
        task=task,
        state=str(TaskState(task.state).label),
        is_overdue=task.is_overdue,
        was_late=task.late and task.is_settled,
        paused_until=paused_until,
    )


def read_overview(plan: Plan, viewer: User, today: date) -> Overview:
    """The years of a plan, what needs a decision and what was decided last; the count of queries is fixed."""
    rounds = {found.year: found for found in Round.objects.filter(plan=plan).select_related("plan")}
    tallies = _tallies(plan, viewer, today)
    return Overview(
        finding=_finding([tallies[found.pk] for found in rounds.values()]),
        columns=[str(label) for _state, label in STATES_SHOWN],
        lines=[_year_line(plan, year, rounds.get(year), tallies) for year in reversed(figure_years(plan))],
        needs=[
            *_needs_of_rounds(plan, list(rounds.values()), tallies),
            *_needs_of_people(plan),
            *_needs_of_mail(plan),
            *_needs_of_corrections(plan),
        ],
        decisions=list(_shown(ReportingEvent.objects.filter(plan=plan))[:DECISIONS_SHOWN]),
    )


def _tallies(plan: Plan, viewer: User, today: date) -> Mapping[int, _Tally]:
    """The tally of each round by its key."""
    running = TaskPause.objects.filter(task=OuterRef("pk"), starts_on__lte=today, ends_on__gte=today)
    tasks = Task.objects.of_plan(plan).with_state(viewer, today).asked()
    overdue = Q(late=True, is_settled=False)
    told = tasks.annotate(is_paused=Exists(running), is_late=ExpressionWrapper(overdue, BooleanField()))
    states: dict[int, Counter[str]] = defaultdict(Counter)
    totals: Counter[int] = Counter()
    chased: Counter[int] = Counter()
    for key, state, is_late, is_paused in told.order_by().values_list("round_id", "state", "is_late", "is_paused"):
        totals[key] += 1
        states[key][state] += 1
        if is_late:
            states[key][OVERDUE] += 1
            chased[key] += not is_paused
    tallies: dict[int, _Tally] = defaultdict(lambda: _Tally({}, 0, 0))
    tallies.update({key: _Tally(states[key], totals[key], chased[key]) for key in totals})
    return tallies


def _finding(tallies: Sequence[_Tally]) -> str:
    if not tallies:
        return _("还没有开启任何年度的报送。请在下表选一个年度，点“开启报送”。")
    facts = {
        "rounds": len(tallies),
        "total": sum(tally.total for tally in tallies),
        "done": sum(tally.states.get(TaskState.APPROVED, 0) for tally in tallies),
        "overdue": sum(tally.states.get(OVERDUE, 0) for tally in tallies),
    }
    if facts["overdue"]:
        return _("已开启 %(rounds)s 个年度，%(total)s 项任务中 %(done)s 项已完成，%(overdue)s 项逾期。") % facts
    return _("已开启 %(rounds)s 个年度，%(total)s 项任务中 %(done)s 项已完成，没有逾期。") % facts


def _year_line(plan: Plan, year: int, found: Round | None, tallies: Mapping[int, _Tally]) -> YearLine:
    if found is None:
        return YearLine(year=year, round=None, total=0, counts=())
    tally = tallies[found.pk]
    counts = [
        Count(str(label), tally.states.get(state, 0), _round_address(plan, year, state=state))
        for state, label in STATES_SHOWN
    ]
    return YearLine(year=year, round=found, total=tally.total, counts=counts)


def _round_address(plan: Plan, year: int, **chosen: str) -> str:
    address = plan_reverse(plan, "manage-round", year)
    return f"{address}?{urlencode(chosen)}" if chosen else address


def _needs_of_rounds(plan: Plan, rounds: Sequence[Round], tallies: Mapping[int, _Tally]) -> list[Need]:
    lacking = Counter(task.round_id for task in missing_tasks(rounds))
    needs = []
    for found in sorted(rounds, key=lambda item: -item.year):
        chased = tallies[found.pk].chased
        if chased:
            sentence = _("%(year)s 年有 %(count)s 项任务逾期：催报、延期或暂停催报。")
            address = _round_address(plan, found.year, state=OVERDUE)
            needs.append(Need(sentence % {"year": found.year, "count": chased}, _("查看逾期任务"), address))
        if lacking[found.pk]:
            sentence = _("%(year)s 年缺 %(count)s 项任务：开启以后改过报送范围。")
            facts = {"year": found.year, "count": lacking[found.pk]}
            needs.append(Need(sentence % facts, _("补建任务"), _round_address(plan, found.year)))
    return needs


def _needs_of_mail(plan: Plan) -> Iterator[Need]:
    count = unconfirmed(timezone.now()).count()
    if count:
        sentence = _("%(count)s 封邮件没有确认发出，须另行告知本人。") % {"count": count}
        yield Need(sentence, _("查看邮件"), plan_reverse(plan, "manage-mail"))


def _needs_of_corrections(plan: Plan) -> Iterator[Need]:
    count = Correction.objects.filter(plan=plan, state=CorrectionState.OPEN).count()
    if count:
        sentence = _("%(count)s 条纠错待处理。")
        address = f"{plan_reverse(plan, 'manage-corrections')}?{urlencode({'state': CorrectionState.OPEN})}"
        yield Need(sentence % {"count": count}, _("查看纠错"), address)


def _needs_of_people(plan: Plan) -> list[Need]:
    """Departments nobody enters for, and whether anybody reviews."""
    working = User.objects.filter(is_active=True)
    entering = working.filter(role__in=[Role.STAFF, Role.REVIEWER])
    accounts = plan_reverse(plan, "manage-accounts")
    needs = [
        Need(
            _("%(department)s负责填报指标，但没有在用的填报账号。") % {"department": department.name},
            _("查看这个单位的账号"),
            f"{accounts}?{urlencode({'department': department.code})}",
        )
        for department in Department.objects.filter(targets__plan=plan).exclude(people__in=entering).distinct()
    ]
    if not working.filter(role=Role.REVIEWER).exists():
        address = plan_reverse(plan, "manage-account-new")
        needs.append(Need(_("没有在用的审核人账号，报送的数据无人审核。"), _("新建账号"), address))
    return needs


def review_shortage(target: Target) -> str:
    """Why two levels of review cannot be passed by the people who review now; "" where they can, or one is enough."""
    if not target.second_review:
        return ""
    count = User.objects.filter(is_active=True, role=Role.REVIEWER).count()
    if count >= REVIEWERS_OF_TWO_LEVELS:
        return ""
    sentence = _("两级审核要由两位审核人先后通过，在用的审核人账号只有 %(count)s 个：报送的数据会一直待审核。")
    return sentence % {"count": count}


def decisions_about_round(reporting_round: Round) -> "QuerySet[ReportingEvent]":
    """What was decided about a round as a whole, the latest first."""
    return _shown(ReportingEvent.objects.filter(round=reporting_round, task__isnull=True))


def decisions_about_task(task: Task) -> "QuerySet[ReportingEvent]":
    """What was decided about a task, its round and how its target is reported, the latest first."""
    of_round = Q(round=task.round, task__isnull=True)
    of_target = Q(target=task.target, round__isnull=True, task__isnull=True)
    return _shown(ReportingEvent.objects.filter(Q(task=task) | of_round | of_target))


def decisions_about_target(target: Target) -> "QuerySet[ReportingEvent]":
    """What was decided about how a target is reported, the latest first."""
    return _shown(ReportingEvent.objects.filter(target=target, task__isnull=True))


def _shown(events: "QuerySet[ReportingEvent]") -> "QuerySet[ReportingEvent]":
    return events.select_related("actor", "round", "target", "task__city").order_by("-pk")
