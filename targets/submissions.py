"""From stored targets and figures to the method's inputs: which figures count, known since when, in what order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from targets.models import Figure, Origin, State, Target, View, in_force, target_value_in
from targets.models.figure import FigureQuerySet
from targets.progress import Indicator, Submission


@dataclass(frozen=True)
class Counted:
    """A stored figure that counts in a view, and the same as the method takes it."""

    figure: Figure
    submission: Submission


def indicator_of(target: Target, *, as_of_year: int, known_by: date | None = None) -> Indicator:
    """The target as the method takes it in a view: with its value as amended by the year, as known by the day.

    The 2010 value is the printed one, else the approved figure known by then.
    """
    return Indicator(
        id=target.code,
        kind=target.kind,
        target=target_value_in(target, as_of_year=as_of_year, known_by=known_by),
        baseline=target.baseline_value,
        previous_value=previous_value(target, known_by=known_by),
        decimals=target.decimals,
        submitted_as=target.submitted_as or "increment",
        base_year=target.plan.base_year,
        end_year=target.plan.end_year,
    )


def previous_value(target: Target, *, known_by: date | None = None) -> Decimal | None:
    """The value at the end of the previous plan: as printed, else an approved figure on the plan's own basis.

    None for kinds that count from zero, and where nobody knows it.
    """
    if target.previous_value is not None or target.is_from_zero:
        return target.previous_value
    figures: list[Figure] | None = getattr(target, "previous_figures", None)
    if figures is None:
        figures = list(target.figures.of_previous_plan())
    holding = in_force(f for f in figures if known_by is None or (f.known_from and f.known_from <= known_by))
    return holding.value if holding else None


def submissions_of(target: Target, view: View) -> list[Submission]:
    """The province's figures that count in a view, in the order in which they count on the same day.

    `approved`: approved figures, known from their publication or approval. `reported`: submitted ones too, and
    figures entered in the portal are known from the day of their submission.
    """
    return submissions_by_target([target], view)[target.pk]


def submissions_by_view(target: Target) -> dict[View, list[Submission]]:
    """What `submissions_of` gives, of one moment for all views, with one query."""
    figures = list(_counted([target], View.REPORTED))
    return {view: _in_order(figures, view) for view in View}


def submissions_by_target(targets: Sequence[Target], view: View) -> dict[int, list[Submission]]:
    """What `submissions_of` gives, for many targets with one query; a target without figures has none."""
    found: dict[int, list[Figure]] = {target.pk: [] for target in targets}
    for figure in _counted(targets, view):
        found[figure.target_id].append(figure)
    return {target_id: _in_order(figures, view) for target_id, figures in found.items()}


def counted_by_area(targets: Sequence[Target], view: View) -> dict[tuple[int, int | None], list[Counted]]:
    """The same for every area, by the target's and the city's primary key (None: the province), with one query.

    An area without figures of a target is not among the keys.
    """
    found: dict[tuple[int, int | None], list[Figure]] = {}
    for figure in _counted_everywhere(targets, view):
        found.setdefault((figure.target_id, figure.city_id), []).append(figure)
    return {key: _counted_in_order(figures, view) for key, figures in found.items()}


def _counted(targets: Sequence[Target], view: View) -> Iterable[Figure]:
    return _counted_everywhere(targets, view).provincial()


def _counted_everywhere(targets: Sequence[Target], view: View) -> FigureQuerySet:
    states = [State.APPROVED] if view == View.APPROVED else [State.APPROVED, State.SUBMITTED]
    # In no order: it is made here, and what the model orders by would be sorted for nothing.
    return Figure.objects.filter(target__in=targets, state__in=states).assessable().order_by()


def _in_order(figures: Iterable[Figure], view: View) -> list[Submission]:
    """Those of the figures that count in a view, as the method takes them."""
    return [counted.submission for counted in _counted_in_order(figures, view)]


def _counted_in_order(figures: Iterable[Figure], view: View) -> list[Counted]:
    if view == View.APPROVED:
        approved = [figure for figure in figures if figure.state == State.APPROVED]
        return [Counted(one, _submission(one, one.known_from)) for one in sorted(approved, key=_approved_order)]
    return [Counted(one, _submission(one, reported_on(one))) for one in sorted(figures, key=_reported_order)]


def on_basis(submissions: Iterable[Submission], basis: str) -> list[Submission]:
    """Those on one statistical basis, in the order given."""
    return [submission for submission in submissions if submission.basis == basis]


def reported_on(figure: Figure) -> date:
    """The day from which the `reported` view knows a figure, in Asia/Shanghai."""
    if figure.origin == Origin.LOADED and figure.known_from:
        return figure.known_from
    if figure.submitted_at is None:
        raise ValueError(f"figure {figure.pk} was never submitted")
    return timezone.localdate(figure.submitted_at)


def _approved_order(figure: Figure) -> tuple[date, int]:
    if figure.known_from is None or figure.sequence is None:
        raise ValueError(f"figure {figure.pk} was never approved")
    return (figure.known_from, figure.sequence)


def _reported_order(figure: Figure) -> tuple[date, datetime | None, int]:
    return (reported_on(figure), figure.submitted_at, figure.pk)


def _submission(figure: Figure, day: date | None) -> Submission:
    if day is None:
        raise ValueError(f"figure {figure.pk} has no date")
    return Submission(
        year=figure.year,
        value=figure.value,
        submitted_on=day,
        provisional=figure.provisional,
        basis=figure.basis,
    )
