"""A decision that changes a target, recorded by an administrator: typed, looked at in words, then recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planportal.accounts.access import administrator_of
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting import services
from planportal.reporting.amendment_form import AmendmentForm
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict, Invalid
from planportal.web.writing import translated, written_day, written_figure
from targets.amendments import CheckedDecision, check_decision
from targets.changes import amended_targets
from targets.models import Target, View, target_value_today
from targets.progress import assess
from targets.questions import default_year
from targets.recompute import assess_now
from targets.submissions import indicator_of, submissions_of
from targets.wording import status_label, with_unit

# Look at what it will do; go back to what was typed; record it.
ACTIONS = ("look", "edit", "record")


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def amend(request: HttpRequest, code: str) -> HttpResponse:
    """One target's amendment, in two steps; nothing is stored by the first, and nothing without it."""
    person = administrator_of(request)
    target = _target(request, code)
    if request.method != "POST":
        return _page(request, target, AmendmentForm(target=target, initial={"amendments": _count(target)}))
    form, action = _typed(request, target)
    if form.errors:
        return _page(request, target, form, status=400)
    if action == "edit":
        return _page(request, target, form)
    if action == "look" or not form.was_looked_at():
        return _look(request, target, form)
    try:
        services.target_amend(
            by=person, target=target, decision=form.decision(), if_amendments=form.cleaned_data["amendments"]
        )
    except (Invalid, Conflict) as refusal:
        form.show(refusal)
        standing = _target(request, code)
        form.know(_count(standing))
        return _page(request, standing, form, status=refusal.status)
    messages.success(
        request, _("已登记目标调整：%(target)s。正在按新目标重新评估。") % {"target": translated(target.name)}
    )
    return redirect(f"{plan_reverse(target.plan, 'target-detail', target.code)}#amendments")


def _target(request: HttpRequest, code: str) -> Target:
    """The target with the amendments recorded by now."""
    return get_object_or_404(plan_of(request).targets.listed(), code=code)


def _typed(request: HttpRequest, target: Target) -> tuple[AmendmentForm, str]:
    """The form and what to do with it; BadRequest for what no page of ours sent."""
    form, action = AmendmentForm(request.POST, target=target), request.POST.get("action", "")
    if action not in ACTIONS:
        raise BadRequest(_("没有操作“%(action)s”，没有登记任何内容。") % {"action": action[:60]})
    if "amendments" in form.errors:
        raise BadRequest(_("表单没有注明所依据的情况，没有登记任何内容。请返回上一页，刷新后再试。"))
    return form, action


def _count(target: Target) -> int:
    return len(target.amendments.all())


def _look(request: HttpRequest, target: Target, form: AmendmentForm) -> HttpResponse:
    decision = form.decision()
    checked = check_decision(target=target, decision=decision)
    if checked.faults:
        form.show(Invalid(*checked.faults))
        return _page(request, target, form, status=400)
    assert decision.decided_on is not None
    form.mark_looked_at()
    consequences = list(_consequences(target, decision.decided_on, checked))
    return _page(request, target, form, consequences=consequences, doubts=checked.doubts)


def _page(
    request: HttpRequest,
    target: Target,
    form: AmendmentForm,
    *,
    consequences: Sequence[str] = (),
    doubts: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "target": target,
        "form": form,
        "today": _measured(target_value_today(target), target),
        "printed": _measured(target.target_value, target),
        "amended": amended_targets(target.amendments.all()),
        "consequences": consequences,
        "doubts": doubts,
    }
    return render(request, "reporting/manage/amend.html", context, status=status)


def _consequences(target: Target, day: date, checked: CheckedDecision) -> Iterator[str]:
    """What recording it will do, in words."""
    assert checked.new_value is not None
    yield _("%(year)s 年目标由 %(old)s 调整为 %(new)s，%(day)s决定。") % {
        "year": target.plan.end_year,
        "old": _measured(checked.old_value, target),
        "new": _measured(checked.new_value, target),
        "day": written_day(day),
    }
    yield from _views_changed(target, day)
    yield from _verdict_changed(target, day, checked.new_value)
    yield _("登记日期是今天（%(today)s）：按今天以前某一天所知的页面都不变。") % {
        "today": written_day(timezone.localdate())
    }
    yield _("决定、文件和理由向公众公开，出现在指标页、更正记录和订阅中。登记后不能修改或删除，有误时只能再登记一次。")


def _views_changed(target: Target, day: date) -> Iterator[str]:
    plan, year = target.plan, day.year
    if year > plan.end_year + 1:
        yield _("规划期各年的视图都在这项决定之前，结论不变；改变的只是现行目标值。")
        return
    if year > plan.start_year:
        words = _("截至 %(year)s 年及以后各年的视图按新目标重新评估；截至 %(before)s 年及以前的仍按原目标。")
        yield words % {"year": year, "before": year - 1}
    else:
        yield _("各年的视图都按新目标重新评估。")
    later = target.amendments.filter(decided_on__gt=day).first()
    if later is not None:
        yield _("但%(day)s另有一项已登记的调整，从那一年起仍以那一项为准。") % {"day": written_day(later.decided_on)}


def _verdict_changed(target: Target, day: date, new_value: Decimal) -> Iterator[str]:
    """The verdict of the year shown by default, before and after; nothing where that year is not touched."""
    year = default_year(target.plan)
    later = target.amendments.filter(decided_on__gt=day, decided_on__year__lte=year)
    if day.year > year or later.exists():
        return
    before = assess_now(target, as_of_year=year, view=View.APPROVED)
    indicator = replace(indicator_of(target, as_of_year=year), target=new_value)
    after = assess(indicator, submissions_of(target, View.APPROVED), year)
    words = _("截至 %(year)s 年的结论由“%(before)s”变为“%(after)s”。")
    if before.status == after.status:
        words = _("截至 %(year)s 年的结论不变，仍是“%(before)s”。")
    yield words % {"year": year, "before": status_label(before.status), "after": status_label(after.status)}


def _measured(value: Decimal, target: Target) -> str:
    return with_unit(written_figure(value, target.decimals), target.unit)
