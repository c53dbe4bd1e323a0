"""What every page of progress shares: the question in its address, and of when its data are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from planportal.plan.mount import plan_of
from planportal.web.answers import put_dates
from targets.dashboards import Dashboard, Row
from targets.questions import PARAMETERS, Question, read_question

Dated = Dashboard | Row


def page_question(request: HttpRequest) -> Question:
    """The question of a page's address; a field that a form left empty is not asked at all."""
    given = {name: str(request.GET[name]) for name in PARAMETERS if request.GET.get(name)}
    return read_question(plan_of(request), given, signed_in=request.user.is_authenticated)


def dated_page(request: HttpRequest, template: str, context: dict[str, Any], data: Dated) -> HttpResponse:
    """A page that says of when its data are, in its footer and in its headers, and whose newer data do not come."""
    rows = data.rows if isinstance(data, Dashboard) else [data]
    stuck = [gettext(row.target.name) for row in rows if row.is_stuck]
    dates = {"data_as_of": data.computed_at, "pending": data.pending, "stuck": gettext("、").join(stuck)}
    response = render(request, template, {**context, **dates})
    put_dates(response, data.computed_at, pending=data.pending)
    return response
