"""Pages of the industry alliances: all of them, and what one touches."""

from itertools import groupby

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from alliances.filters import AllianceFilter
from alliances.models import Alliance, AllianceDirection, Level
from fields.models import PriorityField
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of
from planportal.plan.neighbours import neighbours
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
        "all_levels": _counted(plan),
        "form": filterset.form,
        "query": filter_query(filterset),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "alliances/alliance_list.html", context)


def _counted(plan: Plan) -> list[tuple[Level, int]]:
    rows = plan.alliances.values_list("level").annotate(count=models.Count("pk"))
    counts = dict(rows.order_by("level"))
    return [(level, counts.get(level.value, 0)) for level in Level]


def alliance_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One alliance: the directions that it touches, field by field, and who else touches them."""
    plan = plan_of(request)
    rows = Alliance.objects.filter(plan=plan)
    alliance = get_object_or_404(rows, number=number)
    touches = list(alliance.touches.select_related("direction__field").order_by("position"))
    context = {
        "alliance": alliance,
        "level": Level(alliance.level),
        "touches": touches,
        "fields": _by_field(touches),
        "kin": _sharing(alliance),
        "neighbours": neighbours(plan, rows, number, "alliance-detail"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "alliances/alliance_detail.html", context)


def _by_field(touches: list[AllianceDirection]) -> list[tuple[PriorityField, list[AllianceDirection]]]:
    """What is touched, closest first within each field; fields in the plan's order."""
    ordered = sorted(touches, key=lambda touch: (touch.direction.field.number, touch.position))
    return [(field, list(group)) for field, group in groupby(ordered, key=lambda touch: touch.direction.field)]


def _sharing(alliance: Alliance) -> models.QuerySet[Alliance]:
    """The other alliances that touch some of its directions, with `count` of these, most first."""
    others = Alliance.objects.filter(touches__direction__touched_by__alliance=alliance).exclude(pk=alliance.pk)
    return others.annotate(count=models.Count("touches__direction", distinct=True)).order_by("-count", "number")
