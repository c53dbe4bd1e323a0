"""The workspace: what a department has to do, most urgent first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planportal.plan.mount import plan_of
from planportal.reporting.access import enterer_of
from planportal.reporting.notices import gather_for_reader
from planportal.reporting.queues import read_workspace
from planportal.web.pages import answers_refusals


@require_safe
@answers_refusals
def workspace(request: HttpRequest) -> HttpResponse:
    """What a department has to do: returned, drafts, on their way, and every target in every year."""
    user = enterer_of(request)
    gather_for_reader(user)
    return render(
        request,
        "reporting/workspace.html",
        {"department": user.department, "workspace": read_workspace(plan_of(request), user)},
    )
