"""How numbers and days are written for readers; nothing is computed here. "—" stands for nothing."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = "—"
_HAN = re.compile("[\u4e00-\u9fff]")
MINUS = "−"  # the typographic minus sign, as wide as the plus
PERCENT_DECIMALS = 1


def written_figure(value: Decimal | str | None, decimals: int | None = None) -> str:
    """A figure with thousands separated: 1932 is "1,932"; None is "—".

    `decimals` are those of the target; without them the figure's own are kept. Values are stored with their
    target's decimals, so nothing is lost by rounding here.
    """
    return _written(value, decimals, "")


def written_change(value: Decimal | str | None, decimals: int | None = None) -> str:
    """A change with its sign: "+3.2", "−1.5", "0.0" without one; None is "—"."""
    return _written(value, decimals, "+")


def written_percent(value: Decimal | str | None) -> str:
    """A percentage of the method, which is already floored to one decimal: "165.7%"; None is "—"."""
    text = _written(value, PERCENT_DECIMALS, "")
    return text if text == NOTHING else f"{text}%"


def written_points(value: Decimal | str | None) -> str:
    """A difference of two percentages with its sign, in percentage points; None is "—"."""
    text = _written(value, PERCENT_DECIMALS, "+")
    return text if text == NOTHING else _("%(points)s 个百分点") % {"points": text}


def written_day(value: date | datetime | None) -> str:
    """A day, of a moment the day in Asia/Shanghai: 2017年6月12日; None is "—"."""
    if not value:
        return NOTHING
    day = _local(value)
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def written_moment(value: datetime | None) -> str:
    """A moment in Asia/Shanghai, to the minute: 2017年6月12日 14:05; None is "—"."""
    return f"{written_day(value)} {_local(value):%H:%M}" if value else NOTHING


def chinese_within(text: object) -> SafeString:
    """The attribute ` lang="zh-Hans"` of an element on a page in another language whose text is Chinese; else ""."""
    is_other = get_language() not in (None, settings.LANGUAGE_CODE)
    return SafeString(' lang="zh-Hans"') if is_other and _HAN.search(str(text)) else SafeString("")


def translated(name: str) -> str:
    """A name that the data keep in Chinese, such as a target's or a unit's, in the reader's language; "" stays."""
    return _(name) if name else ""


def written_sentences(sentences: Iterable[str]) -> str:
    """Sentences one after the other: Chinese ones stand close, those of other languages with a space between."""
    return ("" if get_language() == settings.LANGUAGE_CODE else " ").join(sentences)


def _local(value: date | datetime) -> date | datetime:
    """A moment as Asia/Shanghai has it; a day stays."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _written(value: Decimal | str | None, decimals: int | None, sign: str) -> str:
    if value is None or value == "":
        return NOTHING
    number = Decimal(value)
    text = format(number or abs(number), f"{sign},f" if decimals is None else f"{sign},.{decimals}f")
    is_zero = not any(digit in text for digit in "123456789")
    return text.lstrip("+-") if is_zero else text.replace("-", MINUS)
