"""What stands beside the entry of one figure: the open one, those in force, what is scheduled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from planportal.accounts.models import City, User
from planportal.reporting.models import Task, TaskState
from targets import recompute
from targets.figure_checks import KnownFigures, band_words
from targets.models import Figure, FigureEvent, Standing, State, Target, View, in_force, target_value_today
from targets.plausibility import plausible_band
from targets.progress_paths import scheduled_path
from targets.submissions import indicator_of
from targets.transitions import STATES_BEFORE

EDITABLE_STATES = STATES_BEFORE[FigureEvent.Action.EDITED]


@dataclass(frozen=True)
class Key:
    """What an entry page is about; `city` None is the province."""

    target: Target
    year: int
    city: City | None

    @property
    def area(self) -> str | None:
        return self.city.code if self.city else None


@dataclass(frozen=True)
class Entry:
    """An entry page's content beside its form. `basis` is the one asked for or that of `open`; "" where open.

    `approved` are the figures of this target and area that are in force (or proxies), by year. `scheduled` is
    None where the plan's path says nothing: the base year, no baseline, a city. `band` is the plausible one in words,
    "" where too little is known; `task` None where no round asks for this figure.
    """

    key: Key
    basis: str
    open: Figure | None
    returned_why: str
    approved: Sequence[Figure] = field(default_factory=list)
    scheduled: Decimal | None = None
    band: str = ""
    task: Task | None = None

    @property
    def standing_figures(self) -> list[Figure]:
        """In force for this year, one a basis: what an entry would correct."""
        return self._in_force_of(self.key.year)

    @property
    def last_year_figures(self) -> list[Figure]:
        return self._in_force_of(self.key.year - 1)

    @property
    def is_correction(self) -> bool:
        """Whether this year has a figure in force on this entry's basis (on any, while none is chosen)."""
        return bool(self.standing_figures)

    @property
    def corrects_every_basis(self) -> bool:
        """Whether it is a correction whichever basis is chosen."""
        bases = {self.basis} if self.basis else set(self.key.target.bases or [""])
        return bases <= {figure.basis for figure in self.standing_figures}

    @property
    def may_declare(self) -> bool:
        """Whether the department may say that the figure does not exist for now."""
        return self.task is not None and self.task.state in (TaskState.OPEN, TaskState.NOT_YET_OPEN)

    @property
    def takes_declaration(self) -> bool:
        """Whether it may say so, or say it anew."""
        return self.may_declare or (self.task is not None and self.task.state == TaskState.DECLARED_UNAVAILABLE)

    @property
    def last_source(self) -> str:
        """Where the figure last approved for this target, area and basis was taken from; "" where none names it."""
        named = [f for f in self.approved if f.source and f.value is not None and self._is_of_basis(f)]
        return max(named, key=lambda f: f.sequence or 0).source if named else ""

    @property
    def is_declared(self) -> bool:
        """Whether a declaration is running, also where a figure came in spite of it."""
        until = self.task.unavailable_until if self.task else None
        return until is not None and until >= timezone.localdate()

    @property
    def target_value(self) -> Decimal:
        """What the target is today."""
        return target_value_today(self.key.target)

    def _in_force_of(self, year: int) -> list[Figure]:
        return [f for f in self.approved if f.year == year and self._is_of_basis(f)]

    def _is_of_basis(self, figure: Figure) -> bool:
        """Whether it counts on this entry's basis (any, while none is chosen); a proxy counts on none."""
        return figure.standing != Standing.PROXY and (figure.basis == self.basis or not self.basis)


def read_entry(key: Key, basis: str | None, user: User) -> Entry:
    """The page of a key; without a basis asked for, that of the first open figure that this person may see."""
    on_their_way = key.target.figures.filter(city=key.city, year=key.year).open().visible_to(user).shown()
    if basis is not None:
        on_their_way = on_their_way.filter(basis=basis)
    found = on_their_way.order_by("pk").first()
    return Entry(
        key=key,
        basis=basis or (found.basis if found else ""),
        open=found,
        returned_why=_returned_why(found),
        approved=_approved(key),
        scheduled=None if key.city else scheduled_value(key.target, key.year),
        band=_band(key, basis or (found.basis if found else "")),
        task=_task(key, user),
    )


def _band(key: Key, basis: str) -> str:
    if key.target.bases and not basis:
        return ""
    band = plausible_band(
        KnownFigures([key.target]).series(target=key.target, city=key.city, year=key.year, basis=basis)
    )
    return band_words(band, key.target) if band else ""


def _task(key: Key, user: User) -> Task | None:
    tasks = Task.objects.filter(round__plan=key.target.plan, round__year=key.year, target=key.target, city=key.city)
    return tasks.shown().with_state(user, timezone.localdate()).asked().first()


def scheduled_value(target: Target, year: int) -> Decimal | None:
    """The scheduled value of a year on the path from the baseline to the target in force today, by the method.

    A running total for kinds that count from zero. None up to the baseline's year, and where there is no baseline.
    """
    now = recompute.assess_now(target, as_of_year=target.plan.end_year, view=View.APPROVED)
    if now.baseline_year is None or year <= now.baseline_year:
        return None
    indicator = indicator_of(target, as_of_year=timezone.localdate().year)
    return scheduled_path(indicator, now.baseline_value, now.baseline_year).get(year)


def _returned_why(figure: Figure | None) -> str:
    if figure is None or figure.state != State.RETURNED:
        return ""
    returns = figure.events.filter(action=FigureEvent.Action.RETURNED).order_by("-id")
    return returns.values_list("why", flat=True).first() or ""


def _approved(key: Key) -> list[Figure]:
    by_key: dict[tuple[int, str], list[Figure]] = {}
    proxies = []
    for figure in key.target.figures.filter(city=key.city).approved():
        if figure.standing == Standing.PROXY:
            proxies.append(figure)
        by_key.setdefault((figure.year, figure.basis), []).append(figure)
    holding = [found for figures in by_key.values() if (found := in_force(figures))]
    return sorted([*holding, *proxies], key=lambda f: (f.year, f.basis, f.pk))
