"""Searches that found nothing, kept for the editors: noted by page and API, settled by administrators.

Of who searched a digest is kept for a day, so that nobody alone fills the list. What looks like an e-mail address, an
identity, a phone or an account number is not kept at all.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import User
from planportal.corrections.limits import DAY, HOUR, client_digest
from planportal.plan.models import Plan
from planportal.plan.text import normalise
from planportal.search.counting import counts_of
from planportal.search.folding import MOST_CHARACTERS, words
from planportal.search.miss import Miss, MissSender
from planportal.web.refusals import Conflict

logger = logging.getLogger(__name__)

# Open rows of one plan; those of the fewest senders and of these the oldest make room.
SEARCH_MISSES_KEPT = 2_000
# Words that were never noted before, of all plans together.
NEW_WORDS_AN_HOUR = 200
# Nobody waits longer for a note than for the search itself.
LONGEST_WAIT_MS = 200
_E_MAIL = re.compile(r"\S@\S")
# Identity numbers, telephones, QQ: seven digits and more, however they are grouped.
_LONG_NUMBER = re.compile(r"\d(?:[\s()+.-]*\d){6,}")
_TIMEOUT = {"postgresql": "SHOW lock_timeout", "sqlite": "PRAGMA busy_timeout"}
_SET_TIMEOUT = {"postgresql": "SET lock_timeout = '{}'", "sqlite": "PRAGMA busy_timeout = {}"}


def note_miss(plan: Plan, text: str, address: str) -> None:
    """Counts a search of the network `address` for these words that found nothing; opens a settled one again.

    Counted once an hour for each network; words that are new are left out once NEW_WORDS_AN_HOUR came. Safe at any
    number at once, on both databases. Never fails the search: a database that takes no note is logged.
    """
    kept = kept_words(text)
    if not kept:
        return
    now = timezone.now()
    try:
        with _brief_waits(), transaction.atomic():
            # One after the other, so that two at once pass no limit.
            Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
            forget_senders(now)
            _note(plan, kept, client_digest(address, now, purpose=f"search.miss {plan.pk} {kept}"), now)
            _make_room(plan)
    except Error as error:
        logger.warning("a search without results was not noted: %s", error)
        if not connection.in_atomic_block:
            # One that was cut is opened again for what the page still asks.
            connection.close_if_unusable_or_obsolete()


def forget_senders(now: datetime) -> None:
    """Deletes digests of senders that were counted a day ago or before."""
    MissSender.objects.filter(counted_at__lte=now - DAY).delete()


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


def _note(plan: Plan, kept: str, sender: str, now: datetime) -> None:
    """One more for the words, unless this sender was counted within the hour; of what is settled, each is one more."""
    miss = Miss.objects.filter(plan=plan, words=kept).first()
    if miss is None:
        if Miss.objects.filter(first_at__gt=now - HOUR).count() < NEW_WORDS_AN_HOUR:
            miss = Miss.objects.create(plan=plan, words=kept, count=1, first_at=now, last_at=now)
            MissSender.objects.create(miss=miss, sender=sender, counted_at=now)
        return
    seen, is_new = MissSender.objects.get_or_create(miss=miss, sender=sender, defaults={"counted_at": now})
    if not is_new and seen.counted_at > now - HOUR and miss.settled_at is None:
        return
    MissSender.objects.filter(pk=seen.pk).update(counted_at=now)
    again = {"count": F("count") + 1, "senders": F("senders") + int(is_new)}
    Miss.objects.filter(pk=miss.pk).update(**again, last_at=now, settled_at=None, settled_by=None)


def _make_room(plan: Plan) -> None:
    rarest = Miss.objects.filter(plan=plan, settled_at__isnull=True).order_by("senders", "last_at", "pk")
    excess = rarest.count() - SEARCH_MISSES_KEPT
    if excess > 0:
        Miss.objects.filter(pk__in=list(rarest.values_list("pk", flat=True)[:excess])).delete()
