"""Pages of the priority fields and of their research directions."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fields.filters import DirectionFilter
from fields.models import Direction, PriorityField
from planportal.plan.mount import plan_of
from planportal.plan.neighbours import neighbours
from planportal.web.page_lists import filter_query, filtered, page_of


def field_list(request: HttpRequest) -> HttpResponse:
    """The fields in the plan's order, with what the plan ties to each."""
    plan = plan_of(request)
    fields = (
        PriorityField.objects.filter(plan=plan)
        .with_span()
        .prefetch_related("national_projects", "carriers__institution")
        .order_by("number")
    )
    total = Direction.objects.filter(plan=plan).count()
    context = {"fields": fields, "total": total, "data_as_of": plan.loaded_at}
    return render(request, "fields/field_list.html", context)


def field_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One field: what the plan says it is for, who carries it, and its directions, filtered by `q`."""
    plan = plan_of(request)
    fields = PriorityField.objects.filter(plan=plan)
    field = get_object_or_404(fields.with_span(), code=code)
    chosen = {"field": field.code, "q": request.GET.get("q", "")}
    filterset = DirectionFilter(chosen, queryset=field.directions.order_by("number"), request=request)
    context = {
        "field": field,
        "national_projects": field.national_projects.order_by("position"),
        "carriers": field.carriers.select_related("institution").order_by("position"),
        "directions": filtered(filterset),
        "form": filterset.form,
        "query": filter_query(filterset),
        "alliances": alliances_touching(field),
        "neighbours": neighbours(plan, fields, field.number, "field-detail", "code"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/field_detail.html", context)


def alliances_touching(field: PriorityField) -> models.QuerySet[Any, Any]:
    """The alliances that touch directions of the field, with `count` of these, most directions first."""
    alliance = "touched_by__alliance"
    touched = field.directions.filter(touched_by__isnull=False)
    named = touched.values(
        alliance_number=models.F(f"{alliance}__number"),
        alliance_name=models.F(f"{alliance}__name"),
    )
    return named.annotate(count=models.Count("pk")).order_by("-count", "alliance_number")


def direction_list(request: HttpRequest) -> HttpResponse:
    """All research directions, filtered by field and text, 50 a page."""
    plan = plan_of(request)
    rows = Direction.objects.filter(plan=plan).select_related("field").order_by("number")
    filterset = DirectionFilter(request.GET, queryset=rows, request=request)
    context = {
        "page": page_of(request, filtered(filterset)),
        "form": filterset.form,
        "query": filter_query(filterset),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/direction_list.html", context)
