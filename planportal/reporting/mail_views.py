"""E-mails of which nobody knows whether they went out: administrators see them and say that they told the person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from planportal.accounts.access import administrator_of
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.digests import recipients, unconfirmed, untold_notices, with_counts
from planportal.reporting.models import Digest
from planportal.reporting.services import digest_settle
from planportal.web.page_lists import page_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict


@require_safe
@answers_refusals
def manage_mail(request: HttpRequest) -> HttpResponse:
    """The e-mails that were claimed and not confirmed, and how many people still wait for today's."""
    administrator_of(request)
    now = timezone.now()
    context = {
        "page": page_of(request, with_counts(unconfirmed(now))),
        "waiting_count": recipients(now, untold_notices(now)).count(),
    }
    return render(request, "reporting/manage/mail.html", context)


@require_POST
@answers_refusals
def settle_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Records that the person was told by other means."""
    administrator = administrator_of(request)
    digest = get_object_or_404(Digest.objects.select_related("person"), pk=pk)
    try:
        digest_settle(by=administrator, plan=plan_of(request), digest=digest)
    except Conflict as refusal:
        messages.warning(request, refusal.faults[0].message)
    else:
        messages.success(request, _("已记录：%(person)s已另行告知。") % {"person": digest.person})
    return redirect(plan_reverse(plan_of(request), "manage-mail"))
