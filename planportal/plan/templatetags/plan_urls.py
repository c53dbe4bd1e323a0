"""Addresses of the request's plan in templates."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from planportal.plan.mount import plan_reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def plan_url(context: Context, name: str, *args: Any) -> str:
    """The address `name` within the plan that the request is about (the default plan where there is none)."""
    plan = context.get("plan")
    return plan_reverse(plan, name, *args) if plan else reverse(name, args=args)
