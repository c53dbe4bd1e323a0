"""Doubts about a figure that is right in itself: what it is compared with, and the doubts in the reader's words.

The same for every way in (form, API, later a file). A doubt refuses nothing; handing in a figure that has one asks
for a reason, which goes with it to the reviewer and to the public. Only approved figures are compared with, since the
words become public.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.web.writing import written_figure
from targets.models import Figure, Target
from targets.models.figure import FigureQuerySet
from targets.plausibility import Band, Series, Slip, outside_history, plausible_band, sum_above, unit_slip
from targets.wording import with_unit


class Doubt(TypedDict):
    """A warning as figures store it: a stable code (unit_slip, outside_history, cities_above_province), a sentence."""

    code: str
    message: str


def doubts_about(value: Decimal, *, target: Target, city: City | None, year: int, basis: str) -> list[Doubt]:
    """The doubts that a value raises, of each kind at most one; empty where it fits all that is known."""
    series = series_of(target=target, city=city, year=year, basis=basis)
    found = [_slip_or_jump(value, series, target), _sum_of_cities(value, target, city, year, basis)]
    return [doubt for doubt in found if doubt is not None]


def band_of(figure: Figure) -> Band | None:
    """Between which values a figure would surprise nobody, by the approved figures of the other years."""
    return plausible_band(series_of(target=figure.target, city=figure.city, year=figure.year, basis=figure.basis))


def series_of(*, target: Target, city: City | None, year: int, basis: str) -> Series:
    """The approved figures in force on a basis for the plan's years, and for the province the printed baseline."""
    figures = target.figures.in_force().filter(city=city, basis=basis, value__isnull=False)
    plan = target.plan
    values = dict(figures.filter(year__range=(plan.base_year, plan.end_year)).values_list("year", "value"))
    if city is None and target.baseline_value is not None and basis == "":
        values.setdefault(plan.base_year, target.baseline_value)
    known = {known_year: known for known_year, known in values.items() if known is not None}
    current = known.pop(year, None)
    return Series(year=year, others=known, current=current, typical=None if city else _typical(target))


def _typical(target: Target) -> Decimal:
    """The target, or of what is reported year by year and added up its yearly part."""
    years = target.plan.end_year - target.plan.base_year
    return target.target_value / years if target.submitted_as == "increment" else target.target_value


def _slip_or_jump(value: Decimal, series: Series, target: Target) -> Doubt | None:
    """A slip of the unit explains the jump that it causes, so that only the slip is told."""
    slip = unit_slip(value, series)
    if slip is not None:
        return Doubt(code="unit_slip", message=_slip_words(value, slip, target))
    band = outside_history(value, series)
    if band is not None:
        return Doubt(code="outside_history", message=_jump_words(value, band, target))
    return None


def _slip_words(value: Decimal, slip: Slip, target: Target) -> str:
    facts = {
        "value": _measured(value, target),
        "reference": _measured(slip.reference, target),
        "factor": f"{slip.factor:,}",
        "unit": target.unit,
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
    facts = {"band": with_unit(f"{low}—{high}", target.unit), "years": "、".join(map(str, band.years))}
    return _("%(band)s（依据 %(years)s 年数据）") % facts


def _sum_of_cities(value: Decimal, target: Target, city: City | None, year: int, basis: str) -> Doubt | None:
    """Where the prefectures' figures may be added up: their sum above the province's own figure."""
    if not target.additive:
        return None
    approved = target.figures.in_force().filter(year=year, basis=basis, value__isnull=False)
    cities = _values(approved.filter(city__isnull=False).exclude(city=city) if city else approved.exclude(city=None))
    if city is None:
        whole: Decimal | None = value
    else:
        whole = next(iter(_values(approved.provincial())), None)
        cities = [*cities, value]
    total = sum_above(whole, cities)
    if total is None or whole is None:
        return None
    message = _("%(year)s 年 %(count)s 个市（地）合计 %(total)s，大于全省 %(whole)s。") % {
        "year": year,
        "count": len(cities),
        "total": _measured(total, target),
        "whole": _measured(whole, target),
    }
    return Doubt(code="cities_above_province", message=message)


def _values(figures: FigureQuerySet) -> list[Decimal]:
    return [value for value in figures.values_list("value", flat=True) if value is not None]


def _measured(value: Decimal, target: Target) -> str:
    return with_unit(written_figure(value, target.decimals), target.unit)
