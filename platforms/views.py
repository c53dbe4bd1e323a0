"""Pages of the "Internet+" platforms: all of them, and one with the target that it counts for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from planportal.plan.mount import plan_of
from planportal.plan.neighbours import neighbours
from platforms.models import Platform

# By its code: a count of another plan may be one of something else.
COUNTED_BY = "internet-plus-platforms"


def platform_list(request: HttpRequest) -> HttpResponse:
    """The platforms of annex 2, and why they count from zero."""
    plan = plan_of(request)
    platforms = Platform.objects.filter(plan=plan).order_by("number")
    context = {"platforms": platforms, "data_as_of": plan.loaded_at}
    return render(request, "platforms/platform_list.html", context)


def platform_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One platform, its place in annex 2, and the target that counts it."""
    plan = plan_of(request)
    rows = Platform.objects.filter(plan=plan)
    context = {
        "platform": get_object_or_404(rows, number=number),
        "target": plan.targets.filter(code=COUNTED_BY).first(),
        "platforms": rows.order_by("number"),
        "neighbours": neighbours(plan, rows, number, "platform-detail"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "platforms/platform_detail.html", context)
