"""The administration of a plan's rounds, tasks and targets; every decision is taken by reporting.services."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planportal.accounts.access import administrator_of
from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of, plan_reverse
from planportal.reporting import services
from planportal.reporting.calendar import DAYS_TO_REPORT, regular_window
from planportal.reporting.manage_forms import (
    ExtendForm,
    ManagedTaskFilter,
    PauseForm,
    RoundDatesForm,
    RoundForm,
    TargetForm,
)
from planportal.reporting.manage_pages import (
    decisions_about_round,
    decisions_about_target,
    decisions_about_task,
    managed_tasks,
    read_overview,
    review_shortage,
    task_lines,
)
from planportal.reporting.models import Round, Task
from planportal.reporting.queues import figure_years
from planportal.web.page_forms import PageForm
from planportal.web.page_lists import filter_query, filtered, page_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict
from planportal.web.writing import translated
from targets.models import Target

Step = Callable[[HttpRequest, User, Task], HttpResponse]


@require_safe
@answers_refusals
def overview(request: HttpRequest) -> HttpResponse:
    """The years of the plan, what needs a decision, and what was decided last."""
    admin = administrator_of(request)
    shown = read_overview(plan_of(request), admin, timezone.localdate())
    return render(request, "reporting/manage/overview.html", {"overview": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def round_open(request: HttpRequest, year: int) -> HttpResponse:
    """The form that opens a year's round, filled with the regular days."""
    admin = administrator_of(request)
    plan = plan_of(request)
    if year not in figure_years(plan):
        raise Http404
    opened = set(Round.objects.filter(plan=plan).values_list("year", flat=True))
    if request.method != "POST" and year in opened:
        return redirect(plan_reverse(plan, "manage-round", year))
    window = regular_window(year, timezone.localdate())
    form = RoundForm.of(request, initial={"opens_on": window.opens_on, "due_on": window.due_on})
    if request.method == "POST":
        made = form.settle(partial(services.round_open, by=admin, plan=plan, year=year))
        if made is not None:
            messages.success(request, _("已开启 %(year)s 年报送，任务已分到责任单位。") % {"year": year})
            return redirect(plan_reverse(plan, "manage-round", year))
    context = {
        "year": year,
        "other_years": [other for other in figure_years(plan) if other not in opened and other != year],
        "window": window,
        "days_to_report": DAYS_TO_REPORT,
        "form": form,
    }
    return render(request, "reporting/manage/round_open.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def round_page(request: HttpRequest, year: int) -> HttpResponse:
    """A round with its tasks, filtered by department and state; tasks it lacks are added here."""
    admin = administrator_of(request)
    plan = plan_of(request)
    reporting_round = _round(plan, year)
    if request.method == "POST":
        return _complete(request, admin, reporting_round)
    today = timezone.localdate()
    rows = managed_tasks(plan, admin, today).asked().filter(round=reporting_round)
    filterset = ManagedTaskFilter(request.GET, queryset=rows, request=request)
    page = page_of(request, filtered(filterset))
    context = {
        "round": reporting_round,
        "page": page,
        "lines": task_lines(page, today),
        "form": filterset.form,
        "query": filter_query(filterset),
        "lacking": len(services.missing_tasks([reporting_round])),
        "decisions": decisions_about_round(reporting_round),
    }
    return render(request, "reporting/manage/round.html", context)


def _complete(request: HttpRequest, admin: User, reporting_round: Round) -> HttpResponse:
    _refuse_unknown_action(request, "complete")
    count = services.round_complete(by=admin, reporting_round=reporting_round)
    said = _("已补建 %(count)s 项任务。") if count else _("没有缺少的任务，没有改动。")
    messages.success(request, said % {"count": count})
    return redirect(plan_reverse(reporting_round.plan, "manage-round", reporting_round.year))


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def round_dates(request: HttpRequest, year: int) -> HttpResponse:
    """Other days for a round and all its tasks that have no exception."""
    admin = administrator_of(request)
    plan = plan_of(request)
    reporting_round = _round(plan, year)
    form = RoundDatesForm.of(request) if request.method == "POST" else RoundDatesForm.filled(reporting_round)
    if request.method == "POST":
        moved = form.settle(partial(services.round_change_dates, by=admin, reporting_round=reporting_round))
        if moved is not None:
            messages.success(request, _("已调整 %(year)s 年报送的日期。") % {"year": year})
            return redirect(plan_reverse(plan, "manage-round", year))
    context = {"round": reporting_round, "form": form}
    return render(request, "reporting/manage/round_dates.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: its state and days, an exception, a pause, and everything that was decided about it."""
    admin = administrator_of(request)
    task = get_object_or_404(managed_tasks(plan_of(request), admin, timezone.localdate()), pk=pk)
    if request.method != "POST":
        return _task_page(request, task)
    _refuse_unknown_action(request, *TASK_STEPS)
    try:
        return TASK_STEPS[request.POST["action"]](request, admin, task)
    except Conflict as refusal:
        messages.error(request, refusal.told)
        return _task_page(request, task, status=refusal.status)


def _extend(request: HttpRequest, admin: User, task: Task) -> HttpResponse:
    form = ExtendForm.of(request)
    if form.settle(partial(services.task_extend, by=admin, task=task)) is None:
        return _task_page(request, task, extension=form)
    messages.success(request, _("已更改这项任务的截止日期。"))
    return _to_task(task)


def _pause(request: HttpRequest, admin: User, task: Task) -> HttpResponse:
    form = PauseForm.of(request)
    if form.settle(partial(services.task_pause, by=admin, task=task)) is None:
        return _task_page(request, task, pause=form)
    messages.success(request, _("已暂停催报这项任务。"))
    return _to_task(task)


def _resume(request: HttpRequest, admin: User, task: Task) -> HttpResponse:
    services.task_resume(by=admin, task=task)
    messages.success(request, _("已恢复催报这项任务。"))
    return _to_task(task)


TASK_STEPS: dict[str, Step] = {"extend": _extend, "pause": _pause, "resume": _resume}


def _to_task(task: Task) -> HttpResponse:
    return redirect(plan_reverse(task.round.plan, "manage-task", task.pk))


def _task_page(
    request: HttpRequest,
    task: Task,
    *,
    extension: ExtendForm | None = None,
    pause: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    refused: PageForm | None = extension or pause
    context = {
        "line": task_lines([task], timezone.localdate())[0],
        "task": task,
        "extension": extension or ExtendForm(initial={"due_on": task.due_on}),
        "pause": pause or PauseForm(),
        "refused": refused,
        "decisions": decisions_about_task(task),
    }
    return render(request, "reporting/manage/task.html", context, status=refused.status if refused else status)


@require_safe
@answers_refusals
def target_list(request: HttpRequest) -> HttpResponse:
    """Who reports each target, from what, when, for which areas, and how it is reviewed."""
    administrator_of(request)
    targets = Target.objects.listed().filter(plan=plan_of(request))
    return render(request, "reporting/manage/target_list.html", {"targets": targets})


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def target_page(request: HttpRequest, code: str) -> HttpResponse:
    """How one target is reported, and everything that was decided about it."""
    admin = administrator_of(request)
    plan = plan_of(request)
    target = get_object_or_404(Target.objects.listed(), plan=plan, code=code)
    form = TargetForm.of(request, target=target) if request.method == "POST" else TargetForm.filled(target)
    if request.method == "POST":
        # Its form offers prefectures only where they can be added up.
        configure = partial(services.target_configure, by=admin, target=target, asks_cities=False)
        if form.settle(configure) is not None:
            messages.success(request, _("已保存“%(target)s”的报送设置。") % {"target": translated(target.name)})
            return redirect(plan_reverse(plan, "manage-target", code))
    context = {
        "target": target,
        "form": form,
        "shortage": review_shortage(target),
        "decisions": decisions_about_target(target),
    }
    return render(request, "reporting/manage/target.html", context, status=form.status)


def _round(plan: Plan, year: int) -> Round:
    """The round of a year of the plan; 404 for a year that has none."""
    if year not in figure_years(plan):
        raise Http404
    return get_object_or_404(Round.objects.select_related("plan"), plan=plan, year=year)


def _refuse_unknown_action(request: HttpRequest, *known: str) -> None:
    asked = request.POST.get("action", "")
    if asked not in known:
        raise BadRequest(_("没有操作“%(action)s”，没有保存任何内容。") % {"action": asked[:60]})
