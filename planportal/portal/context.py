"""What every page knows: whose site it is, which plan it is about, and who is looking."""

from typing import Any

from django.http import HttpRequest

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.portal.appearance import chosen_shortcuts, chosen_text_size, chosen_theme
from planportal.portal.site import site_facts
from planportal.reporting.notices import unread


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; `viewer` is None for the public."""
    user, plan = getattr(request, "user", None), getattr(request, "plan", None)
    return {
        "plan": plan,
        "theme": chosen_theme(request),
        "text_size": chosen_text_size(request),
        "shortcuts": chosen_shortcuts(request),
        "site": site_facts(),
        "viewer": _viewer(user, plan) if isinstance(user, User) else None,
    }


def _viewer(user: User, plan: Plan | None) -> dict[str, Any]:
    return {
        "name": str(user),
        "role": user.get_role_display(),
        "unit": user.department or user.city,
        "can_enter": user.may_enter,
        "can_review": user.sees_review,
        "can_administer": user.may_administer,
        "unread_count": unread(user, plan).count() if plan else 0,
    }
