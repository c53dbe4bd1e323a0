"""What waits for whom: a department's figures and gaps for its staff, submitted figures for reviewers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from targets import permissions
from targets.models import Figure, FigureEvent, State, Target, in_force
from targets.models.figure import OPEN_STATES, FigureQuerySet

# Of several open figures of one year (one a basis), the cell names the one that asks most of the department.
MOST_URGENT_FIRST = (State.RETURNED, State.DRAFT, State.SUBMITTED)


@dataclass(frozen=True)
class Task:
    """A figure on its way, where it is worked on, and why it came back ("" where it did not)."""

    figure: Figure
    address: str
    returned_why: str = ""


@dataclass(frozen=True)
class Cell:
    """One target in one year for the province: the figure in force and the open one, each None where there is none.

    `is_known` where the plan itself says the value: the base year of a target that counts from 0 or has a printed
    baseline.
    """

    year: int
    address: str
    in_force: Figure | None
    open: Figure | None
    is_known: bool

    @property
    def is_missing(self) -> bool:
        return self.in_force is None and self.open is None and not self.is_known


@dataclass(frozen=True)
class MatrixRow:
    """A target and its years."""

    target: Target
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Workspace:
    """What is a department's: figures on their way by state, and every target in every year."""

    years: range
    returned: Sequence[Task]
    drafts: Sequence[Task]
    submitted: Sequence[Task]
    rows: Sequence[MatrixRow]

    @property
    def missing_count(self) -> int:
        return sum(cell.is_missing for row in self.rows for cell in row.cells)

    @property
    def has_open(self) -> bool:
        return bool(self.returned or self.drafts or self.submitted)


def figure_years(plan: Plan) -> range:
    """The years whose figures can be entered: the base year and each year of the plan."""
    return range(plan.base_year, plan.end_year + 1)


def entry_address(target: Target, year: int, *, area: str | None = None, basis: str = "") -> str:
    """The entry page of a target and year; `area` is a city's code, None the province."""
    chosen = {name: value for name, value in (("area", area), ("basis", basis)) if value}
    address = plan_reverse(target.plan, "entry", target.code, year)
    return f"{address}?{urlencode(chosen)}" if chosen else address


def read_workspace(plan: Plan, user: User) -> Workspace:
    """Everything that a person's department has to do with in a plan and that the person may see; in plan order."""
    targets = list(plan.targets.filter(department=user.department).select_related("plan", "goal").order_by("number"))
    years = figure_years(plan)
    figures = Figure.objects.filter(target__in=targets, year__in=years).visible_to(user)
    tasks = _tasks(figures)
    return Workspace(
        years=years,
        returned=tasks[State.RETURNED],
        drafts=tasks[State.DRAFT],
        submitted=tasks[State.SUBMITTED],
        rows=_matrix(targets, figures, years),
    )


def _tasks(figures: FigureQuerySet) -> dict[str, list[Task]]:
    tasks: dict[str, list[Task]] = defaultdict(list)
    found = list(figures.open().shown().order_by("target__number", "year", "city__code", "basis"))
    reasons = _latest_return_reasons(found)
    for figure in found:
        address = entry_address(figure.target, figure.year, area=figure.area, basis=figure.basis)
        tasks[figure.state].append(Task(figure, address, reasons.get(figure.pk, "")))
    return tasks


def _latest_return_reasons(figures: Iterable[Figure]) -> dict[int | None, str]:
    returns = FigureEvent.objects.filter(figure__in=figures, action=FigureEvent.Action.RETURNED)
    return dict(returns.order_by("id").values_list("figure_id", "why"))


def _matrix(targets: Iterable[Target], figures: FigureQuerySet, years: range) -> list[MatrixRow]:
    by_key: dict[tuple[int, int], list[Figure]] = defaultdict(list)
    for figure in figures.provincial().filter(state__in=[State.APPROVED, *OPEN_STATES]):
        by_key[figure.target_id, figure.year].append(figure)
    return [MatrixRow(target, [_cell(target, year, by_key[target.pk, year]) for year in years]) for target in targets]


def _cell(target: Target, year: int, figures: Sequence[Figure]) -> Cell:
    on_their_way = [figure for state in MOST_URGENT_FIRST for figure in figures if figure.state == state]
    first = on_their_way[0] if on_their_way else None
    address = entry_address(target, year, basis=first.basis if first else "")
    is_known = year == target.plan.base_year and (target.is_from_zero or target.baseline_value is not None)
    return Cell(year=year, address=address, in_force=in_force(figures), open=first, is_known=is_known)


@dataclass(frozen=True)
class QueueItem:
    """A submitted figure in the reviewers' queue.

    `is_own` where the reader had a hand in it; `is_endorsed_by_reader` where the reader gave the first of the two
    approvals that are asked for.
    """

    figure: Figure
    is_own: bool
    is_endorsed_by_reader: bool

    @property
    def may_approve(self) -> bool:
        """Whether the reader, being a reviewer, may give the next approval."""
        return not self.is_own and not self.is_endorsed_by_reader

    @property
    def obstacles(self) -> list[str]:
        """Why it is not approved together with others, in a few words each."""
        reasons = [
            (self.is_own, _("本人填报，须他人审核")),
            (self.is_endorsed_by_reader, _("您已初审，须他人复审")),
            (bool(self.figure.warnings), _("有提示，须逐条审核")),
            (self.figure.awaits_endorsement and not self.is_own, _("须两级审核，请逐条初审")),
        ]
        return [words for holds, words in reasons if holds]


@dataclass(frozen=True)
class Queue:
    """The submitted figures of a plan, oldest first."""

    items: Sequence[QueueItem]

    @property
    def free_count(self) -> int:
        """How many the reader, being a reviewer, can approve together."""
        return sum(not item.obstacles for item in self.items)

    def first(self) -> Figure | None:
        return self.items[0].figure if self.items else None

    def item_of(self, figure: Figure) -> QueueItem | None:
        """The figure's place; None where it no longer waits."""
        return next((item for item in self.items if item.figure == figure), None)

    def before(self, figure: Figure) -> Figure | None:
        """The one that came just before; None at the head."""
        return max(
            (item.figure for item in self.items if _place(item.figure) < _place(figure)), key=_place, default=None
        )

    def after(self, figure: Figure) -> Figure | None:
        """The one that came just after; None at the end."""
        return min(
            (item.figure for item in self.items if _place(item.figure) > _place(figure)), key=_place, default=None
        )


def _place(figure: Figure) -> tuple[datetime, int]:
    """Where a figure that was handed in stands in the queue, or stood."""
    assert figure.submitted_at is not None
    return figure.submitted_at, figure.pk


def read_queue(plan: Plan, user: User) -> Queue:
    """What waits, as this person sees it."""
    figures = list(waiting(plan).select_related("submitted_by", "endorsed_by"))
    hands = FigureEvent.objects.filter(figure__in=figures, actor=user, action__in=permissions.HAND_ACTIONS)
    own = set(hands.values_list("figure_id", flat=True))
    return Queue(
        [
            QueueItem(
                figure,
                is_own=figure.pk in own,
                is_endorsed_by_reader=figure.target.second_review and figure.endorsed_by_id == user.pk,
            )
            for figure in figures
        ]
    )


def waiting(plan: Plan) -> FigureQuerySet:
    """The submitted figures of a plan, oldest first."""
    figures = Figure.objects.filter(target__plan=plan, state=State.SUBMITTED)
    return figures.shown().order_by("submitted_at", "pk")


def next_waiting(plan: Plan, after: Figure) -> Figure | None:
    """The figure to look at after one was decided: the next in the queue, else the first; None when it is empty."""
    rest = waiting(plan).exclude(pk=after.pk)
    later = Q(submitted_at__gt=after.submitted_at) | Q(submitted_at=after.submitted_at, pk__gt=after.pk)
    return rest.filter(later).first() or rest.first()
