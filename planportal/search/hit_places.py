"""Where in the plan the things stand that a search found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alliances.models import Alliance
from fields.models import Direction, PriorityField
from planportal.plan.models import Plan
from planportal.plan.places import cited_reference
from planportal.search.found import Hit
from planportal.search.models import Entry
from platforms.models import Platform
from targets.models import Target

# By kind: what is found, and the column that its key names.
_PLACED: dict[str, tuple[QuerySet[Any], str]] = {
    "target": (Target.objects.all(), "code"),
    "field": (PriorityField.objects.all(), "code"),
    "direction": (Direction.objects.all(), "number"),
    "alliance": (Alliance.objects.all(), "number"),
    "platform": (Platform.objects.all(), "number"),
}


@dataclass(frozen=True)
class PlacedHit:
    """A hit, and how its place in the plan is cited (附件1 第 33 项); "" where it has none of its own."""

    hit: Hit
    reference: str


def placed(plan: Plan, hits: Iterable[Hit]) -> list[PlacedHit]:
    """The hits in their order, each with its place; one query for each kind among them."""
    listed = list(hits)
    keys: dict[str, list[str]] = defaultdict(list)
    for hit in listed:
        keys[hit.kind].append(hit.key)
    found = {kind: _references(plan, kind, keys[kind]) for kind in keys if kind in _PLACED}
    if keys["page"]:
        found["page"] = _of_headings(plan, keys["page"])
    return [PlacedHit(hit, found.get(hit.kind, {}).get(hit.key, "")) for hit in listed]


def _references(plan: Plan, kind: str, keys: list[str]) -> dict[str, str]:
    rows, column = _PLACED[kind]
    found = rows.filter(plan=plan, **{f"{column}__in": keys})
    return {str(getattr(row, column)): row.place.cited for row in found}


def _of_headings(plan: Plan, keys: list[str]) -> dict[str, str]:
    """A heading's place is what it is cited by, which is the first keyword of its entry."""
    entries = Entry.objects.filter(plan=plan, kind="page", label="heading", key__in=keys)
    return {entry.key: cited_reference(entry.keywords.partition("\n")[0]) for entry in entries}
