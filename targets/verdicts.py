"""Why a target has its status: the rule that applied, in one sentence with the target's own numbers."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from planportal.web.writing import translated, written_figure, written_percent
from targets.models import Target
from targets.progress import Assessment, Path
from targets.wording import FLAG, REASON, difference_with_unit, status_label, with_unit


class _Verdict:
    """One target's assessment in the words that the sentences are made of."""

    def __init__(self, target: Target, assessment: Assessment, goal: Decimal | None, as_of_year: int) -> None:
        self.target, self.assessment, self.goal = target, assessment, goal
        self.as_of_year = min(as_of_year, target.plan.end_year)

    def number(self, value: Decimal | None) -> str:
        return with_unit(written_figure(value, self.target.decimals), self.target.unit)

    @property
    def numbers(self) -> dict[str, object]:
        assessment = self.assessment
        gap = written_figure(assessment.gap_to_target, self.target.decimals)
        return {
            "year": assessment.data_year,
            "as_of": self.as_of_year,
            "end": self.target.plan.end_year,
            "value": self.number(assessment.value),
            "goal": self.number(self.goal),
            "baseline": self.number(assessment.baseline_value),
            "due": self.number(assessment.expected_value),
            "gap": difference_with_unit(gap, self.target.unit),
            "pace": written_percent(assessment.pace_pct),
            "attainment": written_percent(assessment.attainment_pct),
            "attained": self.attained,
            "department": self.target.department.name,
            "reason": str(REASON.get(assessment.reason or "", "")),
        }

    @property
    def attained(self) -> str:
        """The attainment as a clause; "" where it has no meaning."""
        share = self.assessment.attainment_pct
        return "" if share is None else _("，完成率 %(share)s") % {"share": written_percent(share)}

    @property
    def facts(self) -> dict[str, object]:
        return {**self.numbers, "clause": self.value_clause}

    @property
    def value_clause(self) -> str:
        """What stands, as of when: a sum is said to be one, a lower bound to be "at least"."""
        if not self.target.is_from_zero:
            return _("%(year)s 年为 %(value)s") % self.numbers
        if "lower_bound" in self.assessment.flags:
            return _("截至 %(year)s 年累计至少 %(value)s") % self.numbers
        return _("截至 %(year)s 年累计 %(value)s") % self.numbers


def verdict_sentence(target: Target, assessment: Assessment, *, goal: Decimal | None, as_of_year: int) -> str:
    """The rule of §7 that gave the status, with the numbers it looked at; `goal` is the target's value in the view."""
    verdict = _Verdict(target, assessment, goal, as_of_year)
    return _SENTENCES[assessment.status](verdict)


def _no_data(verdict: _Verdict) -> str:
    return _("截至 %(as_of)s 年还没有任何一年的数据，无法评估；应由%(department)s报送。") % verdict.numbers


def _not_assessable(verdict: _Verdict) -> str:
    return _("%(clause)s。%(reason)s") % verdict.facts


def _achieved(verdict: _Verdict) -> str:
    facts = verdict.facts
    if verdict.target.is_from_zero:
        return _("%(clause)s，已达到 %(end)s 年目标 %(goal)s%(attained)s；累计数达到即为已完成。") % facts
    return _("%(clause)s，达到目标 %(goal)s%(attained)s；目标年已达标，判为已完成。") % facts


def _reached_early(verdict: _Verdict) -> str:
    return _("%(clause)s，已达到 %(end)s 年目标 %(goal)s；数值可能回落，目标年再作最终结论。") % verdict.facts


def _not_achieved(verdict: _Verdict) -> str:
    sentence = _("%(clause)s，没有达到目标 %(goal)s，还差 %(gap)s%(attained)s；目标年不留容差。")
    return sentence % verdict.facts


def _on_track(verdict: _Verdict) -> str:
    facts = verdict.facts
    if verdict.assessment.pace_pct is None:
        return _("%(clause)s，按时间进度此时应达 %(due)s，不落后。") % facts
    if "on_schedule_as_published" in verdict.assessment.flags:
        return _("%(clause)s，已达到应达值 %(due)s；进度比 %(pace)s 虽不到 95%%，按公布位数不算落后。") % facts
    return _("%(clause)s，应达 %(due)s，进度比 %(pace)s；不低于 95%% 即为符合进度。") % facts


def _behind(verdict: _Verdict) -> str:
    return _("%(clause)s，应达 %(due)s，进度比 %(pace)s；60%% 及以上、不到 95%% 为进度偏慢。") % verdict.facts


def _far_behind(verdict: _Verdict) -> str:
    return _("%(clause)s，应达 %(due)s，进度比 %(pace)s；不到 60%% 为明显滞后。") % verdict.facts


def _regressing(verdict: _Verdict) -> str:
    facts = verdict.facts
    if "hold_target" in verdict.assessment.flags:
        return _("%(clause)s；基期 %(baseline)s 已达到目标 %(goal)s，现在反而退到目标以下。") % facts
    return _("%(clause)s，比基期 %(baseline)s还差，进度比 %(pace)s，是在倒退。") % facts


_SENTENCES: dict[str, Callable[[_Verdict], str]] = {
    "no_data": _no_data,
    "not_assessable": _not_assessable,
    "achieved": _achieved,
    "reached_early": _reached_early,
    "not_achieved": _not_achieved,
    "on_track": _on_track,
    "behind": _behind,
    "far_behind": _far_behind,
    "regressing": _regressing,
}


def flag_sentences(assessment: Assessment) -> list[str]:
    """What else is to be known about a verdict, in the method's order; gaps are not told twice."""
    told = {"lower_bound"} if assessment.reason == "gap_years" else set()
    return [str(FLAG[flag].sentence) for flag in assessment.flags if flag not in told]


def chart_finding(target: Target, assessment: Assessment, path: Path, *, goal: Decimal | None, as_of_year: int) -> str:
    """The finding that stands over the trajectory: when the target was first met, and where the value stands."""
    facts = {
        **_Verdict(target, assessment, goal, as_of_year).numbers,
        "name": translated(target.name),
        "status": status_label(assessment.status).lower(),
        "first": _first_met(target, path),
    }
    if assessment.value is None:
        return _("%(name)s：截至 %(as_of)s 年还没有数据") % facts
    if assessment.attainment_pct is None:
        return _("%(name)s：%(year)s 年为 %(value)s，%(status)s") % facts
    if facts["first"] is not None and facts["first"] != assessment.data_year:
        return _("%(name)s：%(first)s 年首次达到目标，%(year)s 年为目标的 %(attainment)s") % facts
    if "lower_bound" in assessment.flags:
        return _("%(name)s：%(year)s 年至少为目标的 %(attainment)s，%(status)s") % facts
    return _("%(name)s：%(year)s 年为目标的 %(attainment)s，%(status)s") % facts


def _first_met(target: Target, path: Path) -> int | None:
    """The first plan year whose value met the target; the base year shows where one began."""
    met = [step.year for step in path.steps if step.meets_target and step.year > target.plan.base_year]
    return met[0] if met else None


def chart_description(target: Target, path: Path, *, goal: Decimal | None) -> str:
    """The trajectory for who cannot see it: what was reached each year, and the target."""
    reached = _("，").join(
        _("%(year)s 年 %(value)s") % {"year": step.year, "value": written_figure(step.value, target.decimals)}
        for step in path.steps
    )
    promised = _("%(end)s 年目标 %(goal)s。") % {
        "end": target.plan.end_year,
        "goal": with_unit(written_figure(goal, target.decimals), target.unit),
    }
    return _("历年实际：%(reached)s；%(goal)s") % {"reached": reached, "goal": promised} if reached else promised
