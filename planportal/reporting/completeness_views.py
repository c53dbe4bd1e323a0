"""The completeness matrix as a page and as a download."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planportal.accounts.access import person_of
from planportal.plan.mount import plan_of
from planportal.reporting.completeness import CSV_COLUMNS, csv_rows, read_completeness, tasks_with_state
from planportal.reporting.filters import CompletenessFilter
from planportal.reporting.models import Task
from planportal.web.lists import csv_response
from planportal.web.page_lists import filter_query, filtered
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Fault, Invalid


@require_safe
@answers_refusals
def completeness(request: HttpRequest) -> HttpResponseBase:
    """What every department has reported and what is missing."""
    viewer = person_of(request)
    plan = plan_of(request)
    filterset = CompletenessFilter(request.GET, queryset=Task.objects.of_plan(plan), request=request)
    tasks = filtered(filterset)
    wanted = request.GET.get("format", "")
    if wanted == "csv":
        return csv_response("completeness", CSV_COLUMNS, csv_rows(tasks_with_state(tasks, viewer)))
    if wanted:
        message = _("“%(raw)s”不能用作 format，可用：csv。") % {"raw": wanted[:60]}
        raise Invalid(Fault("format", "invalid_choice", message))
    department = filterset.form.cleaned_data["department"]
    targets = plan.targets.filter(department=department) if department else plan.targets.all()
    context = {
        "completeness": read_completeness(plan, viewer, tasks, targets),
        "form": filterset.form,
        "query": filter_query(filterset),
    }
    return render(request, "reporting/completeness.html", context)
