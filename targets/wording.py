"""The method's codes in the reader's words: statuses, reasons, flags, headlines; sentences about groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.web.writing import translated, written_percent
from targets.progress import LAMPS
from targets.progress_terms import Status

Words = str | Promise

STATUS: dict[str, Words] = {
    "no_data": gettext_lazy("暂无数据"),
    "not_assessable": gettext_lazy("暂无法评估"),
    "achieved": gettext_lazy("已完成"),
    "reached_early": gettext_lazy("提前达标"),
    "not_achieved": gettext_lazy("未完成"),
    "on_track": gettext_lazy("符合进度"),
    "behind": gettext_lazy("进度偏慢"),
    "far_behind": gettext_lazy("明显滞后"),
    "regressing": gettext_lazy("出现倒退"),
}
# Best to worst, then what could not be assessed: the order in which counts are read.
BEST_FIRST: tuple[Status, ...] = (
    "achieved",
    "reached_early",
    "on_track",
    "behind",
    "far_behind",
    "regressing",
    "not_achieved",
    "not_assessable",
    "no_data",
)
REASON: dict[str, Words] = {
    "no_figures": gettext_lazy("规划期内还没有任何一年的数据。"),
    "no_target": gettext_lazy("规划没有给出目标值。"),
    "stale": gettext_lazy("最新数据已是两年或更早以前的，不足以判断现在。"),
    "gap_years": gettext_lazy("累计数缺少部分年份，缺的年份既不当作 0，也不作猜测。"),
    "no_baseline": gettext_lazy("没有基期数据，无法判断进度快慢，需要先补报基期年的数据。"),
}
HEADLINE: dict[str, Words] = {
    "needs_attention": gettext_lazy("需重点关注"),
    "some_behind": gettext_lazy("部分指标进度偏慢"),
    "on_schedule_incomplete": gettext_lazy("已评估指标均符合进度"),
    "on_schedule": gettext_lazy("全部符合进度"),
    "not_assessed": gettext_lazy("暂无评估"),
    "empty": gettext_lazy("无指标"),
}
BASIS: dict[str, Words] = {
    "first": gettext_lazy("首次公布口径"),
    "rebased": gettext_lazy("普查修订口径"),
}
BASELINE_SOURCE: dict[str, Words] = {
    "plan": gettext_lazy("规划所载"),
    "submitted": gettext_lazy("已审核数据"),
    "substitute": gettext_lazy("以规划期内最早一年代替"),
    "zero": gettext_lazy("按定义从 0 起计"),
    "none": gettext_lazy("没有基期数据"),
}


@dataclass(frozen=True)
class FlagWords:
    """A flag as a short tag and as the sentence that explains it."""

    tag: Words
    sentence: Words


FLAG: dict[str, FlagWords] = {
    "provisional": FlagWords(gettext_lazy("初步数"), gettext_lazy("用到初步数，结论可能随正式数据变化。")),
    "revised": FlagWords(gettext_lazy("已修订"), gettext_lazy("用到的数据修订过，按所知的最新一版计算。")),
    "baseline_revised": FlagWords(
        gettext_lazy("基期已修订"), gettext_lazy("基期采用后来的数据，与规划所载的基期值不同。")
    ),
    "series_break": FlagWords(
        gettext_lazy("口径有变"),
        gettext_lazy("历年数据口径不一，只比较与最新数据同口径的各年，其余不参与计算。"),
    ),
    "substitute_baseline": FlagWords(
        gettext_lazy("替代基期"), gettext_lazy("没有基期数据，以规划期内最早一年代替，时间也从那一年算起。")
    ),
    "lower_bound": FlagWords(
        gettext_lazy("至少"), gettext_lazy("累计数缺少部分年份，实际只会更多，这里是“至少”的数。")
    ),
    "lagged": FlagWords(gettext_lazy("数据滞后"), gettext_lazy("最新数据早于所看年份，按数据所在年份评估。")),
    "final_missing": FlagWords(
        gettext_lazy("缺目标年数据"), gettext_lazy("目标年的数据还没有报送，尚不能作最终结论。")
    ),
    "over_target": FlagWords(gettext_lazy("超过目标"), gettext_lazy("实际值超过目标值，如实列出，不封顶。")),
    "below_baseline": FlagWords(gettext_lazy("低于基期"), gettext_lazy("实际值比基期还差。")),
    "hold_target": FlagWords(
        gettext_lazy("保持型"), gettext_lazy("基期已达到目标，要求是保持不退，不计期内进展和进度比。")
    ),
    "nothing_due_yet": FlagWords(gettext_lazy("尚无应建"), gettext_lazy("按时间进度，此时还没有应当建成的整数个。")),
    "on_schedule_as_published": FlagWords(
        gettext_lazy("按公布位数达到应达值"),
        gettext_lazy("进度比不到 95%，但按公布的小数位已达到应达值，不算落后。"),
    ),
    "on_growth_path": FlagWords(
        gettext_lazy("按年均增速口径达标"),
        gettext_lazy("若按恰好完成目标的固定年均增速来看，目前并不落后；直线进度在前期更严。"),
    ),
    "one_year_only": FlagWords(gettext_lazy("仅一年变化"), gettext_lazy("结论只依据一年的变化，须谨慎。")),
}


def status_label(status: str) -> str:
    """A status in words, as the method names it."""
    return str(STATUS[status])


def lamp_of(status: Status) -> str:
    """green, yellow, red or grey."""
    return LAMPS[status]


def basis_label(basis: str) -> str:
    """A statistical basis in words; "" where the target has only one, an unknown one by its code."""
    return str(BASIS.get(basis, basis))


def goal_label(number: int) -> str:
    """目标一, 目标二, …; goals beyond ten keep their digits."""
    numerals = _("一 二 三 四 五 六 七 八 九 十").split()
    return _("目标%(number)s") % {"number": numerals[number - 1] if number <= len(numerals) else number}


def with_unit(text: str, unit: str) -> str:
    """A written number with its unit; a percent sign stands close."""
    return f"{text}{unit}" if unit == "%" else f"{text} {translated(unit)}"


def difference_with_unit(text: str, unit: str) -> str:
    """A written difference with its unit; two percentages differ by percentage points."""
    return _("%(points)s 个百分点") % {"points": text} if unit == "%" else with_unit(text, unit)


def counts_sentence(roll_up: Mapping[str, Any]) -> str:
    """Every status that occurs with its count, best first: the verdict once the period is over."""
    if not roll_up["total"]:
        return str(HEADLINE["empty"])
    parts = [
        _("%(count)s 项%(status)s") % {"count": roll_up["counts"][status], "status": status_label(status).lower()}
        for status in BEST_FIRST
        if roll_up["counts"][status]
    ]
    return _("%(total)s 项指标中，%(parts)s") % {"total": roll_up["total"], "parts": _("，").join(parts)}


def schedule_sentence(roll_up: Mapping[str, Any]) -> str:
    """§10's sentence, for a period under way: how many are on schedule, slow, behind, not assessed."""
    if not roll_up["total"]:
        return str(HEADLINE["empty"])
    counts = roll_up["counts"]
    parts = [
        _("%(count)s 项符合进度（%(share)s）")
        % {"count": roll_up["on_schedule"], "share": written_percent(roll_up["on_schedule_pct"])}
    ]
    worse = (
        (counts["behind"], _("%(count)s 项偏慢")),
        (counts["far_behind"], _("%(count)s 项明显滞后")),
        (counts["regressing"], _("%(count)s 项出现倒退")),
        (counts["not_achieved"], _("%(count)s 项未完成")),
        (len(roll_up["unassessed"]), _("%(count)s 项未评估")),
    )
    parts += [form % {"count": count} for count, form in worse if count]
    return _("%(total)s 项指标中，%(parts)s") % {"total": roll_up["total"], "parts": _("，").join(parts)}


def finding_sentence(roll_up: Mapping[str, Any], *, is_over: bool) -> str:
    """The finding about a group: counts by status from the last plan year on, before it §10's sentence."""
    return counts_sentence(roll_up) if is_over else schedule_sentence(roll_up)


def attention_sentence(names: Iterable[str]) -> str:
    """Who needs attention, worst first; "" where nobody does."""
    named = _("、").join(translated(name) for name in names)
    return _("需关注：%(names)s") % {"names": named} if named else ""


def coverage_sentence(roll_up: Mapping[str, Any]) -> str:
    """Headline, share on schedule and coverage, both of all indicators of the group."""
    if not roll_up["total"]:
        return str(HEADLINE["empty"])
    return _(
        "%(headline)s。达到目标或符合进度的占 %(share)s，有评估结论的占 %(coverage)s（均以全部 %(total)s 项为分母）。"
    ) % {
        "headline": HEADLINE[roll_up["headline"]],
        "share": written_percent(roll_up["on_schedule_pct"]),
        "coverage": written_percent(roll_up["coverage_pct"]),
        "total": roll_up["total"],
    }


def lamp_of_group(roll_up: Mapping[str, Any]) -> str:
    """The lamp of a group's worst status; grey where nothing is assessed."""
    worst: Status | None = roll_up["worst_status"]
    return lamp_of(worst) if worst else "grey"


def not_reported(department: str) -> str:
    """What stands in the place of a missing value: who reports it."""
    return _("尚未报送（责任单位：%(department)s）") % {"department": department}
