"""Typed reading of the environment: every setting is declared once, and a wrong one names itself."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email


@dataclass(frozen=True)
class Declared:
    """One setting as it was declared: its name, its default as text (None: mandatory) and its meaning."""

    name: str
    default: str | None
    meaning: str


T = TypeVar("T")

DECLARED: dict[str, Declared] = {}


def _read(name: str, default: str | None, meaning: str, convert: Callable[[str], T]) -> T:
    DECLARED[name] = Declared(name, default, meaning)
    raw = os.environ.get(name, "").strip() or default
    if raw is None:
        raise ImproperlyConfigured(f"{name} is missing from the environment: {meaning}")
    try:
        return convert(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r} is not usable: {error}") from None


def text(name: str, default: str | None, meaning: str) -> str:
    """The setting as text; `default=None` makes it mandatory."""
    return _read(name, default, meaning, str)


def secret(name: str, meaning: str, *, shortest: int) -> str:
    """A mandatory secret of at least `shortest` characters; its value is never repeated in the error."""
    value = text(name, None, meaning)
    if len(value) < shortest:
        raise ImproperlyConfigured(f"{name} is too short: {len(value)} characters, at least {shortest} needed")
    return value


def words(name: str, default: str | None, meaning: str) -> list[str]:
    """A comma-separated list without empty items."""
    found = [item.strip() for item in text(name, default, meaning).split(",") if item.strip()]
    if not found and default is None:
        raise ImproperlyConfigured(f"{name} is empty: {meaning}")
    return found


def flag(name: str, default: str, meaning: str) -> bool:
    """A switch: 1 or 0."""

    def convert(raw: str) -> bool:
        if raw not in {"0", "1"}:
            raise ValueError("allowed are 0 and 1")
        return raw == "1"

    return _read(name, default, meaning, convert)


def number(name: str, default: str, meaning: str, *, least: float = 0, most: float = sys.float_info.max) -> float:
    """A number from `least` to `most`."""

    def convert(raw: str) -> float:
        value = float(raw)
        if not least <= value <= most:
            upper = "" if most == sys.float_info.max else f" to {most}"
            raise ValueError(f"allowed are numbers from {least}{upper}")
        return value

    return _read(name, default, meaning, convert)


def choice(name: str, default: str, meaning: str, *, allowed: tuple[str, ...]) -> str:
    """One of the words that are allowed."""

    def convert(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"allowed are {', '.join(allowed)}")
        return raw

    return _read(name, default, meaning, convert)


def site(name: str, default: str, meaning: str) -> str:
    """The address of a site, to which paths are appended: scheme and host, without a slash at the end."""

    def convert(raw: str) -> str:
        parts = urlsplit(raw)
        rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.port == 0)
        if parts.scheme not in {"http", "https"} or not parts.hostname or any(rest) or len(raw.split()) != 1:
            raise ValueError("allowed are http://host, https://host and a port, without a path")
        return raw.rstrip("/")

    return _read(name, default, meaning, convert)


# How a telephone number is written, whoever's it is.
TELEPHONE = r"[+(（]?[0-9][0-9 ()（）-]{4,29}"


def formed(name: str, meaning: str, *, pattern: str, example: str) -> str:
    """A text of a fixed form, such as a registration number; empty by default. `example` is told of a wrong one."""

    def convert(raw: str) -> str:
        if raw and not re.fullmatch(pattern, raw):
            raise ValueError(f"allowed is the form {example}, or nothing")
        return raw

    return _read(name, "", meaning, convert)


def page(name: str, meaning: str) -> str:
    """The address of a page anywhere, with http or https; empty by default."""

    def convert(raw: str) -> str:
        parts = urlsplit(raw)
        if raw and (parts.scheme not in {"http", "https"} or not parts.hostname or len(raw.split()) != 1):
            raise ValueError("allowed are addresses that begin with http:// or https://, or nothing")
        return raw

    return _read(name, "", meaning, convert)


def mailbox(name: str, meaning: str) -> str:
    """An e-mail address alone; empty by default."""

    def convert(raw: str) -> str:
        try:
            if raw:
                validate_email(raw)
        except ValidationError:
            raise ValueError("allowed is name@host, or nothing") from None
        return raw

    return _read(name, "", meaning, convert)


def sender(name: str, default: str, meaning: str) -> str:
    """An e-mail address, alone or as `Name <address>`."""

    def convert(raw: str) -> str:
        try:
            validate_email(parseaddr(raw)[1])
        except ValidationError:
            raise ValueError("allowed are name@host and Name <name@host>") from None
        return raw

    return _read(name, default, meaning, convert)


def folder(name: str, default: Path, meaning: str) -> Path:
    """A directory's path; a relative one counts from the current directory."""
    return _read(name, str(default), meaning, lambda raw: Path(raw).resolve())
