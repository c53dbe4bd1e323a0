"""The arithmetic of an assessment written out with the target's own numbers, as the method states it (§5).

Whoever works an expression out and rounds it as its line says gets the result beside it: the expressions divide once,
at the end, as the method does (§6).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from planportal.web.writing import written_change, written_figure, written_percent, written_points
from targets.models import Target
from targets.progress import Assessment, Indicator, Path
from targets.progress_paths import Change, worst_and_best
from targets.wording import difference_with_unit, with_unit


@dataclass(frozen=True)
class FormulaStep:
    """One quantity: its name, the expression with the numbers put in, how it is rounded, the result, what it means.

    `rounding` is "" where nothing has to be rounded.
    """

    name: str
    expression: str
    rounding: str
    result: str
    meaning: str


def formula_steps(
    indicator: Indicator, assessment: Assessment, path: Path, *, target: Target, as_of_year: int
) -> list[FormulaStep]:
    """Every quantity of the assessment that is not null, in the order in which one leads to the next."""
    formula = _Formula(indicator, assessment, path, target=target, as_of_year=as_of_year)
    parts = (
        formula.value,
        formula.attainment,
        formula.elapsed,
        formula.progress,
        formula.schedule_gap,
        formula.pace,
        formula.expected,
        formula.gap,
        formula.planned_change,
        formula.actual_change,
        formula.needed_change,
        formula.previous_change,
        formula.forecast,
        formula.scenarios,
    )
    return [step for part in parts for step in part()]


def rounded_down(places: int) -> str:
    """How a line says that it is rounded down, towards minus infinity."""
    return _("向下取 %(places)s 位小数") % {"places": places} if places else _("向下取整数")


def rounded_up(places: int) -> str:
    return _("向上取 %(places)s 位小数") % {"places": places} if places else _("向上取整数")


def rounded_half_up(places: int) -> str:
    return _("四舍五入到 %(places)s 位小数") % {"places": places} if places else _("四舍五入到整数")


class _Formula:
    """The operands as they are written: V, B, T, n and N of the method."""

    def __init__(
        self, indicator: Indicator, assessment: Assessment, path: Path, *, target: Target, as_of_year: int
    ) -> None:
        self.target, self.indicator, self.assessment, self.path = target, indicator, assessment, path
        self.end_year = indicator.end_year
        self.goal = self.operand(indicator.target)
        self.v = self.operand(assessment.value)
        self.b = self.operand(assessment.baseline_value)
        start = assessment.baseline_year or indicator.base_year
        self.clock_year = assessment.data_year or min(as_of_year, self.end_year)
        self.gone, self.period = self.clock_year - start, self.end_year - start
        self.left = self.end_year - self.clock_year

    def figure(self, value: Decimal | None) -> str:
        return written_figure(value, self.target.decimals)

    def operand(self, value: Decimal | None) -> str:
        """A number within an expression: a negative one in brackets."""
        text = self.figure(value)
        return f"({text})" if value is not None and value < 0 else text

    def measured(self, value: Decimal | None) -> str:
        return with_unit(self.figure(value), self.target.unit)

    def change(self, value: Decimal | None) -> str:
        return difference_with_unit(written_change(value, self.target.decimals + 1), self.target.unit)

    def rounded_as_had(self, places: int) -> str:
        """What we have rounds away from success (§6)."""
        return rounded_down(places) if self.indicator.sign > 0 else rounded_up(places)

    def rounded_as_needed(self, places: int) -> str:
        """What is needed rounds towards difficulty (§6)."""
        return rounded_up(places) if self.indicator.sign > 0 else rounded_down(places)

    @property
    def is_path_of_assessment(self) -> bool:
        """Whether the path ends where the assessment does: a stored one may be older than the figures by a moment."""
        last = self.path.at(self.assessment.data_year)
        return last is not None and last.value == self.assessment.value

    def value(self) -> Iterator[FormulaStep]:
        """How the value of a sum comes about; a level or flow is the figure itself."""
        if not self.indicator.is_summed or self.assessment.value is None:
            return
        steps = [step.value for step in self.path.steps]
        added = [self.operand(to - since) for since, to in pairwise(steps)] if self.is_path_of_assessment else []
        total = self.measured(self.assessment.value)
        is_least = "lower_bound" in self.assessment.flags
        yield FormulaStep(
            _("累计值"),
            " + ".join(added) or _("已有年份的新增数相加"),
            "",
            _("至少 %(total)s") % {"total": total} if is_least else total,
            _("规划期开始以来各年新增数之和，缺报的年份没有计入。")
            if is_least
            else _("规划期开始以来各年新增数之和。"),
        )

    def attainment(self) -> Iterator[FormulaStep]:
        share = self.assessment.attainment_pct
        if share is not None:
            up = self.indicator.sign > 0
            expression = f"100 × {self.v} ÷ {self.goal}" if up else f"100 × {self.goal} ÷ {self.v}"
            meaning = _("已达到目标值的 %(share)s。") % {"share": written_percent(share)}
            yield FormulaStep(_("完成率"), expression, rounded_down(1), written_percent(share), meaning)

    def elapsed(self) -> Iterator[FormulaStep]:
        share = written_percent(self.assessment.elapsed_pct)
        yield FormulaStep(
            _("时间进度"),
            f"100 × {self.gone} ÷ {self.period}",
            rounded_down(1),
            share,
            _("规划时间已过去 %(share)s（%(gone)s 年，共 %(period)s 年）。")
            % {"share": share, "gone": self.gone, "period": self.period},
        )

    def progress(self) -> Iterator[FormulaStep]:
        share = self.assessment.progress_pct
        if share is not None:
            meaning = _("从基期到目标的这段路，已走完 %(share)s。") % {"share": written_percent(share)}
            expression = f"100 × ({self.v} − {self.b}) ÷ ({self.goal} − {self.b})"
            yield FormulaStep(_("期内进展"), expression, rounded_down(1), written_percent(share), meaning)

    def schedule_gap(self) -> Iterator[FormulaStep]:
        """As one fraction: the difference of the two rounded percentages may be 0.1 off."""
        gap = self.assessment.schedule_gap_pp
        if gap is None:
            return
        moved, way = f"({self.v} − {self.b})", f"({self.goal} − {self.b})"
        words = {"points": written_points(abs(gap)).lstrip("+")}
        meaning = _("期内进展减时间进度：快 %(points)s。") if gap >= 0 else _("期内进展减时间进度：慢 %(points)s。")
        yield FormulaStep(
            _("超/欠进度"),
            f"100 × [{moved} × {self.period} − {way} × {self.gone}] ÷ [{way} × {self.period}]",
            rounded_down(1),
            written_points(gap),
            meaning % words,
        )

    def pace(self) -> Iterator[FormulaStep]:
        pace = self.assessment.pace_pct
        if pace is None:
            return
        way = f"({self.v} − {self.b}) × {self.period} ÷ [({self.goal} − {self.b}) × {self.gone}]"
        is_count = self.indicator.kind == "count"
        expression = f"{self.v} ÷ {self.operand(self.assessment.expected_value)}" if is_count else way
        meaning = _("应走 100 步，实际走了 %(steps)s 步。") % {"steps": written_figure(pace, 1)}
        yield FormulaStep(_("进度比"), f"100 × {expression}", rounded_down(1), written_percent(pace), meaning)

    def expected(self) -> Iterator[FormulaStep]:
        due = self.assessment.expected_value
        if due is None:
            return
        holds = "hold_target" in self.assessment.flags
        meaning = _("要求保持，各年应达值都是目标值。") if holds else _("按时间均匀推进，%(year)s 年应达到 %(due)s。")
        is_count = self.indicator.kind == "count"
        rounding = rounded_down(0) if is_count else rounded_half_up(self.target.decimals)
        yield FormulaStep(
            _("应达值"),
            self.goal if holds else f"{self.b} + ({self.goal} − {self.b}) × {self.gone} ÷ {self.period}",
            "" if holds else rounding,
            self.measured(due),
            meaning % {"year": self.clock_year, "due": self.measured(due)},
        )

    def gap(self) -> Iterator[FormulaStep]:
        gap = self.assessment.gap_to_target
        if gap is None:
            return
        written = difference_with_unit(self.figure(gap), self.target.unit)
        if not gap:
            yield FormulaStep(_("距目标"), _("已达到目标"), "", written, _("距目标没有差距。"))
            return
        greater, less = (self.goal, self.v) if self.indicator.sign > 0 else (self.v, self.goal)
        meaning = _("距目标还差 %(gap)s。") % {"gap": written}
        yield FormulaStep(_("距目标"), f"{greater} − {less}", "", written, meaning)

    def planned_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.planned_annual_change
        if change is not None:
            yield FormulaStep(
                _("规划年均变化"),
                f"({self.goal} − {self.b}) ÷ {self.period}",
                self.rounded_as_needed(self.target.decimals + 1),
                self.change(change),
                _("规划要求年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def actual_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.actual_annual_change
        if change is not None:
            yield FormulaStep(
                _("实际年均变化"),
                f"({self.v} − {self.b}) ÷ {self.gone}",
                self.rounded_as_had(self.target.decimals + 1),
                self.change(change),
                _("实际年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def needed_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.needed_annual_change
        if change is not None:
            yield FormulaStep(
                _("还需年均变化"),
                f"({self.goal} − {self.v}) ÷ {self.left}",
                self.rounded_as_needed(self.target.decimals + 1),
                self.change(change),
                _("余下各年年均需变化 %(change)s。") % {"change": self.change(change)},
            )

    def previous_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.previous_annual_change
        if change is not None:
            yield FormulaStep(
                _("上期年均变化"),
                f"({self.b} − {self.operand(self.indicator.previous_value)}) ÷ 5",
                self.rounded_as_had(self.target.decimals + 1),
                self.change(change),
                _("上一个五年年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def forecast(self) -> Iterator[FormulaStep]:
        forecast = self.assessment.forecast_value
        if forecast is not None:
            facts = {"end": self.end_year, "forecast": self.measured(forecast)}
            yield FormulaStep(
                _("趋势外推"),
                self._not_below_zero(f"{self.b} + ({self.v} − {self.b}) × {self.period} ÷ {self.gone}", forecast),
                self.rounded_as_had(self.target.decimals),
                self.measured(forecast),
                _("若保持规划期以来的平均步伐，%(end)s 年约为 %(forecast)s。") % facts,
            )

    def scenarios(self) -> Iterator[FormulaStep]:
        worst, best = self.assessment.forecast_worst, self.assessment.forecast_best
        if worst is None or best is None:
            return
        seen = worst_and_best(self.path, sign=self.indicator.sign) if self.is_path_of_assessment else None
        least, most = seen or (None, None)
        yield self._scenario(
            _("最差情景"), _("若余下每年都像最差的一年%(year)s，为 %(outcome)s；是情景，不是概率。"), worst, least
        )
        yield self._scenario(
            _("最好情景"), _("若余下每年都像最好的一年%(year)s，为 %(outcome)s；是情景，不是概率。"), best, most
        )

    def _scenario(self, name: str, meaning: str, outcome: Decimal, change: Change | None) -> FormulaStep:
        """V and one yearly change seen, as often as years are left."""
        if change is None:
            expression, year = _("%(value)s + %(left)s × 年变化") % {"value": self.v, "left": self.left}, ""
        else:
            to, since = self.operand(change.to.value), self.operand(change.since.value)
            shared = f" ÷ {change.years}" if change.years > 1 else ""
            expression = f"{self.v} + {self.left} × ({to} − {since}){shared}"
            year = _("（%(since)s 至 %(to)s 年）") % {"since": change.since.year, "to": change.to.year}
        return FormulaStep(
            name,
            self._not_below_zero(expression, outcome),
            self.rounded_as_had(self.target.decimals),
            self.measured(outcome),
            meaning % {"year": year, "outcome": self.measured(outcome)},
        )

    def _not_below_zero(self, expression: str, outcome: Decimal) -> str:
        """A series with no negative value is not forecast below 0 (§5): said where it may be what gave the 0."""
        return expression if outcome else _("%(expression)s，最低为 0") % {"expression": expression}
