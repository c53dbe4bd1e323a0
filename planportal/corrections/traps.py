"""What tells a program from a person, without asking a riddle: a field nobody sees, and a form sent at once.

Whoever is caught is asked to send again what was typed, and is not caught by the same thing twice.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.http import QueryDict

LEAST_TIME = timedelta(seconds=3)
HIDDEN_FIELD, SHOWN_FIELD = "website", "shown"
_signer = signing.Signer(salt="planportal.corrections.shown")


def stamp(moment: datetime) -> str:
    """When a form was shown, signed, for its hidden field."""
    return _signer.sign(str(int(moment.timestamp())))


def is_caught(sent: QueryDict, now: datetime) -> bool:
    """Whether the hidden field is filled, or the form was shown less than LEAST_TIME ago, or nobody knows when."""
    shown = _shown_at(sent)
    return bool(sent.get(HIDDEN_FIELD)) or shown is None or now.timestamp() - shown < LEAST_TIME.total_seconds()


def stamp_again(sent: QueryDict, now: datetime) -> str:
    """The stamp of a form that is shown again: its own, so that time goes on; a new one where that is none."""
    return stamp(now) if _shown_at(sent) is None else str(sent[SHOWN_FIELD])


def _shown_at(sent: QueryDict) -> int | None:
    try:
        return int(_signer.unsign(sent.get(SHOWN_FIELD, "")))
    except signing.BadSignature:
        return None
