"""What stands before and after an entry of the plan, in the plan's order."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse


@dataclass(frozen=True)
class Neighbour:
    """An entry, as it is numbered and named, and the address of its page."""

    number: int
    name: str
    address: str


@dataclass(frozen=True)
class Neighbours:
    """The entries on both sides; None at the ends of the plan's list."""

    previous: Neighbour | None
    next: Neighbour | None


def neighbours(plan: Plan, rows: models.QuerySet[Any], number: int, page: str, key: str = "number") -> Neighbours:
    """The numbered rows on both sides of a number; `page` is the name of a row's page, `key` what it is opened by."""
    previous = rows.filter(number__lt=number).order_by("-number").first()
    following = rows.filter(number__gt=number).order_by("number").first()
    return Neighbours(*(_neighbour(plan, row, page, key) for row in (previous, following)))


def _neighbour(plan: Plan, row: Any, page: str, key: str) -> Neighbour | None:
    return row and Neighbour(row.number, row.name, plan_reverse(plan, page, getattr(row, key)))
