"""The administration of reports of something wrong: a list, and one report that is answered or dismissed."""

from functools import partial

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts.access import administrator_of
from planportal.accounts.models import User
from planportal.corrections.models import LONGEST_ANSWER, Correction, CorrectionKind, CorrectionState
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.correction_services import correction_settle
from planportal.web.page_forms import PageForm
from planportal.web.page_lists import filter_query, filtered, page_of
from planportal.web.pages import answers_refusals

OUTCOMES = (CorrectionState.ANSWERED, CorrectionState.DISMISSED)


class CorrectionFilter(django_filters.FilterSet):
    """`state` and `kind` of a report."""

    state = django_filters.ChoiceFilter(
        choices=CorrectionState.choices, label=gettext_lazy("状态"), empty_label=gettext_lazy("全部状态")
    )
    kind = django_filters.ChoiceFilter(
        choices=CorrectionKind.choices, label=gettext_lazy("问题类型"), empty_label=gettext_lazy("全部类型")
    )

    class Meta:
        model = Correction
        fields = ("state", "kind")


class SettleForm(PageForm):
    """What whoever sent the report is told."""

    reason = forms.CharField(
        label=gettext_lazy("答复或理由"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("必填；凭受理编号可以看到，并记入处理记录。请不要写入联系方式等个人信息。"),
    )


@require_safe
@answers_refusals
def correction_list(request: HttpRequest) -> HttpResponse:
    """The plan's reports, the newest first, filtered by state and kind, 50 a page."""
    administrator_of(request)
    rows = Correction.objects.filter(plan=plan_of(request)).order_by("-pk")
    filterset = CorrectionFilter(request.GET, queryset=rows, request=request)
    context = {
        "page": page_of(request, filtered(filterset)),
        "form": filterset.form,
        "query": filter_query(filterset),
    }
    return render(request, "reporting/manage/correction_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def correction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with everything that its sender wrote; settled here once."""
    admin = administrator_of(request)
    rows = Correction.objects.filter(plan=plan_of(request)).select_related("plan", "settled_by")
    correction = get_object_or_404(rows, pk=pk)
    form = SettleForm.of(request)
    if request.method == "POST" and _settle(request, admin, correction, form):
        return redirect(plan_reverse(correction.plan, "manage-correction", pk))
    return render(
        request,
        "reporting/manage/correction.html",
        {"correction": correction, "form": form},
        status=form.status,
    )


def _settle(request: HttpRequest, admin: User, correction: Correction, form: SettleForm) -> bool:
    """Whether the report was settled; where it was not, the form says why."""
    asked = request.POST.get("outcome", "")
    outcome = next((known for known in OUTCOMES if known == asked), None)
    if outcome is None:
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": asked[:60]})
    settle = partial(correction_settle, by=admin, correction=correction, outcome=outcome)
    if form.settle(settle) is None:
        correction.refresh_from_db()
        return False
    messages.success(request, _("已处理纠错 %(reference)s。") % {"reference": correction.reference})
    return True
