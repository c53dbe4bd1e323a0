"""What is in and what is missing: every target by year, on time or late, for whoever is signed in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting.escalation import Step, is_paused, overdue_days, step_of
from planportal.reporting.models import Task, TaskState
from planportal.reporting.queues import figure_years
from targets.models import Figure, Target

CSV_COLUMNS = (
    "target",
    "name",
    "year",
    "area",
    "department",
    "state",
    "opens_on",
    "due_on",
    "first_submitted_on",
    "handed_in_on",
    "late",
)
# How punctual a task is, worst first, and as what it is counted.
PUNCTUALITY = {
    "overdue": gettext_lazy("逾期未报"),
    "late": gettext_lazy("迟报"),
    "on_time": gettext_lazy("按时报送"),
    "published": gettext_lazy("已有公开数据"),
    "pending": gettext_lazy("待填报，未到期"),
    "not_yet_open": gettext_lazy("未到填报期"),
    "unavailable": gettext_lazy("已声明暂无数据"),
}
LAMPS = {"overdue": "red", "late": "yellow", "on_time": "green", "published": "green"}


@dataclass(frozen=True)
class Cell:
    """A target in a year: the province's task, and how many of the prefectures' are settled and how many overdue.

    Without a task `word` says what is there all the same: a figure, a value that the plan prints, or nothing.
    """

    year: int
    task: Task | None
    word: str
    punctuality: str
    cities_reported: int
    cities_overdue: int
    cities_asked: int

    @property
    def step(self) -> Step | None:
        """How loud an overdue task is asked for."""
        today = timezone.localdate()
        if self.task is None or self.punctuality != "overdue" or is_paused(self.task, today):
            return None
        return step_of(overdue_days(self.task, today))

    @property
    def label(self) -> str:
        """How punctual it is, in words; without a task what is there."""
        return str(PUNCTUALITY[self.punctuality]) if self.punctuality else self.word

    @property
    def lamp(self) -> str:
        return LAMPS.get(self.punctuality, "grey")


@dataclass(frozen=True)
class Row:
    target: Target
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Count:
    """How many tasks are that punctual."""

    name: str
    label: str
    lamp: str
    count: int


@dataclass(frozen=True)
class Completeness:
    """The matrix of the tasks chosen, and their counts."""

    years: Sequence[int]
    rows: Sequence[Row]
    counts: Sequence[Count]
    total: int


def punctuality_of(task: Task) -> str:
    """One of PUNCTUALITY: a task that is settled is on time or late, one that is not is overdue or pending."""
    if task.is_settled:
        if task.handed_in_on is None:
            return "published"
        return "late" if task.late else "on_time"
    if task.state == TaskState.NOT_YET_OPEN:
        return "not_yet_open"
    if task.state == TaskState.DECLARED_UNAVAILABLE:
        return "unavailable"
    return "overdue" if task.late else "pending"


def read_completeness(plan: Plan, viewer: User, tasks: QuerySet[Task], targets: QuerySet[Target]) -> Completeness:
    """The targets chosen by years, with the tasks chosen; what the viewer may not know of stands as not reported."""
    read = list(tasks_with_state(tasks, viewer))
    by_place: dict[tuple[int, int], list[Task]] = defaultdict(list)
    for task in read:
        by_place[task.target_id, task.year].append(task)
    years = figure_years(plan)
    reported = set(
        Figure.objects.filter(target__plan=plan, city=None, value__isnull=False)
        .in_force()
        .values_list("target_id", "year")
    )
    rows = [
        Row(target, [_cell(target, year, by_place[target.pk, year], reported) for year in years])
        for target in targets.select_related("plan", "department").order_by("number")
    ]
    return Completeness(years=years, rows=rows, counts=_counts(read), total=len(read))


def tasks_with_state(tasks: QuerySet[Task], viewer: User) -> Iterable[Task]:
    """Those of the tasks chosen that are asked for, as the viewer may know them, in the plan's order year by year."""
    found = Task.objects.filter(pk__in=tasks.values("pk")).shown().with_state(viewer, timezone.localdate())
    asked = found.asked().prefetch_related("pauses")
    return asked.order_by("round__year", "target__number", "city__code", "pk")


@dataclass(frozen=True)
class CityCounts:
    """How many of the tasks for a prefecture's figures are settled, and how many overdue."""

    asked: int
    settled: int
    overdue: int


def city_counts(plan: Plan, viewer: User, city: City) -> CityCounts:
    """The tasks of every round that are asked for of a prefecture, as the viewer may know them."""
    tasks = list(tasks_with_state(Task.objects.of_plan(plan).filter(city=city), viewer))
    return CityCounts(
        asked=len(tasks),
        settled=sum(task.is_settled for task in tasks),
        overdue=sum(task.is_overdue for task in tasks),
    )


def _cell(target: Target, year: int, tasks: Sequence[Task], reported: set[tuple[int, int]]) -> Cell:
    own = next((task for task in tasks if task.city is None), None)
    cities = [task for task in tasks if task.city is not None]
    return Cell(
        year=year,
        task=own,
        word=_word(target, year, own, is_reported=(target.pk, year) in reported),
        punctuality=punctuality_of(own) if own else "",
        cities_reported=sum(task.is_settled for task in cities),
        cities_overdue=sum(task.is_overdue for task in cities),
        cities_asked=len(cities),
    )


def _word(target: Target, year: int, task: Task | None, *, is_reported: bool) -> str:
    if task is not None:
        return str(TaskState(task.state).label)
    if is_reported:
        return _("已有数据")
    return _("规划已载") if target.prints_value_of(year) else _("未开启报送")


def _counts(tasks: Sequence[Task]) -> list[Count]:
    names = [punctuality_of(task) for task in tasks]
    return [Count(name, str(label), LAMPS.get(name, "grey"), names.count(name)) for name, label in PUNCTUALITY.items()]


def csv_rows(tasks: Iterable[Task]) -> Iterator[dict[str, Any]]:
    """A line a task, for a download."""
    for task in tasks:
        yield {
            "target": task.target.code,
            "name": task.target.name,
            "year": task.year,
            "area": task.area,
            "department": task.department.code,
            "state": task.state,
            "opens_on": task.opens_on,
            "due_on": task.asked_by,
            "first_submitted_on": task.first_submitted_on,
            "handed_in_on": task.handed_in_on,
            "late": task.late,
        }
