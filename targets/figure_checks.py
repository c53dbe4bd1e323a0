"""Doubts about a figure that is right in itself: what it is compared with, and the doubts in the reader's words.

The same for every way in (form, API, later a file). A doubt refuses nothing; handing in a figure that has one asks
for a reason, which goes with it to the reviewer and to the public. Only approved figures are compared with, since the
words become public.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, TypedDict

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.web.recorded import in_chinese
from planportal.web.writing import translated, written_figure
from targets.models import Figure, Target
from targets.plausibility import Band, Series, Slip, outside_history, plausible_band, sum_above, unit_slip
from targets.wording import with_unit

WHOLE = 100


class Doubt(TypedDict):
    """A warning: a stable code (unit_slip, outside_history, share_above_100, cities_above_province), and a sentence.

    The sentence of a fresh one is lazy: it is read in the reader's language, and stored in that of the record.
    """

    code: str
    message: str


class KnownFigures:
    """What figures are compared with: the approved ones in force of some targets, read at once."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._values: dict[tuple[int, int | None, str], dict[int, Decimal]] = defaultdict(dict)
        figures = Figure.objects.in_force().filter(target__in=targets, value__isnull=False)
        for target, city, basis, year, value in figures.values_list("target", "city", "basis", "year", "value"):
            if value is not None:
                self._values[target, city, basis][year] = value

    def series(self, *, target: Target, city: City | None, year: int, basis: str) -> Series:
        """The values of the plan's years on a basis, and for the province the printed baseline."""
        plan = target.plan
        values = self._values.get((target.pk, city.pk if city else None, basis), {})
        known = {its_year: value for its_year, value in values.items() if plan.base_year <= its_year <= plan.end_year}
        if city is None and target.baseline_value is not None and basis == "":
            known.setdefault(plan.base_year, target.baseline_value)
        current = known.pop(year, None)
        return Series(year=year, others=known, current=current, typical=None if city else _typical(target))

    def of_year(self, target: Target, year: int, basis: str) -> Mapping[int | None, Decimal]:
        """The values of a year by the city's primary key; None is the province's."""
        return {
            city: values[year]
            for (its_target, city, its_basis), values in self._values.items()
            if (its_target, its_basis) == (target.pk, basis) and year in values
        }


def doubts_about(
    value: Decimal, *, target: Target, city: City | None, year: int, basis: str, known: KnownFigures | None = None
) -> list[Doubt]:
    """The doubts that a value raises, of each kind at most one; empty where it fits all that is known."""
    known = known or KnownFigures([target])
    series = known.series(target=target, city=city, year=year, basis=basis)
    found = [
        _slip_or_jump(value, series, target),
        _share_above_100(value, target),
        _sum_of_cities(value, target, city, year, known.of_year(target, year, basis)),
    ]
    return [doubt for doubt in found if doubt is not None]


def doubts_now(figures: Collection[Figure], known: KnownFigures) -> dict[int, list[Doubt]]:
    """By primary key the doubts that stand about figures on their way, as `standing_doubts` tells them."""
    return {figure.pk: standing_doubts(figure, _doubts_of(figure, known)) for figure in figures}


def _doubts_of(figure: Figure, known: KnownFigures) -> list[Doubt]:
    if figure.value is None:
        return []
    return doubts_about(
        figure.value, target=figure.target, city=figure.city, year=figure.year, basis=figure.basis, known=known
    )


def standing_doubts(figure: Figure, fresh: Collection[Doubt]) -> list[Doubt]:
    """The doubts that a figure was handed in with, in today's numbers, and those that came up since.

    Figures approved meanwhile can raise a doubt. They lay none: a wrong figure that was approved must not make the
    next wrong one look right.
    """
    by_code = {doubt["code"]: doubt for doubt in fresh}
    return [by_code.get(warning["code"], warning) for warning in figure.warnings] + new_among(fresh, figure)


def new_among(doubts: Iterable[Doubt], figure: Figure) -> list[Doubt]:
    """Of doubts about a figure those of a kind that it did not have when it was handed in."""
    explained = {warning["code"] for warning in figure.warnings}
    return [doubt for doubt in doubts if doubt["code"] not in explained]


@in_chinese
def recorded(doubts: Iterable[Doubt]) -> list[Doubt]:
    """Doubts as figures keep them, in the language of the record."""
    return [Doubt(code=doubt["code"], message=str(doubt["message"])) for doubt in doubts]


def band_of(figure: Figure, known: KnownFigures) -> Band | None:
    """Between which values a figure would surprise nobody, by the approved figures of the other years."""
    series = known.series(target=figure.target, city=figure.city, year=figure.year, basis=figure.basis)
    return plausible_band(series)


def _typical(target: Target) -> Decimal:
    """The target, or of what is reported year by year and added up its yearly part."""
    years = target.plan.end_year - target.plan.base_year
    return target.target_value / years if target.submitted_as == "increment" else target.target_value


def _slip_or_jump(value: Decimal, series: Series, target: Target) -> Doubt | None:
    """A slip of the unit explains the jump that it causes, so that only the slip is told."""
    slip = unit_slip(value, series)
    if slip is not None:
        return Doubt(code="unit_slip", message=_lazily(_slip_words, value, slip, target))
    band = outside_history(value, series)
    if band is not None:
        return Doubt(code="outside_history", message=_lazily(_jump_words, value, band, target))
    return None


def _slip_words(value: Decimal, slip: Slip, target: Target) -> str:
    facts = {
        "value": _measured(value, target),
        "reference": _measured(slip.reference, target),
        "factor": f"{slip.factor:,}",
        "unit": translated(target.unit),
        "likely": _likely_unit(slip, target.unit),
    }
    if slip.year is None and slip.larger:
        said = _("%(value)s约为目标水平 %(reference)s的 %(factor)s 倍") % facts
    elif slip.year is None:
        said = _("%(value)s约为目标水平 %(reference)s的 %(factor)s 分之一") % facts
    elif slip.larger:
        said = _("%(value)s约为 %(year)s 年 %(reference)s的 %(factor)s 倍") % {**facts, "year": slip.year}
    else:
        said = _("%(value)s约为 %(year)s 年 %(reference)s的 %(factor)s 分之一") % {**facts, "year": slip.year}
    return _("%(said)s，%(likely)s（本指标单位：%(unit)s）。") % {**facts, "said": said}


def _likely_unit(slip: Slip, unit: str) -> str:
    if unit == "亿元" and slip.factor == 10_000 and slip.larger:
        return _("像是以万元填报")
    if unit == "%" and slip.factor == 100:
        return _("像是把比例与百分数弄混")
    return _("像是多写了一位") if slip.factor == 10 and slip.larger else _("像是单位或小数点有误")


def _jump_words(value: Decimal, band: Band, target: Target) -> str:
    facts = {"value": _measured(value, target), "band": band_words(band, target)}
    return _("%(value)s超出按历年变化推断的合理区间 %(band)s。") % facts


def band_words(band: Band, target: Target) -> str:
    """A band and the years it rests on; rounded outwards, so that what it holds never reads as lying outside."""
    step = Decimal(1).scaleb(-target.decimals)
    low = written_figure(band.low.quantize(step, ROUND_FLOOR), target.decimals)
    high = written_figure(band.high.quantize(step, ROUND_CEILING), target.decimals)
    facts = {"band": with_unit(f"{low}—{high}", target.unit), "years": _("、").join(map(str, band.years))}
    return _("%(band)s（依据 %(years)s 年数据）") % facts


def _share_above_100(value: Decimal, target: Target) -> Doubt | None:
    if target.unit != "%" or value <= WHOLE:
        return None
    return Doubt(code="share_above_100", message=_lazily(_share_words, value, target))


def _share_words(value: Decimal, target: Target) -> str:
    return _("%(value)s大于 100%%；占比类指标不会超过 100%%。") % {"value": _measured(value, target)}


def _sum_of_cities(
    value: Decimal, target: Target, city: City | None, year: int, approved: Mapping[int | None, Decimal]
) -> Doubt | None:
    """Where the prefectures' figures may be added up: their sum above the province's own figure.

    `approved` are those of the year by the city's primary key, None the province's.
    """
    if not target.additive:
        return None
    standing = {**approved, (city.pk if city else None): value}
    whole = standing.pop(None, None)
    total = sum_above(whole, standing.values())
    if total is None or whole is None:
        return None
    message = _lazily(_sum_words, year, len(standing), total, whole, target)
    return Doubt(code="cities_above_province", message=message)


def _sum_words(year: int, count: int, total: Decimal, whole: Decimal, target: Target) -> str:
    facts = {"year": year, "count": count, "total": _measured(total, target), "whole": _measured(whole, target)}
    return _("%(year)s 年 %(count)s 个市（地）合计 %(total)s，大于全省 %(whole)s。") % facts


def _lazily(words: Callable[..., str], *facts: Any) -> str:
    return lazy(words, str)(*facts)


def _measured(value: Decimal, target: Target) -> str:
    return with_unit(written_figure(value, target.decimals), target.unit)
