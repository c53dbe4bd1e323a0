"""What settles a task and until when it is in time: expressions over figures, their events and days.

All read the outer task by the names that TaskQuerySet.with_deadline gives to its steps; none depends on the viewer.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate

from planportal.reporting.calendar import DAYS_AFTER_RETURN, DAYS_TO_REPORT
from targets.models import Figure, FigureEvent, State
from targets.models.figure import FigureQuerySet, of_outer_area

Action = FigureEvent.Action


def figures_of_task(figures: FigureQuerySet) -> FigureQuerySet:
    """In a subquery: the figures of the outer task's target, year and area."""
    return of_outer_area(figures).filter(target=OuterRef("target"), year=OuterRef("round__year"))


def holding_figures() -> FigureQuerySet:
    """Those in force with a value, on any basis."""
    return figures_of_task(Figure.objects.in_force().filter(value__isnull=False))


def is_settled() -> Combinable:
    """Whether a figure stands: with a value in force, or handed in and not sent back."""
    submitted = figures_of_task(Figure.objects.filter(state=State.SUBMITTED))
    return ExpressionWrapper(Q(Exists(holding_figures())) | Q(Exists(submitted)), output_field=models.BooleanField())


def of_settling_figure(what: Combinable) -> Case:
    """Something of the first figure that stands, which alone is judged: what comes after it corrects. None where none
    does.

    A published one counts from the moment at which it was loaded.
    """
    standing = Figure.objects.assessable().filter(state__in=[State.SUBMITTED, State.APPROVED])
    first = figures_of_task(standing).annotate(what=what).order_by("submitted_at", "pk")
    return Case(When(is_settled=True, then=Subquery(first.values("what")[:1])))


def hand_in_day(order: str) -> TruncDate:
    """Of a figure, the day in Asia/Shanghai on which it was handed in, the first ("pk") or the last ("-pk") time."""
    events = FigureEvent.objects.filter(action=Action.SUBMITTED, figure=OuterRef("pk")).order_by(order)
    return TruncDate(Subquery(events.values("at")[:1]))


def missed_due_day() -> Exists:
    """Of a figure of an outer task, whether it was handed in after its due day, and not soon after a return."""
    returns = FigureEvent.objects.filter(action=Action.RETURNED, figure=OuterRef("figure"), pk__lt=OuterRef("pk"))
    excuses = returns.alias(excused_until=_day_after_return(F("at"))).filter(excused_until__gte=OuterRef("day"))
    hand_ins = FigureEvent.objects.filter(action=Action.SUBMITTED, figure=OuterRef("pk")).alias(day=TruncDate("at"))
    return Exists(hand_ins.filter(~Exists(excuses), day__gt=OuterRef(OuterRef("own_due_day"))))


def own_due_day() -> Greatest:
    """The due date, or 30 days after the end of a declaration where that is later."""
    return Greatest(F("due_on"), Coalesce(_days_after(F("unavailable_until"), DAYS_TO_REPORT), F("due_on")))


def open_due_day() -> Case:
    """Of a task that is not settled: its own due day, and no less than 30 days after a figure was taken back."""
    taken_back = figures_of_task(Figure.objects.in_force().filter(value__isnull=True)).order_by("-known_from")
    asked_anew = _days_after(Subquery(taken_back.values("known_from")[:1]), DAYS_TO_REPORT)
    own = F("own_due_day")
    return Case(
        When(is_settled=True, then=own),
        default=Greatest(own, Coalesce(asked_anew, own)),
    )


def asked_by() -> Case:
    """The last day in time: after the return of what was handed in in time no less than DAYS_AFTER_RETURN days."""
    returns = FigureEvent.objects.filter(action=Action.RETURNED, figure=OuterRef("pk")).order_by("-pk")
    returned = figures_of_task(Figure.objects.filter(~missed_due_day(), state=State.RETURNED))
    until = returned.annotate(until=_day_after_return(Subquery(returns.values("at")[:1])))
    base = F("open_due_day")
    return Case(
        When(is_settled=True, then=base),
        default=Greatest(base, Coalesce(Subquery(until.order_by("-until").values("until")[:1]), base)),
    )


def _days_after(day: Combinable, days: int) -> Cast:
    # Databases make a moment of a day and an interval.
    moved = ExpressionWrapper(day + timedelta(days=days), output_field=models.DateField())
    return Cast(moved, models.DateField())


def _day_after_return(moment: Combinable) -> TruncDate:
    moved = moment + timedelta(days=DAYS_AFTER_RETURN)
    return TruncDate(ExpressionWrapper(moved, output_field=models.DateTimeField()))
