"""What the yearly rounds say of a prefecture, for a page below the reporting that knows nothing of rounds."""

from typing import Any

from django import template
from django.template.context import Context

from planportal.accounts.models import City, User
from planportal.reporting.completeness import city_counts

register = template.Library()


@register.inclusion_tag("reporting/parts/city_tasks.html", takes_context=True)
def city_tasks(context: Context, city: City) -> dict[str, Any]:
    """How many of its tasks are settled, for those signed in; nothing for the public, as on the matrix of tasks."""
    user, plan = context["request"].user, context["plan"]
    return {"plan": plan, "counts": city_counts(plan, user, city) if isinstance(user, User) else None}
