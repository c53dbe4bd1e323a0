"""Refusals: what the rules say no to, raised by services, answered alike by pages, API and commands."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planportal.web.writing import written_sentences


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the input's field ("" for the whole), a stable code, a sentence for the reader."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """A request that is understood and refused; `status` is the HTTP status of its answer."""

    status = 400

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.code}: {fault.message}" for fault in faults))
        self.faults = faults

    @property
    def code(self) -> str:
        return self.faults[0].code

    @property
    def told(self) -> str:
        """What is wrong, in the reader's words alone."""
        return written_sentences(fault.message for fault in self.faults)


class Invalid(Refusal):
    """The input is wrong: one fault for each field."""


class NotSignedIn(Refusal):
    """Only somebody signed in may ask for this."""

    status = 401

    def __init__(self) -> None:
        super().__init__(Fault("", "not_authenticated", _("请先登录。")))


class Forbidden(Refusal):
    """This person may not do this."""

    status = 403

    def __init__(self, code: str, message: str) -> None:
        super().__init__(Fault("", code, message))


class Conflict(Refusal):
    """The thing is not in a state that allows this."""

    status = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(Fault("", code, message))


class Stale(Refusal):
    """The caller's version is not the current one; `current` is the thing as it stands now."""

    status = 412

    def __init__(self, *, current: Any, message: str) -> None:
        super().__init__(Fault("If-Match", "stale", message))
        self.current = current


class NotStored(Refusal):
    """The disk is full: nothing was stored, and the same request may succeed later."""

    status = 503

    def __init__(self) -> None:
        message = _("没有保存：服务器的磁盘已满或不能写入。请保留填写的内容，稍后再试；多次如此请与主办单位联系。")
        super().__init__(Fault("", "not_stored", message))


class NotWorkedOut(Refusal):
    """What is stored keeps the answer from being worked out: the same request succeeds once that is mended."""

    status = 503


class VersionMissing(Refusal):
    """A change must name the version it was made on."""

    status = 428

    def __init__(self) -> None:
        super().__init__(Fault("If-Match", "if_match_required", _('请在 If-Match 中给出所依据的版本，例如 "3"。')))
