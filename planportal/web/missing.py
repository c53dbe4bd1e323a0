"""A page that is not there, and what to say of it: in our own words, with what is near."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404


@dataclass(frozen=True)
class Near:
    """A page that may have been meant: what it is called, and its address."""

    name: str
    address: str


class Missing(Http404):
    """404 with a sentence for the reader, unlike those of Django, which are for developers."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


@dataclass(frozen=True)
class Hint:
    """What is told of a page that is not there: a sentence, "" for none, and what may have been meant."""

    told: str = ""
    near: Sequence[Near] = ()
