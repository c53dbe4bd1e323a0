"""Searches that found nothing, kept for the editors: noted by page and API, settled by administrators.

Nothing is kept of who searched. What looks like an e-mail address, an identity or a phone number is not kept at all.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.plan.text import normalise
from planportal.search.counting import counts_of
from planportal.search.folding import MOST_CHARACTERS, words
from planportal.search.miss import Miss
from planportal.web.refusals import Conflict

logger = logging.getLogger(__name__)

# Open rows of one plan; the rarest and of these the oldest make room.
SEARCH_MISSES_KEPT = 2_000
# Nobody waits longer for a note than for the search itself.
LONGEST_WAIT_MS = 200
_E_MAIL = re.compile(r"\S@\S")
# Identity numbers, mobile numbers, and numbers with their area code, however they are grouped.
_LONG_NUMBER = re.compile(r"\d(?:[\s()+.-]*\d){10,}")
_TIMEOUT = {"postgresql": "SHOW lock_timeout", "sqlite": "PRAGMA busy_timeout"}
_SET_TIMEOUT = {"postgresql": "SET lock_timeout = '{}'", "sqlite": "PRAGMA busy_timeout = {}"}
_COUNTED_AGAIN = """
INSERT INTO {table} (plan_id, words, count, first_at, last_at) VALUES (%s, %s, 1, %s, %s)
ON CONFLICT (plan_id, words) DO UPDATE
SET count = {table}.count + 1, last_at = excluded.last_at, settled_at = NULL, settled_by_id = NULL
"""


def note_miss(plan: Plan, text: str) -> None:
    """Counts one more search for these words that found nothing; opens a settled one again.

    Safe at any number at once, on both databases. Never fails the search: a database that takes no note is logged.
    """
    kept = kept_words(text)
    if not kept:
        return
    try:
        with _brief_waits(), transaction.atomic():
            _count(plan, kept)
            _make_room(plan)
    except DatabaseError as error:
        logger.warning("a search without results was not noted: %s", error)


def kept_words(text: str) -> str:
    """Words as they are compared, parted by single spaces, at most 100 characters; "" for what is not kept."""
    typed = normalise(text)
    is_private = _E_MAIL.search(typed) or _LONG_NUMBER.search(typed)
    return "" if is_private else " ".join(words(text))[:MOST_CHARACTERS].strip()


def open_misses(plan: Plan) -> "QuerySet[Miss]":
    """What nobody has settled yet, the most frequent first, and of these the latest."""
    return Miss.objects.filter(plan=plan, settled_at__isnull=True).order_by("-count", "-last_at", "-pk")


@dataclass(frozen=True)
class Line:
    """A miss, and how much its words find by now."""

    miss: Miss
    count: int


def findable(plan: Plan, misses: Iterable[Miss]) -> list[Line]:
    """Each with what it finds by now: editors have added a synonym, or the plan's catalogue has changed."""
    rows = list(misses)
    counts = counts_of(plan, [miss.words for miss in rows])
    return [Line(miss, count) for miss, count in zip(rows, counts, strict=True)]


def miss_settle(*, by: User, miss: Miss) -> None:
    """Says that something was done about it, or that the plan has nothing of it; it opens again when searched again.

    Refused: 403 not_administrator; 409 already_settled.
    """
    refuse_all_but_administrators(by)
    open_row = Miss.objects.filter(pk=miss.pk, settled_at__isnull=True)
    if not open_row.update(settled_at=timezone.now(), settled_by=by):
        raise Conflict("already_settled", _("“%(words)s”已经处理过了。") % {"words": miss.words})


@contextmanager
def _brief_waits() -> Iterator[None]:
    """A row or a file that somebody holds is not waited for as long as by writes that must not be lost."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMEOUT[connection.vendor])
        [usual] = cursor.fetchone()
        cursor.execute(_SET_TIMEOUT[connection.vendor].format(LONGEST_WAIT_MS))
        try:
            yield
        finally:
            cursor.execute(_SET_TIMEOUT[connection.vendor].format(usual))


def _count(plan: Plan, kept: str) -> None:
    """One statement: two at once count two, and neither is refused. The ORM's own upsert cannot add to a column."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        statement = _COUNTED_AGAIN.format(table=connection.ops.quote_name(Miss._meta.db_table))
        cursor.execute(statement, [plan.pk, kept, now, now])


def _make_room(plan: Plan) -> None:
    rarest = Miss.objects.filter(plan=plan, settled_at__isnull=True).order_by("count", "last_at", "pk")
    excess = rarest.count() - SEARCH_MISSES_KEPT
    if excess > 0:
        Miss.objects.filter(pk__in=list(rarest.values_list("pk", flat=True)[:excess])).delete()
