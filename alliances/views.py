"""The page of the industry alliances."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alliances.filters import AllianceFilter
from alliances.models import Alliance, Level
from planportal.plan.mount import plan_of
from planportal.web.page_lists import filter_query, filtered


def alliance_list(request: HttpRequest) -> HttpResponse:
    """The alliances level by level, national ones first, filtered by level and text."""
    plan = plan_of(request)
    rows = Alliance.objects.filter(plan=plan).order_by("number")
    filterset = AllianceFilter(request.GET, queryset=rows, request=request)
    found = list(filtered(filterset))
    levels = [(level, [row for row in found if row.level == level]) for level in Level]
    context = {
        "levels": [(level, alliances) for level, alliances in levels if alliances],
        "count": len(found),
        "form": filterset.form,
        "query": filter_query(filterset),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "alliances/alliance_list.html", context)
