"""The review of submitted figures: a queue, one figure beside those in force, and the decision on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts.models import User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting.access import review_reader_of
from planportal.reporting.approvals import MOST_AT_ONCE, figures_approve, read_choices
from planportal.reporting.comparisons import compare, read_record
from planportal.reporting.forms import DecisionForm
from planportal.reporting.queues import Queue, next_waiting, read_queue
from planportal.reporting.receipt_words import with_receipt
from planportal.reporting.titles import title_of
from planportal.web.kept import keeps_typing, typed_before, typist_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict, Invalid, NotStored, Refusal, Stale
from targets import permissions, services
from targets.evidence import attached_to
from targets.models import Figure, State


@require_safe
@answers_refusals
def review(request: HttpRequest) -> HttpResponse:
    """The queue, and the figure that has waited longest."""
    reader = review_reader_of(request)
    queue = read_queue(plan_of(request), reader)
    return _review_page(request, reader, queue, queue.first())


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@keeps_typing(page=HttpRequest.get_full_path)
def review_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """One figure that was ever submitted, and the decision on it."""
    reader = review_reader_of(request)
    figures = Figure.objects.filter(target__plan=plan_of(request), submitted_at__isnull=False)
    figure = get_object_or_404(figures.visible_to(reader).shown(), pk=pk)
    if request.method == "POST":
        return _decide(request, reader, figure)
    return _review_page(request, reader, read_queue(plan_of(request), reader), figure)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def review_approve(request: HttpRequest) -> HttpResponse:
    """Approves what was chosen in the queue, and says of each what became of it."""
    reader = review_reader_of(request)
    plan = plan_of(request)
    if request.method != "POST":
        # Who signs in on the way here comes back with an address and no choice.
        return redirect(plan_reverse(plan, "review"))
    permissions.refuse_review(reader)
    choices = read_choices(request.POST.getlist("figure"))
    if not choices:
        messages.warning(request, _("没有选中任何一条，没有作任何处理。请先在队列中勾选。"))
        return redirect(plan_reverse(plan, "review"))
    outcomes = figures_approve(by=reader, plan=plan, choices=choices)
    refused_count = sum(bool(outcome.why) for outcome in outcomes)
    context = {
        "outcomes": outcomes,
        "passed_count": len(outcomes) - refused_count,
        "refused_count": refused_count,
        "queue": read_queue(plan, reader),
    }
    return render(request, "reporting/approved.html", context)


def _decide(request: HttpRequest, reader: User, figure: Figure) -> HttpResponse:
    form = DecisionForm(request.POST)
    form.is_valid()
    based_on = form.based_on()
    if based_on is None or based_on[0] != figure.pk:
        raise BadRequest(_("表单没有注明所依据的版本，没有作任何处理。请返回上一页，刷新后再试。"))
    try:
        message, figure = _step(form, reader, figure, request.POST.get("decision", ""), based_on[1])
    except (Invalid, Conflict, Stale, NotStored) as refusal:
        return _refused(request, reader, figure, form, refusal)
    messages.success(request, with_receipt(message % {"figure": title_of(figure)}, figure))
    following = next_waiting(plan_of(request), figure)
    if following is None:
        return redirect(plan_reverse(plan_of(request), "review"))
    return redirect(plan_reverse(plan_of(request), "review-figure", following.pk))


def _step(form: DecisionForm, reader: User, figure: Figure, decision: str, version: int) -> tuple[str, Figure]:
    """Takes the step; the message about it, and the figure as it stands after it."""
    if decision == "approve":
        passed = services.figure_approve(by=reader, figure=figure, if_version=version)
        if passed.state == State.APPROVED:
            return _("已通过：%(figure)s。自今天起对公众可见。"), passed
        return _("初审已通过：%(figure)s。还须另一位审核人复审，通过后才对公众可见。"), passed
    if decision == "return":
        reason = form.cleaned_data.get("reason", "")
        sent_back = services.figure_return(by=reader, figure=figure, if_version=version, reason=reason)
        return _("已退回：%(figure)s。填报人会在工作台看到理由。"), sent_back
    raise BadRequest(_("没有操作“%(decision)s”，没有作任何处理。") % {"decision": decision[:60]})


def _refused(request: HttpRequest, reader: User, figure: Figure, form: DecisionForm, refusal: Refusal) -> HttpResponse:
    """The page with what stands now; a reason that was typed stays."""
    standing = Figure.objects.shown().get(pk=figure.pk)
    form.show(refusal)
    form.base_on(standing)
    queue = read_queue(plan_of(request), reader)
    return _review_page(request, reader, queue, standing, form=form, status=refusal.status)


def _review_page(
    request: HttpRequest,
    reader: User,
    queue: Queue,
    figure: Figure | None,
    *,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "queue": queue,
        "figure": figure,
        "reviews": reader.may_review,
        "most_at_once": MOST_AT_ONCE,
        "typist": typist_of(reader),
    }
    if figure is not None:
        comparison = compare(figure)
        about = {"figure": figure.pk, "version": figure.version}
        typed = typed_before(request)
        fresh = DecisionForm(initial={"reason": typed.fields.get("reason", "") if typed else "", **about})
        item = queue.item_of(figure)
        context |= {
            "comparison": comparison,
            "record": read_record(comparison, reader),
            "evidence": attached_to(figure),
            "item": item,
            "may_decide": reader.may_review and item is not None,
            "previous": queue.before(figure),
            "following": queue.after(figure),
            "form": form or fresh,
            "brought_back": typed if typed and typed.fields.get("reason") else None,
        }
    return render(request, "reporting/review.html", context, status=status)
