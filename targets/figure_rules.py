"""The rules of one figure's content: which faults an input has, in the reader's words."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.web.refusals import Fault
from planportal.web.said import says_something
from targets.figure_checks import Doubt, doubts_about
from targets.models import Cause, Figure, Target, in_force
from targets.values import WHOLE_DIGITS, NotAFigure, read_figure, written

# What is set by the steps and held by the database's keys, not by an input.
RELATIONS = ("target", "city", "created_by", "submitted_by", "endorsed_by", "approved_by", "supersedes")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a person says in a figure. `value` is as given (text, number or None: taken back)."""

    value: Any = None
    basis: str = ""
    provisional: bool = False
    source: str = ""
    note: str = ""
    reason: str = ""
    cause: str = ""


@dataclass
class Checked:
    """An input after the rules: the exact value, the figure in force that it would supersede, faults and doubts."""

    value: Decimal | None = None
    supersedes: Figure | None = None
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def check_content(*, target: Target, city: City | None, year: int, content: Content) -> Checked:
    """Applies every rule to an input, from whatever way in; nothing is stored.

    `faults` is empty where the input is right; only then `doubts` says what is to be explained about it.
    """
    checked = Checked()
    checked.faults += _year_faults(target, year) + _basis_faults(target, content.basis) + _cause_faults(content)
    same_key = Figure.objects.of_key(target=target, city=city, year=year, basis=content.basis)
    checked.supersedes = in_force(same_key.approved())
    checked.faults += _value_faults(target, content, checked)
    checked.faults += _reason_faults(content, checked)
    about_value = [fault for fault in checked.faults if fault.field != "reason"]
    if checked.value is not None and not about_value:
        checked.doubts = doubts_about(checked.value, target=target, city=city, year=year, basis=content.basis)
    return checked


def _year_faults(target: Target, year: int) -> list[Fault]:
    first, last = target.plan.base_year, target.plan.end_year
    if first <= year <= last:
        return []
    message = _("年份 %(year)s 不在可填报的 %(first)s 至 %(last)s 年之间。")
    return [Fault("year", "year_out_of_range", message % {"year": year, "first": first, "last": last})]


def _basis_faults(target: Target, basis: str) -> list[Fault]:
    allowed = _("、").join(target.bases)
    if target.bases and not basis:
        return [
            Fault(
                "basis",
                "basis_required",
                _("该指标有多个口径，请指明其一：%(allowed)s。") % {"allowed": allowed},
            )
        ]
    if target.bases and basis not in target.bases:
        message = _("没有口径“%(basis)s”，可用：%(allowed)s。") % {"basis": basis, "allowed": allowed}
        return [Fault("basis", "unknown_basis", message)]
    if basis and not target.bases:
        message = _("该指标只有一个口径，不填口径；收到“%(basis)s”。") % {"basis": basis}
        return [Fault("basis", "basis_not_allowed", message)]
    return []


def _cause_faults(content: Content) -> list[Fault]:
    if content.cause in {"", *Cause.values}:
        return []
    allowed = _("、").join(Cause.values)
    message = _("没有更正原因“%(cause)s”，可用：%(allowed)s。") % {"cause": content.cause, "allowed": allowed}
    return [Fault("cause", "invalid_choice", message)]


def _value_faults(target: Target, content: Content, checked: Checked) -> list[Fault]:
    if content.value is None:
        if checked.supersedes is None:
            return [
                Fault(
                    "value",
                    "value_required",
                    _("请填写数值；只有已审核过的数据才能撤回（不填数值并说明理由）。"),
                )
            ]
        return []
    try:
        checked.value = read_figure(content.value, decimals=target.decimals, may_be_negative=may_be_negative(target))
    except NotAFigure as error:
        return [Fault("value", error.code, value_message(error.code, target, content.value))]
    return []


def may_be_negative(target: Target) -> bool:
    """Whether the target's own numbers, and so its figures, can be below zero."""
    return target.target_value < 0 or (target.baseline_value or Decimal(0)) < 0


def value_message(code: str, target: Target, raw: Any) -> str:
    """What is wrong with a value that read_figure refused, in words; `code` is NotAFigure's."""
    given = {"raw": str(raw)[:60], "decimals": target.decimals, "digits": WHOLE_DIGITS}
    if code == "too_many_decimals":
        return _("“%(raw)s”小数位过多，该指标最多 %(decimals)s 位小数。") % given
    if code == "out_of_range":
        return _("“%(raw)s”过大，小数点前最多 %(digits)s 位。") % given
    if code == "negative":
        return _("“%(raw)s”是负数，该指标不能为负。") % given
    return _("“%(raw)s”不是数值；请用半角数字，例如 1250 或 2.05。") % given


def _reason_faults(content: Content, checked: Checked) -> list[Fault]:
    if checked.supersedes is None or says_something(content.reason):
        return []
    message = _("该年已有审核通过的数据（%(value)s），更正或撤回须说明理由。")
    return [Fault("reason", "reason_required", message % {"value": _shown(checked.supersedes)})]


def _shown(figure: Figure) -> str:
    return written(figure.value, figure.target.decimals) or _("已撤回")


def model_faults(figure: Figure) -> list[Fault]:
    """What the model itself refuses, such as text that is too long."""
    try:
        figure.clean_fields(exclude=RELATIONS)
    except ValidationError as error:
        return [
            Fault(name, item.code or "invalid", "".join(item.messages))
            for name, items in error.error_dict.items()
            for item in items
        ]
    return []
