"""Makes the index of a plan: what a search reads, written anew where something has changed."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from planportal.plan.models import Plan
from planportal.search.documents import documents_of
from planportal.search.engine import Document
from planportal.search.held import held_synonyms
from planportal.search.models import Entry, IndexVersion
from planportal.web.recorded import in_chinese

LISTS = ("names", "keywords", "readings", "fields", "link")
VALUES = ("label", "title", "position", "names", "keywords", "body", "readings", "field_codes", "link")


@in_chinese
def index(plan: Plan) -> int:
    """Brings a plan's entries up to date in one transaction; the number of those written or removed.

    Running it again writes nothing; the version rises when something was written, and only then.
    """
    with transaction.atomic():
        # The row is the lock: of two runs at once the second one finds what the first one wrote.
        now = timezone.now()
        IndexVersion.objects.get_or_create(plan=plan, defaults={"version": 0, "built_at": now})
        version = IndexVersion.objects.select_for_update().get(plan=plan)
        changed = _write(plan, {(one.kind, one.key): _values(one) for one in documents_of(plan, held_synonyms())})
        if changed:
            version.version += 1
            version.built_at = now
            version.save()
    return changed


def _values(document: Document) -> dict[str, Any]:
    """A document as a row: lists one item a line."""
    lists = {name: "\n".join(getattr(document, name)) for name in LISTS}
    return {
        "label": document.label,
        "title": document.title,
        "position": document.position,
        "body": document.body,
        "field_codes": lists.pop("fields"),
    } | lists


def _write(plan: Plan, wanted: dict[tuple[str, str], dict[str, Any]]) -> int:
    stored = {(entry.kind, entry.key): entry for entry in Entry.objects.filter(plan=plan)}
    gone = [entry.pk for key, entry in stored.items() if key not in wanted]
    fresh = [Entry(plan=plan, kind=k[0], key=k[1], **values) for k, values in wanted.items() if k not in stored]
    differing = [stored[key] for key, values in wanted.items() if key in stored and _put(stored[key], values)]
    Entry.objects.filter(pk__in=gone).delete()
    Entry.objects.bulk_create(fresh, batch_size=500)
    Entry.objects.bulk_update(differing, VALUES, batch_size=100)
    return len(gone) + len(fresh) + len(differing)


def _put(entry: Entry, values: dict[str, Any]) -> bool:
    """Puts values on a row; whether one of them differs."""
    differing = [name for name, value in values.items() if getattr(entry, name) != value]
    for name in differing:
        setattr(entry, name, values[name])
    return bool(differing)
