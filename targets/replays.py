"""Idempotency-Key: a change that is sent again gets the answer it got before, and is not made a second time.

What is kept is kept in the transaction of the change itself: both are stored or neither. A refused request changes
nothing, so nothing is kept of it, and sending it again is a fresh try.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.web.refusals import Fault, Invalid, Refusal
from targets.models import Replay

KEPT = timedelta(days=30)
KEY = re.compile(r"[!-~]{1,200}")
HEADER = "Idempotency-Key"


class KeyReused(Refusal):
    """Another request went by this key already."""

    status = 422

    def __init__(self) -> None:
        message = _("这个 Idempotency-Key 已用于另一个请求；重发须与原请求相同，新的请求请换一个。")
        super().__init__(Fault(HEADER, "idempotency_key_reused", message))


@dataclass(frozen=True)
class Request:
    """A change that somebody asks for under a key of theirs."""

    user: User
    key: str
    fingerprint: str

    def earlier(self) -> Replay | None:
        """The answer that this request got before; None where it is new. Raises KeyReused (422)."""
        found = Replay.objects.filter(user=self.user, key=self.key, answered_at__gt=timezone.now() - KEPT).first()
        if found is not None and found.fingerprint != self.fingerprint:
            raise KeyReused
        return found

    def keep(self, *, status: int, etag: str, body: str) -> None:
        """Keeps the answer; call it in the transaction of the change. Raises KeyReused where the key was taken
        meanwhile, which takes the change back."""
        answer = {"fingerprint": self.fingerprint, "status": status, "etag": etag, "body": body}
        now = timezone.now()
        expired = Replay.objects.filter(user=self.user, key=self.key, answered_at__lte=now - KEPT)
        if expired.update(**answer, answered_at=now):
            return
        try:
            with transaction.atomic():
                Replay.objects.create(user=self.user, key=self.key, answered_at=now, **answer)
        except IntegrityError as error:
            raise KeyReused from error


def read_key(header: str) -> str:
    """The key of a header. Raises Invalid for what is none."""
    if not KEY.fullmatch(header):
        message = _("Idempotency-Key 须为 1 至 200 个可见的 ASCII 字符，收到“%(header)s”。") % {"header": header[:60]}
        raise Invalid(Fault(HEADER, "invalid_idempotency_key", message))
    return header


def fingerprint_of(method: str, path: str, body: Any) -> str:
    """SHA-256 of what is asked for: method, address and JSON body, however that was written."""
    asked = json.dumps([method, path, body], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def forget_old() -> int:
    """Deletes answers that are kept no longer; how many."""
    return Replay.objects.filter(answered_at__lte=timezone.now() - KEPT).delete()[0]
