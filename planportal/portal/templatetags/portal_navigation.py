"""The entries of the navigation, which say by themselves where the reader is."""

from typing import Any

from django import template
from django.template.context import Context

from planportal.plan.templatetags.plan_urls import plan_url

register = template.Library()


@register.inclusion_tag("parts/navigation_entry.html", takes_context=True)
def navigation_entry(context: Context, label: str, name: str, *more: str, unread_count: int = 0) -> dict[str, Any]:
    """A link to the page `name`; marked as the current one on it, and as the current section below it.

    Pages named in `more` belong to the same section; `unread_count` is what waits there unread. The home page is its
    own section only.
    """
    path = getattr(context.get("request"), "path", "")
    addresses = [plan_url(context, page) for page in (name, *more)]
    below = name != "home" and any(path.startswith(address) for address in addresses)
    current = "page" if path == addresses[0] else "true" if below else ""
    return {"label": label, "address": addresses[0], "current": current, "unread_count": unread_count}
