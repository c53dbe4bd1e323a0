"""The block "引用本页" of a page that people cite."""

from datetime import date
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone

from planportal.plan.mount import own_path
from planportal.portal.citations import WEB_PAGE, citation, title_within
from planportal.web.writing import translated

register = template.Library()


@register.inclusion_tag("parts/cite.html", takes_context=True)
def cite_page(
    context: Context, title: str, query: str = "", mark: str = WEB_PAGE, as_of: date | None = None
) -> dict[str, Any]:
    """The citation of the page that is shown: its title within the plan's, and its address.

    `query` is what keeps the state that is shown, such as a permanent link's; "" cites the page as it is now. `as_of`
    is the day of the data, without it when the page's data last changed; a page that shows the plan alone gives the
    day on which it was issued.
    """
    request: HttpRequest = context["request"]
    plan = context.get("plan")
    whole = title_within(translated(plan.title), title) if plan else title
    address = request.build_absolute_uri((own_path(request, plan) if plan else request.path) + query)
    words = citation(whole, address, as_of=as_of or context.get("data_as_of"), read_on=timezone.localdate(), mark=mark)
    return {"citation": words}
