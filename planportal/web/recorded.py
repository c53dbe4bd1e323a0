"""The record has one language: what is stored in words is in Chinese, whatever language the page was read in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")
R = TypeVar("R")


def in_chinese(make: Callable[P, R]) -> Callable[P, R]:
    """A function whose words are stored, made to say them in Chinese; what it returns must not be lazy."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return make(*args, **kwargs)

    return made
