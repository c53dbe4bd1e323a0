"""Which rule of §7 gave a status, in one sentence with the target's own numbers, and why no earlier one did.

Nothing is decided here: `targets.progress_rules` says which rule an assessment came from, this module words it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.web.writing import written_figure, written_percent
from targets.models import Target
from targets.progress import Assessment, Indicator, Path
from targets.progress_rules import RULES, Rule, RuleName, rule_of
from targets.wording import difference_with_unit, lamp_of, status_label, with_unit

CONDITION: dict[RuleName, str | Promise] = {
    "no_figures": gettext_lazy("规划期内还没有任何一年的数据"),
    "no_target": gettext_lazy("规划没有设目标值"),
    "achieved": gettext_lazy("已达到目标值，并且是目标年的数据，或者是从零累计、计数的指标"),
    "stale": gettext_lazy("最新数据早于目标年，并且比所看年份早两年或更久"),
    "reached_early": gettext_lazy("目标年以前就达到了目标值（期末水平型、年度流量型）"),
    "gap_years": gettext_lazy("各年新增有缺报，并且已是目标年的数据，或者已知部分还不够时序进度"),
    "not_achieved": gettext_lazy("目标年的数据仍未达到目标值，只差一点也是"),
    "no_baseline": gettext_lazy("没有基期数据"),
    "hold_missed": gettext_lazy("基期已达到目标（保持型），现在跌到目标值以下"),
    "on_track": gettext_lazy("进度比 95.0% 以上，或者实际值不低于应达值（且不差于基期）"),
    "behind": gettext_lazy("进度比 60.0% 以上，不到 95.0%"),
    "far_behind": gettext_lazy("进度比 0 以上，不到 60.0%"),
    "regressing": gettext_lazy("进度比为负，即比基期还差"),
}


@dataclass(frozen=True)
class RuleLine:
    """A rule and what it meets in a target: `facts` say why it applied, or why it did not.

    `number` is the method's, None for the two rules without; `facts` is "" where no target is looked at.
    """

    number: int | None
    label: str
    condition: str
    status: str
    status_label: str
    lamp: str
    facts: str

    @property
    def sentence(self) -> str:
        return _("%(label)s：%(condition)s → %(status)s。%(facts)s") % {
            "label": self.label,
            "condition": self.condition,
            "status": self.status_label,
            "facts": self.facts,
        }


@dataclass(frozen=True)
class StatusRule:
    """The rule that applied, and those before it that did not, in the order in which they are tried."""

    applied: RuleLine
    earlier: tuple[RuleLine, ...]


def status_rule(
    indicator: Indicator, assessment: Assessment, path: Path, *, target: Target, as_of_year: int
) -> StatusRule:
    """The rule that an assessment's status came from; takes what `formula_steps` takes."""
    numbers = _Numbers(indicator, assessment, path, target=target, as_of_year=as_of_year)
    applied = rule_of(assessment.status, assessment.reason, assessment.flags)
    earlier = RULES[: RULES.index(applied)]
    return StatusRule(
        applied=_line(applied, _WHY[applied.name](numbers)),
        earlier=tuple(_line(rule, _WHY_NOT[rule.name](numbers)) for rule in earlier),
    )


def rules_in_words() -> list[RuleLine]:
    """Every rule, in the order in which they are tried."""
    return [_line(rule) for rule in RULES]


def _line(rule: Rule, facts: str = "") -> RuleLine:
    return RuleLine(
        number=rule.number,
        label=_("规则 %(number)s") % {"number": rule.number} if rule.number else _("无编号规则"),
        condition=str(CONDITION[rule.name]),
        status=rule.status,
        status_label=status_label(rule.status),
        lamp=lamp_of(rule.status),
        facts=facts,
    )


class _Numbers:
    """What the rules look at, as it is written."""

    def __init__(
        self, indicator: Indicator, assessment: Assessment, path: Path, *, target: Target, as_of_year: int
    ) -> None:
        self.indicator, self.assessment, self.path, self.target = indicator, assessment, path, target
        self.as_of_year = as_of_year

    def has(self, flag: str) -> bool:
        return flag in self.assessment.flags

    def measured(self, name: str) -> str:
        return with_unit(written_figure(getattr(self.assessment, name), self.target.decimals), self.target.unit)

    @property
    def is_final(self) -> bool:
        return self.assessment.data_year == self.indicator.end_year

    @property
    def facts(self) -> dict[str, object]:
        assessment, decimals = self.assessment, self.target.decimals
        return {
            "year": assessment.data_year,
            "as_of": self.as_of_year,
            "lag": self.as_of_year - (assessment.data_year or self.as_of_year),
            "end": self.indicator.end_year,
            "clause": self.clause,
            "own": self.own_clause,
            "goal": with_unit(written_figure(self.indicator.target, decimals), self.target.unit),
            "baseline": self.measured("baseline_value"),
            "base": assessment.baseline_year,
            "due": self.measured("expected_value"),
            "gap": difference_with_unit(written_figure(assessment.gap_to_target, decimals), self.target.unit),
            "pace": written_percent(assessment.pace_pct),
            "missing": self.missing,
        }

    @property
    def clause(self) -> str:
        """What stands, as of when; a lower bound is said to be "at least"."""
        facts = {"year": self.assessment.data_year, "value": self.measured("value")}
        if not self.indicator.is_from_zero:
            return _("%(year)s 年为 %(value)s") % facts
        if self.has("lower_bound"):
            return _("截至 %(year)s 年累计至少 %(value)s") % facts
        return _("截至 %(year)s 年累计 %(value)s") % facts

    @property
    def own_clause(self) -> str:
        """The clause as what is said of this target; Chinese writes a space before a year."""
        form = _("本项%(clause)s") if self.indicator.is_from_zero else _("本项 %(clause)s")
        return form % {"clause": self.clause}

    @property
    def missing(self) -> str:
        """The years that a sum lacks, up to the figure's own."""
        years = range(self.indicator.base_year + 1, self.assessment.data_year or 0)
        return _("、").join(str(year) for year in years if self.path.at(year) is None)


Words = Callable[[_Numbers], str]


def _why_no_figures(case: _Numbers) -> str:
    return _("截至 %(as_of)s 年本项没有数据。") % case.facts


def _why_no_target(case: _Numbers) -> str:
    return _("本项没有目标值。")


def _why_achieved(case: _Numbers) -> str:
    if case.indicator.is_from_zero:
        return _("%(own)s，目标 %(goal)s；累计数达到即为完成。") % case.facts
    return _("%(own)s，目标 %(goal)s，%(year)s 年就是目标年。") % case.facts


def _why_stale(case: _Numbers) -> str:
    return _("本项最新数据是 %(year)s 年，所看年份 %(as_of)s 年，相差 %(lag)s 年。") % case.facts


def _why_reached_early(case: _Numbers) -> str:
    return _("%(own)s，目标 %(goal)s，目标年 %(end)s 年还没有到。") % case.facts


def _why_gap_years(case: _Numbers) -> str:
    if case.is_final:
        return _("%(own)s，缺 %(missing)s 年，不足以判定是否达到目标 %(goal)s。") % case.facts
    return _("%(own)s，缺 %(missing)s 年，应达值 %(due)s。") % case.facts


def _why_not_achieved(case: _Numbers) -> str:
    return _("%(own)s，目标 %(goal)s，还差 %(gap)s。") % case.facts


def _why_no_baseline(case: _Numbers) -> str:
    return _("%(own)s，没有可比的基期值。") % case.facts


def _why_hold_missed(case: _Numbers) -> str:
    return _("本项基期 %(baseline)s，目标 %(goal)s；%(clause)s。") % case.facts


def _why_on_track(case: _Numbers) -> str:
    if case.has("nothing_due_yet"):
        return _("%(own)s，此时还没有应当建成的（应达值 %(due)s）。") % case.facts
    if case.assessment.pace_pct is None:
        return _("%(own)s，应达值 %(due)s。") % case.facts
    return _("本项进度比 %(pace)s；%(clause)s，应达值 %(due)s。") % case.facts


def _why_by_pace(case: _Numbers) -> str:
    return _("本项进度比 %(pace)s；%(clause)s，应达值 %(due)s。") % case.facts


def _why_regressing(case: _Numbers) -> str:
    return _("本项进度比 %(pace)s；%(clause)s，基期 %(baseline)s。") % case.facts


_WHY: dict[RuleName, Words] = {
    "no_figures": _why_no_figures,
    "no_target": _why_no_target,
    "achieved": _why_achieved,
    "stale": _why_stale,
    "reached_early": _why_reached_early,
    "gap_years": _why_gap_years,
    "not_achieved": _why_not_achieved,
    "no_baseline": _why_no_baseline,
    "hold_missed": _why_hold_missed,
    "on_track": _why_on_track,
    "behind": _why_by_pace,
    "far_behind": _why_by_pace,
    "regressing": _why_regressing,
}


def _has_figures(case: _Numbers) -> str:
    return _("有 %(year)s 年的数据。") % case.facts


def _has_target(case: _Numbers) -> str:
    return _("目标值为 %(goal)s。") % case.facts


def _is_not_settled(case: _Numbers) -> str:
    if case.assessment.target_met:
        return _("%(clause)s，已达到目标 %(goal)s，但还不是目标年 %(end)s 年的数据。") % case.facts
    return _falls_short(case)


def _falls_short(case: _Numbers) -> str:
    if case.has("lower_bound"):
        return _("%(clause)s，已知部分没有达到目标 %(goal)s。") % case.facts
    return _("%(clause)s，没有达到目标 %(goal)s。") % case.facts


def _is_fresh(case: _Numbers) -> str:
    if case.is_final:
        return _("数据就是目标年 %(end)s 年的。") % case.facts
    return _("数据是 %(year)s 年的，所看年份 %(as_of)s 年，相差 %(lag)s 年。") % case.facts


def _has_no_gap(case: _Numbers) -> str:
    if not case.indicator.is_summed:
        return _("本项不是把各年新增相加的指标。")
    if case.has("lower_bound"):
        return _("虽缺 %(missing)s 年，已知部分已够时序进度（应达值 %(due)s）。") % case.facts
    return _("各年新增没有缺报。")


def _is_not_final(case: _Numbers) -> str:
    return _("数据是 %(year)s 年的，还不是目标年 %(end)s 年。") % case.facts


def _has_baseline(case: _Numbers) -> str:
    return _("基期为 %(baseline)s（%(base)s 年）。") % case.facts


def _has_way_to_go(case: _Numbers) -> str:
    return _("基期 %(baseline)s没有达到目标 %(goal)s，不是保持型。") % case.facts


def _is_late(case: _Numbers) -> str:
    if case.has("below_baseline"):
        return _("进度比 %(pace)s，不到 95.0%%；%(clause)s，比基期 %(baseline)s还差。") % case.facts
    return _("进度比 %(pace)s，不到 95.0%%；%(clause)s，没有达到应达值 %(due)s。") % case.facts


def _paces_below_60(case: _Numbers) -> str:
    return _("进度比 %(pace)s，不到 60.0%%。") % case.facts


def _paces_below_0(case: _Numbers) -> str:
    return _("进度比 %(pace)s，小于 0。") % case.facts


# The last rule always applies where none before it did.
_WHY_NOT: dict[RuleName, Words] = {
    "no_figures": _has_figures,
    "no_target": _has_target,
    "achieved": _is_not_settled,
    "stale": _is_fresh,
    "reached_early": _falls_short,
    "gap_years": _has_no_gap,
    "not_achieved": _is_not_final,
    "no_baseline": _has_baseline,
    "hold_missed": _has_way_to_go,
    "on_track": _is_late,
    "behind": _paces_below_60,
    "far_behind": _paces_below_0,
}
