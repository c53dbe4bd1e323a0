"""What waits for whom: a department's figures and gaps for its staff, submitted figures for reviewers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.reporting.entries import Key
from planportal.reporting.escalation import Step, is_paused, overdue_days, step_of
from planportal.reporting.models import Task, TaskState
from planportal.reporting.models.task import MOST_URGENT_FIRST
from planportal.reporting.titles import release_words, title_of_key
from targets import permissions
from targets.figure_checks import Doubt, KnownFigures, doubts_now
from targets.models import Figure, FigureEvent, State, Target, in_force
from targets.models.figure import OPEN_STATES, FigureQuerySet

GROUPS = ("returned", "due", "open", "waiting", "upcoming", "unavailable")


@dataclass(frozen=True)
class Item:
    """One thing that a department has to do or waits for: a figure on its way, or a task without one.

    `returned_why` is the reviewer's reason, "" where it did not come back; `task` None where no round asks for it.
    `is_begun` where the department has drafted it, or has edited it since it came back.
    """

    key: Key
    address: str
    figure: Figure | None = None
    task: Task | None = None
    returned_why: str = ""
    is_begun: bool = False

    @property
    def is_overdue(self) -> bool:
        return self.task is not None and self.task.is_overdue

    @property
    def step(self) -> Step | None:
        """How loud it is asked for; None where it is not overdue, or nobody is chased for now."""
        today = timezone.localdate()
        if self.task is None or not self.is_overdue or is_paused(self.task, today):
            return None
        return step_of(overdue_days(self.task, today))

    @property
    def title(self) -> str:
        """The target, the year and the area."""
        return title_of_key(self.key.target, self.key.year, self.key.city)

    @property
    def release(self) -> str:
        """When the source is to be expected, in words; "" where nobody knows."""
        return release_words(self.key.target, self.key.year)

    @property
    def order(self) -> tuple[object, ...]:
        """Those due first in front; then in the plan's order."""
        due_on = self.task.asked_by if self.task else date.max
        basis = self.figure.basis if self.figure else ""
        return (due_on, self.key.target.number, self.key.year, self.key.area or "", basis)

    def is_about(self, key: Key, basis: str) -> bool:
        """Whether it is a key's figure on a basis, or the key's task while there is no figure."""
        return self.key == key and (self.figure is None or self.figure.basis == basis)


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
    """What is a department's, most urgent first: sent back, due, to be reported, under review; what comes later or
    does not exist for now; and every target in every year."""

    years: range
    returned: Sequence[Item]
    due: Sequence[Item]
    open: Sequence[Item]
    waiting: Sequence[Item]
    upcoming: Sequence[Item]
    unavailable: Sequence[Item]
    rows: Sequence[MatrixRow]

    @property
    def missing_count(self) -> int:
        return sum(cell.is_missing for row in self.rows for cell in row.cells)

    @property
    def to_do(self) -> list[Item]:
        """Everything that waits for the department itself."""
        return [*self.returned, *self.due, *self.open]


def figure_years(plan: Plan) -> range:
    """The years whose figures can be entered: the base year and each year of the plan."""
    return range(plan.base_year, plan.end_year + 1)


def entry_address(target: Target, year: int, *, area: str | None = None, basis: str = "", page: str = "entry") -> str:
    """The entry page of a target and year (or another page about the same); `area` is a city's code, None the
    province."""
    chosen = {name: value for name, value in (("area", area), ("basis", basis)) if value}
    address = plan_reverse(target.plan, page, target.code, year)
    return f"{address}?{urlencode(chosen)}" if chosen else address


def read_workspace(plan: Plan, user: User) -> Workspace:
    """Everything that a person's department has to do with in a plan and that the person may see."""
    targets = list(plan.targets.filter(department=user.department).select_related("plan", "goal").order_by("number"))
    years = figure_years(plan)
    figures = Figure.objects.filter(target__in=targets, year__in=years).visible_to(user)
    groups = _grouped(_items(plan, user, figures))
    return Workspace(years=years, rows=_matrix(targets, figures, years), **groups)


def next_item(plan: Plan, user: User, after: Key, basis: str = "") -> Item | None:
    """What to offer once something was done with a key's figure on a basis; None where nothing else waits.

    What nobody has begun comes before what was begun: sent back, then due, then open. Within each of them, and
    through all that was begun, the list goes on behind the one just done and starts anew at its end; so whoever saves
    one draft after another is led through all of them before any comes again.
    """
    workspace = read_workspace(plan, user)
    groups = (workspace.returned, workspace.due, workspace.open)
    places = [(item, (urgency, *item.order)) for urgency, group in enumerate(groups) for item in group]
    here = [place for item, place in places if item.is_about(after, basis)]
    done = here[0] if here else _place_left(workspace, after)
    turns = {_turn(item, place, done): item for item, place in places if not item.is_about(after, basis)}
    return turns[min(turns)] if turns else None


def _turn(item: Item, place: tuple[object, ...], done: tuple[object, ...]) -> tuple[object, ...]:
    """When an item's turn comes after the one at the place `done`: the smallest comes first."""
    urgency = 0 if item.is_begun else place[0]
    return (item.is_begun, urgency, place <= done, place)


def _place_left(workspace: Workspace, key: Key) -> tuple[object, ...]:
    """Where something stood that does not wait any more, such as a figure handed in; in front where nobody knows."""
    settled = [*workspace.waiting, *workspace.upcoming, *workspace.unavailable]
    item = next((item for item in settled if item.key == key), None)
    if item is None:
        return ()
    was_due = item.task is not None and item.task.late
    return (1 if was_due else 2, *item.order)


def _items(plan: Plan, user: User, figures: FigureQuerySet) -> list[Item]:
    tasks = Task.objects.of_plan(plan).filter(department=user.department).shown().prefetch_related("pauses")
    tasks = tasks.with_state(user, timezone.localdate()).asked()
    asked = {_key_of(task): task for task in tasks}
    on_their_way = list(figures.open().shown())
    returns = _latest_returns(on_their_way)
    items = [_figure_item(figure, asked, returns.get(figure.pk)) for figure in on_their_way]
    worked_on = {item.key for item in items}
    return items + [
        Item(key, entry_address(key.target, key.year, area=key.area), task=task)
        for key, task in asked.items()
        if key not in worked_on
    ]


def _key_of(about: Task | Figure) -> Key:
    return Key(target=about.target, year=about.year, city=about.city)


def _figure_item(figure: Figure, asked: Mapping[Key, Task], came_back: FigureEvent | None) -> Item:
    key = _key_of(figure)
    address = entry_address(figure.target, figure.year, area=figure.area, basis=figure.basis)
    if figure.state != State.RETURNED or came_back is None:
        return Item(key, address, figure=figure, task=asked.get(key), is_begun=True)
    is_begun = figure.version != came_back.version
    return Item(key, address, figure=figure, task=asked.get(key), returned_why=came_back.why, is_begun=is_begun)


def _grouped(items: Iterable[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {name: [] for name in GROUPS}
    for item in sorted(items, key=lambda item: item.order):
        group = _group_of(item)
        if group is not None:
            groups[group].append(item)
    return groups


def _group_of(item: Item) -> str | None:
    """Where an item stands; None for a task that is done."""
    state = item.figure.state if item.figure else item.task.state if item.task else ""
    settled: dict[str, str] = {
        State.RETURNED.value: "returned",
        State.SUBMITTED.value: "waiting",
        TaskState.NOT_YET_OPEN.value: "upcoming",
        TaskState.DECLARED_UNAVAILABLE.value: "unavailable",
    }
    if state in settled:
        return settled[state]
    if state in (State.DRAFT, TaskState.OPEN):
        return "due" if item.is_overdue else "open"
    return None


def _latest_returns(figures: Iterable[Figure]) -> dict[int | None, FigureEvent]:
    returns = FigureEvent.objects.filter(figure__in=figures, action=FigureEvent.Action.RETURNED)
    return {event.figure_id: event for event in returns.order_by("id")}


def _matrix(targets: Iterable[Target], figures: FigureQuerySet, years: range) -> list[MatrixRow]:
    by_key: dict[tuple[int, int], list[Figure]] = defaultdict(list)
    for figure in figures.provincial().filter(state__in=[State.APPROVED, *OPEN_STATES]):
        by_key[figure.target_id, figure.year].append(figure)
    return [MatrixRow(target, [_cell(target, year, by_key[target.pk, year]) for year in years]) for target in targets]


def _cell(target: Target, year: int, figures: Sequence[Figure]) -> Cell:
    on_their_way = [figure for state in MOST_URGENT_FIRST for figure in figures if figure.state == state]
    first = on_their_way[0] if on_their_way else None
    address = entry_address(target, year, basis=first.basis if first else "")
    known = target.prints_value_of(year)
    return Cell(year=year, address=address, in_force=in_force(figures), open=first, is_known=known)


@dataclass(frozen=True)
class QueueItem:
    """A submitted figure in the reviewers' queue.

    `doubts` are its warnings against what is approved by now; `is_own` where the reader had a hand in it;
    `is_endorsed_by_reader` where the reader gave the first of the two approvals that are asked for.
    """

    figure: Figure
    doubts: Sequence[Doubt]
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
            (bool(self.doubts), _("有提示，须逐条审核")),
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
    doubts = doubts_now(figures, KnownFigures({figure.target for figure in figures}))
    return Queue(
        [
            QueueItem(
                figure,
                doubts=doubts[figure.pk],
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
