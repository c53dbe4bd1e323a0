"""The daily e-mail: one a person a day with what still holds and no e-mail has told yet, sent at most once.

It is claimed, with the notices it carries, in a transaction that is over before anything is sent. What dies between
the claim and the confirmation is never sent again by itself: administrators see it and tell the person otherwise.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from planportal.accounts.models import Role, User
from planportal.corrections.models import CorrectionState
from planportal.reporting.models import Digest, Notice, NoticeKind
from planportal.reporting.notices import NoticeLine, lines_of, on_one_line, with_rows
from planportal.reporting.occasions import occasions

logger = logging.getLogger(__name__)

# How long a digest may be on its way before nobody expects its confirmation any more.
CONFIRMED_WITHIN = timedelta(minutes=10)
LONGEST_ERROR = 500
# The order of the groups in an e-mail.
MOST_URGENT_FIRST = (
    NoticeKind.OVERDUE_RED,
    NoticeKind.OVERDUE_ORANGE,
    NoticeKind.OVERDUE_BLUE,
    NoticeKind.RETURNED,
    NoticeKind.DUE_SOON,
    NoticeKind.REVIEW_WAITING,
    NoticeKind.CORRECTION,
    NoticeKind.OPENED,
    NoticeKind.APPROVED,
)
OVERDUE = frozenset({NoticeKind.OVERDUE_RED, NoticeKind.OVERDUE_ORANGE, NoticeKind.OVERDUE_BLUE})


@dataclass(frozen=True)
class Group:
    """The lines of one kind in an e-mail."""

    label: str
    lines: Sequence[NoticeLine]


def send_digests(now: datetime) -> int:
    """Sends everybody who is to be told something today's e-mail; the count of those that were sent.

    Safe to repeat and to run twice at once. The mail server is reached before anything is claimed: while it is not,
    nobody loses an e-mail, and the next run tries again. A sending that fails is noted in the digest.
    """
    sent = 0
    for person in recipients(now, untold_notices(now)):
        connection = _connected()
        if connection is None:
            break
        try:
            digest = _claim(person, now)
            sent += digest is not None and _send(digest, connection)
        finally:
            connection.close()
    return sent


def untold_notices(now: datetime, people: Collection[User] | None = None) -> QuerySet[Notice]:
    """The notices that no e-mail told, that were not read in the portal, and that still hold at a moment.

    What holds for others by then is not among them: a notice of somebody who changed role or department since. Of
    some people only, or of everybody.
    """
    holding = {occasion.key: {user.pk for user in occasion.receivers} for occasion in occasions(now, people)}
    untold = Notice.objects.filter(digest__isnull=True, read_at__isnull=True)
    if people is not None:
        untold = untold.filter(person__in=people)
    found = untold.filter(key__in=holding).values_list("pk", "person_id", "key")
    held = [pk for pk, person_pk, key in found if person_pk in holding[key]]
    # Of reports of something wrong no occasion is left once everybody has a notice.
    open_reports = Q(correction__state=CorrectionState.OPEN, person__role=Role.ADMIN, person__is_active=True)
    return untold.filter(Q(pk__in=held) | open_reports)


def recipients(now: datetime, untold: QuerySet[Notice]) -> QuerySet[User]:
    """Active people with an address, something that no e-mail told them, and no e-mail today."""
    people = User.objects.filter(is_active=True).exclude(email="")
    digests = Digest.objects.filter(person=OuterRef("pk"), day=timezone.localdate(now))
    return people.filter(Exists(untold.filter(person=OuterRef("pk"))), ~Exists(digests)).order_by("pk")


def unconfirmed(now: datetime) -> QuerySet[Digest]:
    """Digests that were claimed, of which nobody knows whether they were sent, and that nobody has settled."""
    open_ones = Digest.objects.filter(sent_at__isnull=True, settled_at__isnull=True)
    return open_ones.filter(claimed_at__lte=now - CONFIRMED_WITHIN).order_by("-claimed_at", "pk")


def with_counts(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    """Digests with whom they were for and how many notices they carry."""
    return digests.select_related("person", "person__department").annotate(notice_count=Count("notices"))


def _connected() -> BaseEmailBackend | None:
    """An open connection to the mail server; None where it is not reached."""
    connection = get_connection()
    try:
        connection.open()
    except OSError:
        logger.exception("the mail server was not reached, nothing was claimed")
        return None
    return connection


def _claim(person: User, now: datetime) -> Digest | None:
    """Today's digest with everything untold, claimed and committed; None where another run has it, or nothing is left
    to tell: then nothing is stored.

    Looks anew at what is untold: sending to those before this person may have taken minutes.
    """
    with transaction.atomic(durable=True):
        digest, _created = Digest.objects.get_or_create(
            person=person, day=timezone.localdate(now), defaults={"address": person.email, "created_at": now}
        )
        if not Digest.objects.filter(pk=digest.pk, claimed_at__isnull=True).update(claimed_at=now):
            return None
        if not untold_notices(now, [person]).update(digest=digest):
            transaction.set_rollback(True)
            return None
    return digest


def _send(digest: Digest, connection: BaseEmailBackend) -> bool:
    try:
        mail_of(digest, connection).send()
    except (OSError, ValueError) as error:
        logger.exception("digest %s was not confirmed", digest.pk)
        why = f"{type(error).__name__}: {error}".replace("\x00", "\ufffd")
        Digest.objects.filter(pk=digest.pk).update(error=why[:LONGEST_ERROR])
        return False
    Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
    return True


def mail_of(digest: Digest, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The e-mail of a digest: plain text in Chinese, by kind, without any figure's value."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = lines_of(with_rows(digest.notices.order_by("pk")), digest.person)
        context = {
            "name": on_one_line(str(digest.person)),
            "day": digest.day,
            "groups": list(_groups(lines)),
            "site": {"address": settings.SITE_URL, "owner": settings.SITE_OWNER, "contact": settings.SITE_CONTACT},
            "all_notices": reverse("notices"),
        }
        body = render_to_string("reporting/digest.txt", context)
        return EmailMessage(_subject(lines), body, to=[digest.address], connection=connection)


def _groups(lines: Sequence[NoticeLine]) -> Iterator[Group]:
    place = {kind: number for number, kind in enumerate(MOST_URGENT_FIRST)}
    in_order = sorted(lines, key=lambda line: place[NoticeKind(line.notice.kind)])
    for kind, found in groupby(in_order, key=lambda line: line.notice.kind):
        yield Group(str(NoticeKind(kind).label), list(found))


def _subject(lines: Sequence[NoticeLine]) -> str:
    """How much there is of what: "【规划进展】3 项待办、1 项已逾期"."""
    kinds = [NoticeKind(line.notice.kind) for line in lines]
    overdue, approved = sum(kind in OVERDUE for kind in kinds), kinds.count(NoticeKind.APPROVED)
    counts = [
        (len(kinds) - overdue - approved, _("%(count)s 项待办")),
        (overdue, _("%(count)s 项已逾期")),
        (approved, _("%(count)s 项已通过")),
    ]
    return _("【规划进展】") + _("、").join(words % {"count": count} for count, words in counts if count)
