"""The only writer of reports that anybody may send, and of what is forgotten of them; settling is reporting's."""

import re
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.corrections.limits import DAY, client_digest, refuse_too_many
from planportal.corrections.models import (
    LONGEST_CONTACT,
    LONGEST_SOURCE,
    LONGEST_TEXT,
    REFERENCE_LENGTH,
    Correction,
    CorrectionKind,
    CorrectionState,
)
from planportal.environment import TELEPHONE
from planportal.plan.models import Plan
from planportal.web.refusals import Fault, Invalid
from planportal.web.said import says_something

SHORTEST_TEXT = 10
# How long a way to reach somebody is kept after the report was settled.
CONTACT_KEPT = timedelta(days=180)
# Without letters and digits that are read for one another.
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def correction_submit(
    *, plan: Plan, client: str, page: str, kind: str, text: str, source: str = "", contact: str = ""
) -> Correction:
    """Takes a report from the network address `client`; `page` is a path of ours, "" for none.

    The same text about the same page with the same contact is taken once a day: sent again, it is the first one that
    is returned. Raises Invalid with a fault for each field (text_too_short, text_too_long, kind_unknown,
    source_too_long, contact_unusable), TooMany with the seconds to wait.
    """
    text, source, contact = _lines(text), _lines(source), contact.strip()
    _refuse_faults(kind, text, source, contact)
    now = timezone.now()
    with transaction.atomic():
        # One after the other, so that two at once pass neither the limit nor the look for the same text.
        Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        correction_forget(now)
        same = Correction.objects.filter(plan=plan, page=page, text=text, contact=contact, created_at__gt=now - DAY)
        found = same.order_by("pk").first()
        if found is not None:
            return found
        refuse_too_many(client, now)
        return Correction.objects.create(
            plan=plan,
            reference=new_reference(),
            page=page,
            kind=kind,
            text=text,
            source=source,
            contact=contact,
            client=client_digest(client, now),
            created_at=now,
        )


def correction_forget(now: datetime) -> None:
    """Blanks what is kept no longer: digests of senders after a day, contacts CONTACT_KEPT after settling."""
    Correction.objects.filter(created_at__lte=now - DAY).exclude(client="").update(client="")
    settled = Correction.objects.exclude(state=CorrectionState.OPEN).filter(settled_at__lte=now - CONTACT_KEPT)
    settled.exclude(contact="").update(contact="")


def new_reference() -> str:
    """A number of a report that nobody guesses: 49 random bits."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _place in range(REFERENCE_LENGTH))


def _lines(text: str) -> str:
    """A text as it counts: browsers send each line break as two characters."""
    return text.replace("\r\n", "\n").strip()


def _refuse_faults(kind: str, text: str, source: str, contact: str) -> None:
    faults = [fault for fault in (_of_kind(kind), _of_text(text), _of_source(source), _of_contact(contact)) if fault]
    if faults:
        raise Invalid(*faults)


def _of_kind(kind: str) -> Fault | None:
    if kind in CorrectionKind.values:
        return None
    allowed = _("、").join(str(label) for label in CorrectionKind.labels)
    message = _("没有问题类型“%(kind)s”，可选：%(allowed)s。") % {"kind": kind[:20], "allowed": allowed}
    return Fault("kind", "kind_unknown", message)


def _of_text(text: str) -> Fault | None:
    facts = {"count": len(text), "least": SHORTEST_TEXT, "most": LONGEST_TEXT}
    if len(text) < SHORTEST_TEXT or not says_something(text):
        message = _("请至少用 %(least)s 个字说明哪里有误、应是什么，现在是 %(count)s 个字。")
        return Fault("text", "text_too_short", message % facts)
    if len(text) > LONGEST_TEXT:
        return Fault("text", "text_too_long", _("最多 %(most)s 个字，现在是 %(count)s 个字。") % facts)
    return None


def _of_source(source: str) -> Fault | None:
    if len(source) <= LONGEST_SOURCE:
        return None
    facts = {"count": len(source), "most": LONGEST_SOURCE}
    return Fault("source", "source_too_long", _("最多 %(most)s 个字，现在是 %(count)s 个字。") % facts)


def _of_contact(contact: str) -> Fault | None:
    if not contact or (len(contact) <= LONGEST_CONTACT and (re.fullmatch(TELEPHONE, contact) or _is_email(contact))):
        return None
    message = _("“%(contact)s”不是电子邮箱，也不是电话号码。例如：name@example.cn、0451-12345678；也可以不填。")
    return Fault("contact", "contact_unusable", message % {"contact": contact[:60]})


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
