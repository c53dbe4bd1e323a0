"""What is wrong with a typed value, in the words of the form: the figure's rules, and what people mean by mistake."""

from decimal import Decimal

from django.utils.translation import gettext as _

from planportal.reporting.entries import Key
from planportal.reporting.typed_values import other_unit
from planportal.web.refusals import Fault
from planportal.web.writing import translated
from targets.figure_checks import KnownFigures
from targets.plausibility import plausible_band, unit_slip

SHARE_FACTOR = 100


def explained(fault: Fault, *, meant: str, key: Key, basis: str) -> Fault:
    """A fault of the figure's rules as the form says it; `meant` is the value as it was understood.

    Another unit behind the digits is told as such (code other_unit). Where a percentage has too many decimals because
    a share was typed, the fault says so: to round it would only hide the mistake.
    """
    if fault.field == "value" and fault.code == "not_a_number":
        return _unit_fault(meant, key.target.unit) or fault
    if fault.field == "value" and fault.code == "too_many_decimals" and key.target.unit == "%":
        return Fault(fault.field, fault.code, fault.message + _share_words(Decimal(meant), key, basis))
    return fault


def _unit_fault(meant: str, unit: str) -> Fault | None:
    found = other_unit(meant, unit)
    if not found:
        return None
    message = _("数值中含有“%(found)s”；本指标单位为%(unit)s，请换算后只填数字。") % {
        "found": found,
        "unit": translated(unit),
    }
    return Fault("value", "other_unit", message)


def _share_words(value: Decimal, key: Key, basis: str) -> str:
    """That a value looks like a share of 1 and what it is in percent; "" where its hundredfold fits nothing known."""
    series = KnownFigures([key.target]).series(target=key.target, city=key.city, year=key.year, basis=basis)
    slip, band, percent = unit_slip(value, series), plausible_band(series), value * SHARE_FACTOR
    is_slip = slip is not None and not slip.larger and slip.factor == SHARE_FACTOR
    if not is_slip and not (band is not None and band.holds(percent)):
        return ""
    facts = {"typed": value, "percent": f"{percent.normalize():f}"}
    if round(percent, key.target.decimals) != percent:
        return _("像是把比例与百分数弄混，%(typed)s 即 %(percent)s%%。") % facts
    return _("像是把比例与百分数弄混，%(percent)s%% 应填 %(percent)s。") % facts
