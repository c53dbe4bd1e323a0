"""The page of one figure: how far it can be trusted, and where in the sealed history it stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from planportal.accounts.models import User
from planportal.audit.models import Seal
from planportal.audit.sealing import seal_of
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.pages import answers_refusals
from targets.models import Figure, FigureEvent, State
from targets.pages import dated_page
from targets.quality import citation, read_quality

# The steps that put a figure in force.
IN_FORCE_BY = (FigureEvent.Action.APPROVED, FigureEvent.Action.LOADED)


@require_safe
@answers_refusals
def figure_detail(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The quality card of a figure; 404 for all who may not see it."""
    plan = plan_of(request)
    person = request.user if isinstance(request.user, User) else None
    target = get_object_or_404(plan.targets.listed(), code=code)
    figure = get_object_or_404(Figure.objects.visible_to(person).shown(), pk=pk, target=target)
    quality = read_quality(target, figure, person=person)
    is_approved, today = figure.state == State.APPROVED, timezone.localdate()
    address = request.build_absolute_uri(plan_reverse(plan, "figure-detail", code, pk))
    context = {
        "quality": quality,
        "figure": figure,
        "target": target,
        "is_approved": is_approved,
        "today": today,
        "seal": _seal(figure) if is_approved else None,
        "citation": citation(quality, address=address, today=today) if is_approved else "",
        "csv_address": f"{plan_reverse(plan, 'api-target-figures', code)}?format=csv",
        "api_address": plan_reverse(plan, "api-figure", pk),
    }
    return dated_page(request, "targets/figure_detail.html", context, quality.row)


def _seal(figure: Figure) -> Seal | None:
    """The seal over the step that put the figure in force; None where it is not sealed yet."""
    step = figure.events.filter(action__in=IN_FORCE_BY).first()
    return seal_of(FigureEvent, step.pk, written_at=step.at) if step else None
