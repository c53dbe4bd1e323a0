"""The only writer of amendments of targets (规划动态调整): who may, what is refused; written once, never changed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Fault, Invalid
from planportal.web.said import says_something
from planportal.web.writing import translated, written_day, written_figure
from targets import recompute
from targets.figure_rules import may_be_negative, value_message
from targets.models import Target, TargetAmendment
from targets.plausibility import Series, unit_slip
from targets.values import NotAFigure, read_figure
from targets.wording import with_unit


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided, as typed or given: `new_value` is text or a number; None where nothing was given."""

    new_value: Any
    decided_on: date | None
    document: str
    reason: str


@dataclass
class CheckedDecision:
    """A decision after the rules: the exact new value, the one it replaces on its day, the faults and the doubts.

    A doubt is a sentence that refuses nothing: whoever decides is to read it before.
    """

    old_value: Decimal
    new_value: Decimal | None = None
    faults: list[Fault] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def target_amend(
    *,
    by: User,
    target: Target,
    new_value: Any,
    decided_on: date | None,
    document: str,
    reason: str,
    if_amendments: int | None = None,
) -> TargetAmendment:
    """Records that a decision gave a target another value, from today (Asia/Shanghai) on; the target is recomputed.

    `if_amendments` is the number of amendments that the decision was looked up against, None where nobody looked.
    Refused: 403 not_administrator; 409 amended_meanwhile; 400 with a fault for each field that is wrong:
    value_required, read_figure's codes, not_positive, same_value, day_required, decided_in_the_future,
    decided_before_the_plan, document_required, reason_required, max_length.
    Of two at once the second sees what the first recorded.
    """
    refuse_all_but_administrators(by)
    decision = Decision(new_value=new_value, decided_on=decided_on, document=document, reason=reason)
    with transaction.atomic():
        # The mark before all looking: whoever amends the same target meanwhile waits here.
        recompute.want([target.pk])
        _refuse_unseen(target, if_amendments)
        checked = check_decision(target=target, decision=decision)
        if checked.faults or checked.new_value is None or decided_on is None:
            raise Invalid(*checked.faults)
        now = timezone.now()
        return TargetAmendment.objects.create(
            target=target,
            old_value=checked.old_value,
            new_value=checked.new_value,
            decided_on=decided_on,
            document=document.strip(),
            reason=reason.strip(),
            recorded_on=timezone.localdate(now),
            recorded_at=now,
            recorded_by=by,
        )


def check_decision(*, target: Target, decision: Decision) -> CheckedDecision:
    """Applies every rule to a decision; nothing is stored. `faults` is empty where it is right.

    `doubts` says so where the new value is about 10, 100 or 10,000 times the one it replaces, or one such part of it.
    """
    day = decision.decided_on or timezone.localdate()
    checked = CheckedDecision(old_value=value_before(target, day))
    checked.faults += _value_faults(target, decision, checked)
    checked.faults += _day_faults(target, decision.decided_on)
    checked.faults += _text_faults(decision)
    checked.doubts += _slip_doubts(target, checked, day)
    return checked


def value_before(target: Target, day: date) -> Decimal:
    """The value that a decision of a day replaces: by the latest one decided up to that day, else as printed."""
    latest = TargetAmendment.objects.filter(target=target, decided_on__lte=day).order_by("decided_on", "pk").last()
    return latest.new_value if latest else target.target_value


def _refuse_unseen(target: Target, seen: int | None) -> None:
    if seen is not None and seen != TargetAmendment.objects.filter(target=target).count():
        raise Conflict("amended_meanwhile", _("这项指标刚登记过别的目标调整，没有再登记；请核对后重新填写。"))


def _value_faults(target: Target, decision: Decision, checked: CheckedDecision) -> list[Fault]:
    if decision.new_value in (None, ""):
        return [Fault("new_value", "value_required", _("请填写调整后的目标值。"))]
    try:
        value = read_figure(decision.new_value, decimals=target.decimals, may_be_negative=may_be_negative(target))
    except NotAFigure as error:
        return [Fault("new_value", error.code, value_message(error.code, target, decision.new_value))]
    if value <= 0 < target.target_value:
        facts = {"raw": decision.new_value, "printed": _measured(target.target_value, target)}
        message = _("“%(raw)s”不能作目标值：规划所载目标为 %(printed)s，调整后的目标值须大于 0。") % facts
        return [Fault("new_value", "not_positive", message)]
    if value == checked.old_value:
        message = _("目标值本来就是 %(value)s（按决定日期），没有变化。") % {"value": _measured(value, target)}
        return [Fault("new_value", "same_value", message)]
    checked.new_value = value
    return []


def _slip_doubts(target: Target, checked: CheckedDecision, day: date) -> list[str]:
    if checked.new_value is None:
        return []
    slip = unit_slip(checked.new_value, Series(year=day.year, others={}, current=checked.old_value))
    if slip is None:
        return []
    facts = {
        "new": _measured(checked.new_value, target),
        "old": _measured(slip.reference, target),
        "factor": f"{slip.factor:,}",
        "unit": translated(target.unit),
    }
    if slip.larger:
        return [_("%(new)s约为原目标 %(old)s的 %(factor)s 倍，请核对单位（%(unit)s）和小数点。") % facts]
    return [_("%(new)s约为原目标 %(old)s的 %(factor)s 分之一，请核对单位（%(unit)s）和小数点。") % facts]


def _measured(value: Decimal, target: Target) -> str:
    return with_unit(written_figure(value, target.decimals), target.unit)


def _day_faults(target: Target, day: date | None) -> list[Fault]:
    today, issued = timezone.localdate(), target.plan.issued_on
    if day is None:
        return [Fault("decided_on", "day_required", _("请填写决定日期。"))]
    if day > today:
        message = _("%(day)s还没有到，决定日期不能晚于今天（%(today)s）。")
        facts = {"day": written_day(day), "today": written_day(today)}
        return [Fault("decided_on", "decided_in_the_future", message % facts)]
    if day < issued:
        message = _("%(day)s早于规划印发之日，决定日期不能早于%(issued)s。")
        facts = {"day": written_day(day), "issued": written_day(issued)}
        return [Fault("decided_on", "decided_before_the_plan", message % facts)]
    return []


def _text_faults(decision: Decision) -> list[Fault]:
    missing = {
        "document": Fault("document", "document_required", _("请写明依据的文件，例如文件名称和文号。")),
        "reason": Fault("reason", "reason_required", _("请写明调整的理由。")),
    }
    given = {"document": decision.document.strip(), "reason": decision.reason.strip()}
    faults = [missing[name] for name, text in given.items() if not says_something(text)]
    texts = TargetAmendment(**given)
    try:
        texts.clean_fields(exclude=[f.name for f in TargetAmendment._meta.fields if f.name not in given])
    except ValidationError as error:
        known = {fault.field for fault in faults}
        faults += [
            Fault(name, item.code or "invalid", "".join(item.messages))
            for name, items in error.error_dict.items()
            for item in items
            if name not in known
        ]
    return faults
