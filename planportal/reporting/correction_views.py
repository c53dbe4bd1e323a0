"""The administration of reports of something wrong: a list, and one report that is answered or dismissed."""

import re
from collections.abc import Iterable
from functools import partial

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from planportal.accounts.access import administrator_of
from planportal.accounts.models import User
from planportal.corrections.models import LONGEST_ANSWER, Correction, CorrectionKind, CorrectionState
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.correction_lines import lines_of, senders_of
from planportal.reporting.correction_services import correction_settle, corrections_settle
from planportal.web.page_forms import PageForm
from planportal.web.page_lists import PAGE_SIZE, filter_query, filtered, page_of
from planportal.web.pages import answers_refusals

KEY = re.compile(r"[1-9][0-9]{0,17}")
LARGEST_KEY = 2**63 - 1
OUTCOMES = (CorrectionState.ANSWERED, CorrectionState.DISMISSED)


class KeyFilter(django_filters.Filter):
    """A whole number."""

    field_class = forms.IntegerField


class CorrectionFilter(django_filters.FilterSet):
    """`state` and `kind` of a report; `sender_of`: those of the same network and day as the one with that key."""

    state = django_filters.ChoiceFilter(
        choices=CorrectionState.choices, label=gettext_lazy("状态"), empty_label=gettext_lazy("全部状态")
    )
    kind = django_filters.ChoiceFilter(
        choices=CorrectionKind.choices, label=gettext_lazy("问题类型"), empty_label=gettext_lazy("全部类型")
    )
    sender_of = KeyFilter(min_value=1, max_value=LARGEST_KEY, method="of_sender")

    class Meta:
        model = Correction
        fields = ("state", "kind", "sender_of")

    def of_sender(self, rows: QuerySet[Correction], _name: str, key: int) -> QuerySet[Correction]:
        """Whose sender is forgotten stands alone."""
        return rows.filter(Q(pk=key) | Q(client__in=senders_of(plan_of(self.request), key)))


class SettleForm(PageForm):
    """What whoever sent the report is told."""

    reason = forms.CharField(
        label=gettext_lazy("答复或理由"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("必填；凭受理编号可以看到，并记入处理记录。请不要写入联系方式等个人信息。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def correction_list(request: HttpRequest) -> HttpResponse:
    """The plan's reports, the newest first, filtered, 50 a page; those that are ticked are settled alike."""
    admin, plan = administrator_of(request), plan_of(request)
    rows = Correction.objects.filter(plan=plan).select_related("plan").order_by("-pk")
    filterset = CorrectionFilter(request.GET, queryset=rows, request=request)
    found, query = filtered(filterset), filter_query(filterset)
    form = SettleForm.of(request)
    if request.method == "POST" and _settle_chosen(request, admin, plan, form):
        # The page may be gone with what was settled.
        return redirect(f"{plan_reverse(plan, 'manage-corrections')}{'?' if query else ''}{query}")
    page = page_of(request, found)
    context = {
        "page": page,
        "lines": lines_of(page, _ticked(request, page, filterset)),
        "form": filterset.form,
        "settle_form": form,
        "most_at_once": PAGE_SIZE,
        "sender_of": filterset.form.cleaned_data["sender_of"],
        "query": query,
    }
    return render(request, "reporting/manage/correction_list.html", context, status=form.status)


def _ticked(request: HttpRequest, page: Iterable[Correction], filterset: CorrectionFilter) -> set[int]:
    """The keys that come ticked: what was ticked before a refusal; of a list of one sender all."""
    if request.method == "POST":
        return {int(key) for key in request.POST.getlist("correction")}
    return {row.pk for row in page} if filterset.form.cleaned_data["sender_of"] else set()


def _settle_chosen(request: HttpRequest, admin: User, plan: Plan, form: SettleForm) -> bool:
    """Whether what is ticked was settled; where it was not, the form says why."""
    outcome, chosen = _outcome(request), _chosen(request, plan)
    form.is_valid()
    if not chosen:
        form.add_error(None, _("没有勾选任何一条，没有改动。请先在列表中勾选。"))
    decide = partial(corrections_settle, by=admin, plan=plan, corrections=chosen, outcome=outcome)
    settled = form.settle(decide)
    if settled is None:
        return False
    if settled.done:
        messages.success(request, _("已处理 %(count)s 条纠错。") % {"count": len(settled.done)})
    if settled.late:
        facts = {"count": len(settled.late), "references": _("、").join(one.reference for one in settled.late)}
        messages.warning(request, _("%(count)s 条已经处理过，没有改动：%(references)s。") % facts)
    return True


def _chosen(request: HttpRequest, plan: Plan) -> list[Correction]:
    """The plan's reports that are ticked; 400 for what no page of ours sends."""
    given = set(request.POST.getlist("correction"))
    keys = [key for key in given if KEY.fullmatch(key)]
    found = list(Correction.objects.filter(plan=plan, pk__in=keys).select_related("plan")) if keys else []
    if len(found) < len(given):
        raise BadRequest(_("选中的纠错无法识别，没有改动任何一条。"))
    if len(found) > PAGE_SIZE:
        message = _("一次最多处理 %(most)s 条，选中了 %(count)s 条，没有改动任何一条。")
        raise BadRequest(message % {"most": PAGE_SIZE, "count": len(found)})
    return found


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
    settle = partial(correction_settle, by=admin, correction=correction, outcome=_outcome(request))
    if form.settle(settle) is None:
        correction.refresh_from_db()
        return False
    messages.success(request, _("已处理纠错 %(reference)s。") % {"reference": correction.reference})
    return True


def _outcome(request: HttpRequest) -> CorrectionState:
    """What is to come of it; 400 for what no button of ours sends."""
    asked = request.POST.get("outcome", "")
    outcome = next((known for known in OUTCOMES if known == asked), None)
    if outcome is None:
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": asked[:60]})
    return outcome
