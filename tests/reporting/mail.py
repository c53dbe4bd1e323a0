"""Mail servers of the tests: what can go wrong between the claim of an e-mail and its confirmation."""

from smtplib import SMTPRecipientsRefused
from threading import Event

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Delivering
from django.utils import timezone

from planportal.accounts.models import Department, Role, User
from planportal.reporting.models import Notice

REFUSING = f"{__name__}.Refusing"
UNREACHABLE = f"{__name__}.Unreachable"
DYING = f"{__name__}.Dying"
LATE = f"{__name__}.Late"
MOVING = f"{__name__}.Moving"
SLOW = f"{__name__}.Slow"


class Refusing(BaseEmailBackend):
    """Takes no e-mail from us."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        raise SMTPRecipientsRefused({"somebody": (550, b"no such mailbox")})


class Unreachable(BaseEmailBackend):
    """Nobody listens there."""

    def open(self) -> bool:
        raise ConnectionRefusedError(111, "Connection refused")


class Dying(BaseEmailBackend):
    """The process ends while the server answers."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        raise SystemExit(1)


class Late(Delivering):
    """While it is being reached, everything is read in the portal."""

    def open(self) -> bool:
        Notice.objects.update(read_at=timezone.now())
        return True


class Moving(Delivering):
    """While it is being reached, all staff move to another department."""

    def open(self) -> bool:
        User.objects.filter(role=Role.STAFF).update(department=Department.objects.get(code="zscqj"))
        return True


class Slow(Delivering):
    """Delivers once the test lets it."""

    asked, released = Event(), Event()

    def send_messages(self, messages: list[EmailMessage]) -> int:
        self.asked.set()
        assert self.released.wait(20)
        return super().send_messages(messages)
