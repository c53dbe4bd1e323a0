"""Stores which directions of a plan are related by the words of their names; read by pages as it stands."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from fields.models import Direction, RelatedDirection
from fields.relatedness import Names, Relation
from planportal.plan.models import Plan

# Between shared words, as a list of words is printed.
BETWEEN_WORDS = "、"


def names_of_directions(plan: Plan) -> Names:
    """The plan's directions by their primary keys, weighed against each other."""
    return Names(dict(Direction.objects.filter(plan=plan).order_by("number").values_list("pk", "name")))


def store_relations(plan: Plan, names: Names) -> tuple[int, int]:
    """Stores for each direction what is related to it; how many rows were made and removed. Repeating it is safe."""
    keys = Direction.objects.filter(plan=plan).values_list("pk", flat=True)
    wanted = {key: names.related_to(key) for key in keys}
    return store_links(RelatedDirection.objects.filter(direction__plan=plan), "direction", "related", wanted)


def store_links(
    stored: models.QuerySet[Any], of: str, to: str, wanted: Mapping[int, tuple[Relation, ...]]
) -> tuple[int, int]:
    """Makes rows of a link what is wanted, by the primary key of where they lead from; what is so stays untouched."""
    rows: dict[int, list[tuple[int, str]]] = {key: [] for key in wanted}
    for key, found, shared in stored.order_by(of, "position").values_list(f"{of}_id", f"{to}_id", "shared"):
        rows[key].append((found, shared))
    linked = {key: [(one.key, BETWEEN_WORDS.join(one.shared)) for one in found] for key, found in wanted.items()}
    changed = [key for key, links in linked.items() if rows[key] != links]
    removed = stored.filter(**{f"{of}__in": changed}).delete()[0] if changed else 0
    made = [
        stored.model(**{f"{of}_id": key, f"{to}_id": found, "position": position, "shared": shared})
        for key in changed
        for position, (found, shared) in enumerate(linked[key], start=1)
    ]
    stored.model._default_manager.bulk_create(made)
    return len(made), removed
