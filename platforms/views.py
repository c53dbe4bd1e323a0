"""The page of the "Internet+" platforms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from planportal.plan.mount import plan_of
from platforms.models import Platform


def platform_list(request: HttpRequest) -> HttpResponse:
    """The platforms of annex 2, and why they count from zero."""
    plan = plan_of(request)
    platforms = Platform.objects.filter(plan=plan).order_by("number")
    context = {"platforms": platforms, "data_as_of": plan.loaded_at}
    return render(request, "platforms/platform_list.html", context)
