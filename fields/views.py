"""Pages of the priority fields and of their research directions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fields.filters import DirectionFilter
from fields.models import Direction, PriorityField
from planportal.plan.mount import plan_of
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
    field = get_object_or_404(PriorityField.objects.filter(plan=plan).with_span(), code=code)
    chosen = {"field": field.code, "q": request.GET.get("q", "")}
    filterset = DirectionFilter(chosen, queryset=field.directions.order_by("number"), request=request)
    context = {
        "field": field,
        "national_projects": field.national_projects.order_by("position"),
        "carriers": field.carriers.select_related("institution").order_by("position"),
        "directions": filtered(filterset),
        "form": filterset.form,
        "query": filter_query(filterset),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/field_detail.html", context)


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
