"""The chain's head for everybody to note down, and the receipt of a step to print."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planportal.accounts.access import person_of
from planportal.audit.sealing import head, rows_sealed, seal_of
from planportal.plan.mount import plan_of
from planportal.web.missing import Missing
from planportal.web.pages import answers_refusals
from targets.models import Figure, FigureEvent
from targets.receipts import NoReceipt, receipt_of_event


@require_safe
def history_head(request: HttpRequest) -> HttpResponse:
    """The last seal as JSON: {number, digest, sealed_at, rows}; null and 0 rows where nothing was sealed yet.

    `rows` counts the rows of all seals, `sealed_at` is ISO 8601 with offset.
    """
    last = head()
    content = {
        "number": last.number if last else None,
        "digest": last.digest if last else None,
        "sealed_at": timezone.localtime(last.sealed_at).isoformat() if last else None,
        "rows": rows_sealed(),
    }
    return JsonResponse(content)


@require_safe
@answers_refusals
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a figure and what it said then; 404 for all who may not see the figure unapproved."""
    person = person_of(request)
    try:
        found = receipt_of_event(pk)
    except NoReceipt:
        raise Missing(_("没有这一号回执。")) from None
    figures = Figure.objects.filter(target__plan=plan_of(request)).entrusted_to(person)
    figure = get_object_or_404(figures.shown(), pk=found.event.figure_id)
    context = {
        "receipt": found,
        "figure": figure,
        "seal": seal_of(FigureEvent, found.event.pk, written_at=found.event.at),
    }
    return render(request, "audit/receipt.html", context)
