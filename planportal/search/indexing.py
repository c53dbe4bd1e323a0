"""Makes the index of a plan: what a search reads, written anew where something has changed."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.search.documents import documents_of
from planportal.search.engine import Document
from planportal.search.held import held_synonyms
from planportal.search.models import Entry, IndexVersion
from planportal.web.recorded import in_chinese

LISTS = ("names", "keywords", "readings", "fields", "link")
VALUES = ("kind", "key", "label", "title", "position", "names", "keywords", "body", "readings", "field_codes", "link")


@in_chinese
def index(plan: Plan) -> int:
    """Brings a plan's entries up to date in one transaction; the number of those written or removed.

    Running it again writes nothing; the version rises when something was written, and only then. Raises
    ValidationError (double_entry), and writes nothing, where two documents have one identity.
    """
    with transaction.atomic():
        # The row is the lock: of two runs at once the second one finds what the first one wrote.
        now = timezone.now()
        IndexVersion.objects.get_or_create(plan=plan, defaults={"version": 0, "built_at": now})
        version = IndexVersion.objects.select_for_update().get(plan=plan)
        changed = _write(plan, _rows(documents_of(plan, held_synonyms())))
        if changed:
            version.version += 1
            version.built_at = now
            version.save()
    return changed


def _rows(documents: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """By the identity of each document its values."""
    rows: dict[str, dict[str, Any]] = {}
    for document in documents:
        if document.identity in rows:
            message = _("索引里有两项同是“%(identity)s”：“%(first)s”和“%(second)s”；每项只能有一个。") % {
                "identity": document.identity,
                "first": rows[document.identity]["title"],
                "second": document.title,
            }
            raise ValidationError(message, code="double_entry")
        rows[document.identity] = _values(document)
    return rows


def _values(document: Document) -> dict[str, Any]:
    """A document as a row: lists one item a line."""
    lists = {name: "\n".join(getattr(document, name)) for name in LISTS}
    return {
        "kind": document.kind,
        "key": document.key,
        "label": document.label,
        "title": document.title,
        "position": document.position,
        "body": document.body,
        "field_codes": lists.pop("fields"),
    } | lists


def _write(plan: Plan, wanted: dict[str, dict[str, Any]]) -> int:
    stored = {entry.identity: entry for entry in Entry.objects.filter(plan=plan)}
    gone = [entry.pk for identity, entry in stored.items() if identity not in wanted]
    fresh = [Entry(plan=plan, identity=one, **values) for one, values in wanted.items() if one not in stored]
    differing = [stored[one] for one, values in wanted.items() if one in stored and _put(stored[one], values)]
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
