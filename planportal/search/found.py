"""What a search finds, as pages, suggestions and API show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

KINDS = ("target", "field", "direction", "alliance", "platform", "institution", "page")


@dataclass(frozen=True)
class Piece:
    """A run of a text; `is_hit` where it is what was looked for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class Hit:
    """One thing found. `key` is its code, number or name; `label` says what it is, in the reader's language.

    `address` is a path of this portal, with the plan's prefix where it has one.
    """

    kind: str
    key: str
    label: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    address: str


@dataclass(frozen=True)
class Found:
    """The hits asked for, best first, and how many there are.

    `count` is of what passes the filters; `counts` has a number for each of KINDS, whatever kind is asked for.
    `also` are the words that were looked for beside those typed, because they mean the same; `left_out` those that
    were too many to be looked for. `is_partial` where nothing has the words as they are, only pieces of them.
    `built_at` is of the index that answered, None where there is none yet: then nothing found means nothing.
    """

    query: str
    hits: tuple[Hit, ...]
    count: int
    counts: Mapping[str, int]
    also: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    is_partial: bool = False
    built_at: datetime | None = None
