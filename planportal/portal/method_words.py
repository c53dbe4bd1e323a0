"""The method in words: kinds, quantities and rules as the method page lists them.

The order of rules is the order in which the method tries them.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from targets.models import Kind
from targets.progress import LAMPS
from targets.progress_terms import Status


@dataclass(frozen=True)
class KindWords:
    """A kind of target: which figure counts, and from where it is measured."""

    kind: Kind
    value: Any
    start: Any


@dataclass(frozen=True)
class Quantity:
    """A number of the method: its name, formula and sentence, and when there is none."""

    name: Any
    formula: Any
    sentence: Any
    absent: Any = ""


@dataclass(frozen=True)
class Rule:
    """A condition and the status that follows where no earlier rule applies."""

    condition: Any
    status: Status

    @property
    def lamp(self) -> str:
        return LAMPS[self.status]


KINDS = (
    KindWords(Kind.LEVEL, _("最近一年的数"), _("2015 年基期值")),
    KindWords(Kind.ANNUAL_FLOW, _("最近一年当年的数，各年不相加"), _("2015 年基期值")),
    KindWords(Kind.CUMULATIVE, _("2016 年起各年新增之和"), _("0（按定义）")),
    KindWords(Kind.COUNT, _("2015 年底以来建成的个数"), _("0（按定义），只按整数到期")),
)

QUANTITIES = (
    Quantity(_("完成率"), "100 × V ÷ T", _("实际值是目标值的百分之几。"), _("目标值不大于 0，或者实际值为负")),
    Quantity(
        _("期内进展"),
        "100 × (V − B) ÷ (T − B)",
        _("从基期到目标的这段路，已经走完百分之几。"),
        _("没有基期；保持型指标"),
    ),
    Quantity(_("时间进度"), "100 × n ÷ N", _("规划时间已经过去百分之几，按数据所属年份计。")),
    Quantity(
        _("超（欠）进度"),
        _("期内进展 − 时间进度"),
        _("比时间进度快或慢几个百分点。"),
        _("没有基期；建成计数型"),
    ),
    Quantity(
        _("进度比"),
        "100 × (V − B) × N ÷ [(T − B) × n]",
        _("应走 100 步，实际走了几步。建成计数型用 100 × V ÷ 应达值。"),
        _("没有基期；暂无法评估"),
    ),
    Quantity(
        _("应达值"),
        "B + (T − B) × n ÷ N",
        _("按时间均匀推进，这一年应该达到的数。"),
        _("没有基期；没有目标值"),
    ),
    Quantity(_("距目标"), "T − V", _("还差多少；已达到的为 0。"), _("各年新增有缺报，只知道下限")),
    Quantity(_("规划年均变化"), "(T − B) ÷ N", _("规划要求平均每年变化多少。"), _("没有基期；保持型指标")),
    Quantity(_("实际年均变化"), "(V − B) ÷ n", _("实际平均每年变化了多少。"), _("没有基期；只知道下限")),
    Quantity(
        _("还需年均变化"),
        "(T − V) ÷ (2020 − t)",
        _("余下各年平均每年还要变化多少。"),
        _("已达到；已到 2020 年"),
    ),
    Quantity(
        _("上期年均变化"),
        "(B − V₂₀₁₀) ÷ 5",
        _("上一个五年平均每年变化多少，只作背景。"),
        _("没有 2010 年的同口径数"),
    ),
    Quantity(
        _("趋势外推值"),
        "B + (V − B) × N ÷ n",
        _("保持规划期以来的平均步伐，2020 年约为多少。"),
        _("没有基期；建成计数型；已到 2020 年；暂无法评估"),
    ),
    Quantity(
        _("情景区间"),
        _("V + 余下年数 × 最小（最大）年变化"),
        _("余下每年都像最差（最好）的一年时的结果。这是情景，不是概率。"),
        _("年变化不足两次"),
    ),
)

RULES = (
    Rule(_("规划期内还没有任何一年的数据"), "no_data"),
    Rule(_("规划没有设目标值"), "not_assessable"),
    Rule(_("已达到目标值，并且是 2020 年的数据，或者是从零累计、计数的指标"), "achieved"),
    Rule(_("最新数据比所看年份早两年或更久"), "not_assessable"),
    Rule(_("2020 年以前就达到了目标值（期末水平型、年度流量型）"), "reached_early"),
    Rule(_("各年新增有缺报，并且已是 2020 年的数据，或者已知部分还不够当年应达值"), "not_assessable"),
    Rule(_("2020 年的数据仍未达到目标值，只差一点也是"), "not_achieved"),
    Rule(_("没有基期数据"), "not_assessable"),
    Rule(_("保持型指标跌到目标值以下"), "regressing"),
    Rule(_("进度比不低于 95%，或者实际值不低于当年应达值（且不差于基期）"), "on_track"),
    Rule(_("进度比不低于 60%"), "behind"),
    Rule(_("进度比不低于 0"), "far_behind"),
    Rule(_("进度比为负，即比基期还差"), "regressing"),
)
