"""What every page of progress shares: the question in its address, and of when its data are."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from planportal.accounts.models import User
from planportal.plan.mount import plan_of
from planportal.web.answers import put_dates
from targets.dashboards import Dashboard, Row
from targets.models import Figure, State, Target, View
from targets.questions import PARAMETERS, Question, read_question

Dated = Dashboard | Row


def page_question(request: HttpRequest) -> Question:
    """The question of a page's address; a field that a form left empty is not asked at all."""
    given = {name: str(request.GET[name]) for name in PARAMETERS if request.GET.get(name)}
    return read_question(plan_of(request), given, signed_in=request.user.is_authenticated)


def readable_waiting(targets: Sequence[Target], question: Question, user: object) -> set[int]:
    """The figures waiting for approval whose own pages this person may open; none but in the `reported` view."""
    if question.view != View.REPORTED or not isinstance(user, User):
        return set()
    waiting = Figure.objects.visible_to(user).filter(target__in=targets, state=State.SUBMITTED)
    return set(waiting.values_list("pk", flat=True))


def dated_page(request: HttpRequest, template: str, context: dict[str, Any], data: Dated) -> HttpResponse:
    """A page that says of when its data are, in its footer and in its headers, and whose newer data do not come."""
    rows = data.rows if isinstance(data, Dashboard) else [data]
    stuck = [gettext(row.target.name) for row in rows if row.is_stuck]
    dates = {"data_as_of": data.computed_at, "pending": data.pending, "stuck": gettext("、").join(stuck)}
    response = render(request, template, {**context, **dates})
    put_dates(response, data.computed_at, pending=data.pending)
    return response
