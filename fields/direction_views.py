"""The page of one research direction: what stands around it, and what is like it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fields.models import Direction, PriorityField
from planportal.plan.mount import plan_of
from planportal.plan.neighbours import neighbours

# How many directions of its field are listed on each side of a direction.
AROUND = 3


def direction_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One direction, its neighbours in annex 1, what is related by text, and what the plan ties to its field."""
    plan = plan_of(request)
    rows = Direction.objects.filter(plan=plan)
    direction = get_object_or_404(rows, number=number)
    field = PriorityField.objects.with_span().get(pk=direction.field_id)
    context = {
        "direction": direction,
        "field": field,
        "neighbours": neighbours(plan, rows, number, "direction-detail"),
        "around": rows.filter(field=field, number__range=(number - AROUND, number + AROUND)).order_by("number"),
        "twins": rows.filter(search_text=direction.search_text).exclude(pk=direction.pk).order_by("number"),
        "relations": direction.relations.select_related("related__field").order_by("position"),
        "touched_by": direction.touched_by.select_related("alliance").order_by("position", "alliance__number"),
        "national_projects": field.national_projects.order_by("position"),
        "carriers": field.carriers.select_related("institution").order_by("position"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "fields/direction_detail.html", context)
