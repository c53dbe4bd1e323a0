"""The method in words: kinds and quantities as the method page lists them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from targets.models import Kind


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
