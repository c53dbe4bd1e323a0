"""What the head of a page tells search engines and those who pass its address on: its own address, and no other.

A public page has one canonical address: its path on this host, at the root where its plan is the default one, and of
the query only what makes another document of it: the page of a list, and of what is dated the year and the day of
knowledge. Filters, the view, the basis and the state of a permanent link make none. A page as known on an earlier day
is there to be cited and not to be found: it has its address and is not indexed.
"""

import re
from dataclasses import dataclass

from django.core.paginator import Page
from django.http import HttpRequest
from django.template.context import Context
from django.utils.http import urlencode

from planportal.plan.models import Plan
from planportal.plan.mount import own_path
from planportal.portal.public_pages import BY_NAME, PublicPage
from targets.questions import default_year

Query = dict[str, str | int]

# The pages of refusals and faults are rendered at the address that was asked for, whatever it is the address of.
ERROR_TEMPLATE = re.compile(r"[45][0-9]{2}\.html")


@dataclass(frozen=True)
class PageHead:
    """`name` is the public page's, "" of any other page; `canonical`, `previous` and `following` are whole addresses.

    Those three are "" where there is none; `year` is the year of `canonical`, None where it is the page's usual one.
    `origin` is what stands before every path of this host.
    """

    name: str = ""
    origin: str = ""
    canonical: str = ""
    previous: str = ""
    following: str = ""
    year: object = None
    is_indexed: bool = False


UNLISTED = PageHead()


def read_page_head(context: Context) -> PageHead:
    """The head of the page that a template is being rendered for; UNLISTED for errors and what is not public."""
    request, plan = context.get("request"), context.get("plan")
    page = _public_page(context, request)
    if page is None or not page.is_indexed or not isinstance(plan, Plan) or request is None:
        return UNLISTED
    own = own_path(request, plan)
    rows = context.get("page")
    asked = _dated(request, plan, page) | _numbered(request, rows)
    # Put together by hand: what a request makes of a path costs more than the rest, and paths are quoted already.
    origin = f"{request.scheme}://{request.get_host()}"
    return PageHead(
        name=page.name,
        origin=origin,
        canonical=origin + _with_query(own, asked),
        previous=_neighbour(request, origin + own, rows, -1),
        following=_neighbour(request, origin + own, rows, 1),
        year=asked.get("as_of_year"),
        is_indexed="known_by" not in asked,
    )


def _public_page(context: Context, request: HttpRequest | None) -> PublicPage | None:
    template, match = getattr(context.template, "name", None) or "", getattr(request, "resolver_match", None)
    if match is None or ERROR_TEMPLATE.fullmatch(template):
        return None
    return BY_NAME.get(match.url_name)


def _dated(request: HttpRequest, plan: Plan, page: PublicPage) -> Query:
    """The year and the day that were asked for, where they are not those of the page without them."""
    if not page.is_dated:
        return {}
    year, day = request.GET.get("as_of_year", ""), request.GET.get("known_by", "")
    asked: Query = {}
    if year and (day or int(year) != default_year(plan)):
        asked["as_of_year"] = min(int(year), plan.end_year + 1)
    return asked | ({"known_by": day} if day else {})


def _numbered(request: HttpRequest, rows: object) -> Query:
    """The number of a page of the whole list; a page of a filtered one is a part of it."""
    filters = any(value for name, value in request.GET.items() if name != "page")
    return {"page": rows.number} if isinstance(rows, Page) and rows.number > 1 and not filters else {}


def _neighbour(request: HttpRequest, own: str, rows: object, step: int) -> str:
    """The page before or after in the same list, filtered as this one is."""
    if not isinstance(rows, Page):
        return ""
    number = rows.number + step
    if number not in rows.paginator.page_range:
        return ""
    query: Query = {name: str(value) for name, value in request.GET.items() if value and name != "page"}
    return _with_query(own, query | ({"page": number} if number > 1 else {}))


def _with_query(address: str, query: Query) -> str:
    return f"{address}?{urlencode(query)}" if query else address
