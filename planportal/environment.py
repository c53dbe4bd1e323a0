"""Typed reading of the environment: every setting is declared once, and a wrong one names itself."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured


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


def number(name: str, default: str, meaning: str, *, least: float = 0) -> float:
    """A number not below `least`."""

    def convert(raw: str) -> float:
        value = float(raw)
        if not least <= value < float("inf"):
            raise ValueError(f"allowed are numbers from {least}")
        return value

    return _read(name, default, meaning, convert)


def folder(name: str, default: Path, meaning: str) -> Path:
    """A directory's path; a relative one counts from the current directory."""
    return _read(name, str(default), meaning, lambda raw: Path(raw).resolve())
