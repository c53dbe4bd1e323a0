"""The form with which anybody says that something is wrong, and the page that says what came of it."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts.lockout import client_address
from planportal.corrections.addresses import own_address
from planportal.corrections.forms import CorrectionForm
from planportal.corrections.limits import TooMany
from planportal.corrections.models import Correction, CorrectionKind, CorrectionState
from planportal.corrections.services import correction_submit
from planportal.corrections.traps import is_caught, stamp_again
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.kept import forget_typed, typed_before
from planportal.web.refusals import Invalid

COUNTED_DAYS = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest) -> HttpResponse:
    """The form, for `?page=<path>` filled in; a report that is taken leads to its own page."""
    if request.method == "POST":
        return _take(request)
    typed = typed_before(request)
    host = request.get_host()
    if typed is not None:
        return _form_page(request, CorrectionForm(initial=dict(typed.fields), host=host), is_brought_back=True)
    named = own_address(request.GET.get("page", ""), host) or ""
    return _form_page(request, CorrectionForm(initial={"page": named, "kind": CorrectionKind.FIGURE}, host=host))


# A form whose token is old comes back with what was typed.
correction.shown_again_at = HttpRequest.get_full_path  # type: ignore[attr-defined]


def _take(request: HttpRequest) -> HttpResponse:
    form = CorrectionForm.of(request, host=request.get_host())
    if form.is_valid() and is_caught(request.POST, timezone.now()):
        form.add_error(None, _("还没有提交：请核对一遍填写的内容，然后再按一次“提交”。"))
        form.status = Invalid.status
        return _form_page(request, form)
    try:
        taken = form.settle(partial(correction_submit, plan=plan_of(request), client=client_address(request)))
    except TooMany as refusal:
        form.show(refusal)
        form.status = refusal.status
        answer = _form_page(request, form)
        answer["Retry-After"] = str(refusal.wait)
        return answer
    if taken is None:
        return _form_page(request, form)
    forget_typed(request, request.get_full_path())
    return redirect(plan_reverse(taken.plan, "correction-status", taken.reference))


def _form_page(request: HttpRequest, form: CorrectionForm, *, is_brought_back: bool = False) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "shown": stamp_again(request.POST, now),
        "is_brought_back": is_brought_back,
        "counts": _counts(plan_of(request)),
        "counted_days": COUNTED_DAYS,
    }
    return render(request, "corrections/correction.html", context, status=form.status)


def _counts(plan: Plan) -> dict[str, Any]:
    """How many reports came within COUNTED_DAYS, and how many of them are settled."""
    recent = Correction.objects.filter(plan=plan, created_at__gt=timezone.now() - timedelta(days=COUNTED_DAYS))
    return recent.aggregate(received=Count("pk"), settled=Count("pk", filter=~Q(state=CorrectionState.OPEN)))


@never_cache
@require_safe
def correction_status(request: HttpRequest, reference: str) -> HttpResponse:
    """What came of a report, for whoever has its number; nothing of what its sender wrote."""
    found = get_object_or_404(Correction, plan=plan_of(request), reference=reference.upper())
    return render(request, "corrections/correction_status.html", {"correction": found})
