"""/sitemap.xml: every page of every plan that search engines shall find, with the day of its last change."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.portal.public_pages import PUBLIC_PAGES, Dates


class Location(NamedTuple):
    """A path on this host, and when what stands there last changed."""

    path: str
    changed_at: datetime


class PublicPages(Sitemap):  # type: ignore[type-arg]
    """The public pages, plan by plan; past 50,000 of them in pages of that many, `?p=2` and so on."""

    def items(self) -> list[Location]:
        return [location for plan in Plan.objects.all() for location in locations(plan)]

    def location(self, item: Location) -> str:
        return item.path

    def lastmod(self, item: Location) -> datetime:
        return item.changed_at


def locations(plan: Plan) -> list[Location]:
    """Every indexed page of a plan, in the order of the table of public pages."""
    dates = Dates(plan)
    return [
        Location(plan_reverse(plan, page.name, *arguments), changed_at)
        for page in PUBLIC_PAGES
        if page.is_indexed
        for arguments, changed_at in page.entries(dates)
    ]


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """The sitemap of this host."""
    response: HttpResponse = sitemap(request, {"pages": PublicPages()})
    return response


site_map.needs_no_plan = True  # type: ignore[attr-defined]
