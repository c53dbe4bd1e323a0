"""What search engines shall find: /sitemap.xml names a sitemap for each plan, /sitemap-<plan-code>.xml its pages.

A sitemap has every indexed page with the day of its last change, 50,000 of them a page, `?p=2` and so on; the index
names each of these pages.
"""

from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.portal.public_pages import PUBLIC_PAGES, Arguments, Dates


class Location(NamedTuple):
    """A page by the name of its address and what it is made with, and when what stands there last changed."""

    name: str
    arguments: Arguments
    changed_at: datetime


class PlanPages(Sitemap):  # type: ignore[type-arg]
    """The public pages of a plan, in the order of their table."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def items(self) -> list[Location]:
        return self._locations

    @cached_property
    def _locations(self) -> list[Location]:
        dates = Dates(self._plan)
        return [
            Location(page.name, arguments, changed_at)
            for page in PUBLIC_PAGES
            if page.is_indexed
            for arguments, changed_at in page.entries(dates)
        ]

    def location(self, item: Location) -> str:
        return plan_reverse(self._plan, item.name, *item.arguments)

    def lastmod(self, item: Location) -> datetime:
        return item.changed_at


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """The index of the sitemaps of this host, each with its last change."""
    response: HttpResponse = index(request, _plans(), sitemap_url_name="plan-sitemap")
    return response


@require_safe
def plan_site_map(request: HttpRequest, section: str) -> HttpResponse:
    """The sitemap of the plan with the code `section`; 404 for one that is not there."""
    response: HttpResponse = sitemap(request, _plans(), section=section)
    return response


def _plans() -> "dict[str, type[Sitemap[Any]] | Sitemap[Any]]":
    return {plan.code: PlanPages(plan) for plan in Plan.objects.order_by("pk")}


site_map.needs_no_plan = True  # type: ignore[attr-defined]
plan_site_map.needs_no_plan = True  # type: ignore[attr-defined]
