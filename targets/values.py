"""Figures as text: what the API and the form take, and how measured values are written (pure)."""

import re
from decimal import Decimal
from typing import Any

from targets.progress import Assessment, field_decimals

WHOLE_DIGITS = 11
_PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


class NotAFigure(ValueError):
    """The input is no figure; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_figure(raw: Any, *, decimals: int, may_be_negative: bool = False) -> Decimal:
    """The figure that `raw` writes: a string of [0-9], one ".", a leading "-"; or an int or Decimal of JSON.

    Raises NotAFigure with not_a_number, too_many_decimals, out_of_range or negative. Nothing is rounded: a figure
    has the decimals in which it is published. -0 is 0.
    """
    value = _number(raw)
    if value.adjusted() >= WHOLE_DIGITS:
        raise NotAFigure("out_of_range")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > decimals:
        raise NotAFigure("too_many_decimals")
    if value < 0 and not may_be_negative:
        raise NotAFigure("negative")
    return value or abs(value)


def _number(raw: Any) -> Decimal:
    if isinstance(raw, str) and _PLAIN.fullmatch(raw):
        return Decimal(raw)
    if isinstance(raw, Decimal) and raw.is_finite():
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw)
    raise NotAFigure("not_a_number")


def written(value: Decimal | None, decimals: int) -> str | None:
    """A value with exactly `decimals` decimals; None stays None. Stored values are never longer than that."""
    return None if value is None else f"{value:.{decimals}f}"


def assessment_fields(assessment: Assessment, decimals: int) -> dict[str, Any]:
    """Every field of an assessment as the API writes it: measured values and percentages as strings."""
    fields: dict[str, Any] = {}
    for name in Assessment.__dataclass_fields__:
        value = getattr(assessment, name)
        shown = field_decimals(name, decimals)
        fields[name] = written(value, shown) if shown is not None else _plain(value)
    return fields


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
