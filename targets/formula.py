"""The arithmetic of an assessment written out with the target's own numbers, as the method states it (§5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from planportal.web.writing import written_change, written_figure, written_percent, written_points
from targets.models import Target
from targets.progress import Assessment, Indicator, Path
from targets.wording import difference_with_unit, with_unit


@dataclass(frozen=True)
class FormulaStep:
    """One quantity: its name, the expression with the numbers put in, the result, and what it means."""

    name: str
    expression: str
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
        formula.forecast_range,
    )
    return [step for part in parts for step in part()]


class _Formula:
    """The operands as they are written: V, B, T, n and N of the method."""

    def __init__(
        self, indicator: Indicator, assessment: Assessment, path: Path, *, target: Target, as_of_year: int
    ) -> None:
        self.target, self.indicator, self.assessment, self.path = target, indicator, assessment, path
        self.end_year = indicator.end_year
        self.goal = self.figure(indicator.target)
        self.v = self.figure(assessment.value)
        self.b = self.figure(assessment.baseline_value)
        start = assessment.baseline_year or indicator.base_year
        self.clock_year = assessment.data_year or min(as_of_year, self.end_year)
        self.gone, self.period = self.clock_year - start, self.end_year - start

    def figure(self, value: Decimal | None) -> str:
        return written_figure(value, self.target.decimals)

    def measured(self, value: Decimal | None) -> str:
        return with_unit(self.figure(value), self.target.unit)

    def change(self, value: Decimal | None) -> str:
        return difference_with_unit(written_change(value, self.target.decimals + 1), self.target.unit)

    def value(self) -> Iterator[FormulaStep]:
        """How the value of a sum comes about; a level or flow is the figure itself."""
        if not self.indicator.is_summed or self.assessment.value is None:
            return
        added = [self.figure(step.change) for step in self.path.steps if step.change is not None]
        total = self.measured(self.assessment.value)
        if "lower_bound" in self.assessment.flags:
            summed, result = _("已有年份的新增数相加"), _("至少 %(total)s") % {"total": total}
        else:
            summed, result = " + ".join(added), total
        yield FormulaStep(_("累计值"), summed, result, _("规划期开始以来各年新增数之和。"))

    def attainment(self) -> Iterator[FormulaStep]:
        share = self.assessment.attainment_pct
        if share is not None:
            up = self.indicator.sign > 0
            expression = f"100 × {self.v} ÷ {self.goal}" if up else f"100 × {self.goal} ÷ {self.v}"
            meaning = _("已达到目标值的 %(share)s。") % {"share": written_percent(share)}
            yield FormulaStep(_("完成率"), expression, written_percent(share), meaning)

    def elapsed(self) -> Iterator[FormulaStep]:
        share = written_percent(self.assessment.elapsed_pct)
        yield FormulaStep(
            _("时间进度"),
            f"100 × {self.gone} ÷ {self.period}",
            share,
            _("规划时间已过去 %(share)s（%(gone)s 年，共 %(period)s 年）。")
            % {"share": share, "gone": self.gone, "period": self.period},
        )

    def progress(self) -> Iterator[FormulaStep]:
        share = self.assessment.progress_pct
        if share is not None:
            meaning = _("从基期到目标的这段路，已走完 %(share)s。") % {"share": written_percent(share)}
            expression = f"100 × ({self.v} − {self.b}) ÷ ({self.goal} − {self.b})"
            yield FormulaStep(_("期内进展"), expression, written_percent(share), meaning)

    def schedule_gap(self) -> Iterator[FormulaStep]:
        gap = self.assessment.schedule_gap_pp
        if gap is None:
            return
        words = {"points": written_points(abs(gap)).lstrip("+")}
        meaning = _("比时间进度快 %(points)s。") if gap >= 0 else _("比时间进度慢 %(points)s。")
        yield FormulaStep(_("超/欠进度"), _("期内进展 − 时间进度"), written_points(gap), meaning % words)

    def pace(self) -> Iterator[FormulaStep]:
        pace = self.assessment.pace_pct
        if pace is None:
            return
        way = f"({self.v} − {self.b}) × {self.period} ÷ [({self.goal} − {self.b}) × {self.gone}]"
        is_count = self.indicator.kind == "count"
        expression = f"{self.v} ÷ {self.figure(self.assessment.expected_value)}" if is_count else way
        meaning = _("应走 100 步，实际走了 %(steps)s 步。") % {"steps": written_figure(pace, 1)}
        yield FormulaStep(_("进度比"), f"100 × {expression}", written_percent(pace), meaning)

    def expected(self) -> Iterator[FormulaStep]:
        due = self.assessment.expected_value
        if due is None:
            return
        path = f"{self.b} + ({self.goal} − {self.b}) × {self.gone} ÷ {self.period}"
        holds = "hold_target" in self.assessment.flags
        meaning = _("要求保持，各年应达值都是目标值。") if holds else _("按时间均匀推进，%(year)s 年应达到 %(due)s。")
        yield FormulaStep(
            _("应达值"),
            self.goal if holds else path,
            self.measured(due),
            meaning % {"year": self.clock_year, "due": self.measured(due)},
        )

    def gap(self) -> Iterator[FormulaStep]:
        gap = self.assessment.gap_to_target
        if gap is None:
            return
        written = difference_with_unit(self.figure(gap), self.target.unit)
        if not gap:
            yield FormulaStep(_("距目标"), _("已达到目标"), written, _("距目标没有差距。"))
            return
        greater, less = (self.goal, self.v) if self.indicator.sign > 0 else (self.v, self.goal)
        meaning = _("距目标还差 %(gap)s。") % {"gap": written}
        yield FormulaStep(_("距目标"), f"{greater} − {less}", written, meaning)

    def planned_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.planned_annual_change
        if change is not None:
            yield FormulaStep(
                _("规划年均变化"),
                f"({self.goal} − {self.b}) ÷ {self.period}",
                self.change(change),
                _("规划要求年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def actual_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.actual_annual_change
        if change is not None:
            yield FormulaStep(
                _("实际年均变化"),
                f"({self.v} − {self.b}) ÷ {self.gone}",
                self.change(change),
                _("实际年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def needed_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.needed_annual_change
        if change is not None:
            yield FormulaStep(
                _("还需年均变化"),
                f"({self.goal} − {self.v}) ÷ {self.end_year - self.clock_year}",
                self.change(change),
                _("余下各年年均需变化 %(change)s。") % {"change": self.change(change)},
            )

    def previous_change(self) -> Iterator[FormulaStep]:
        change = self.assessment.previous_annual_change
        if change is not None:
            yield FormulaStep(
                _("上期年均变化"),
                f"({self.b} − {self.figure(self.indicator.previous_value)}) ÷ 5",
                self.change(change),
                _("上一个五年年均变化 %(change)s。") % {"change": self.change(change)},
            )

    def forecast(self) -> Iterator[FormulaStep]:
        forecast = self.assessment.forecast_value
        if forecast is not None:
            facts = {"end": self.end_year, "forecast": self.measured(forecast)}
            yield FormulaStep(
                _("趋势外推"),
                f"{self.b} + ({self.v} − {self.b}) × {self.period} ÷ {self.gone}",
                self.measured(forecast),
                _("若保持规划期以来的平均步伐，%(end)s 年约为 %(forecast)s。") % facts,
            )

    def forecast_range(self) -> Iterator[FormulaStep]:
        worst, best = self.assessment.forecast_worst, self.assessment.forecast_best
        if worst is None or best is None:
            return
        facts = {"worst": self.measured(worst), "best": self.measured(best)}
        yield FormulaStep(
            _("情景区间"),
            _("%(value)s + %(left)s × 最差（最好）一年的变化")
            % {"value": self.v, "left": self.end_year - self.clock_year},
            _("%(worst)s 至 %(best)s") % facts,
            _("若余下每年都像最差（最好）的一年，为 %(worst)s（%(best)s）；是情景区间，不是概率。") % facts,
        )
