"""The page of one target: verdict, trajectory, arithmetic, figures and sources, ready to be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planportal.web.writing import translated, written_change, written_figure
from targets.bases import Bases, read_bases
from targets.charts import Forecast, Point, Series, Trajectory, trajectory
from targets.dashboards import Row, read_rows, row_on_basis
from targets.figure_lines import FigureLine, Figures, read_figures
from targets.formula import FormulaStep, formula_steps
from targets.models import Standing, State, Target, TargetAmendment
from targets.progress import Assessment, Indicator, Path, Step, Submission, scheduled_path
from targets.quality import Gist, read_gist
from targets.question_words import QuestionWords, question_words
from targets.questions import Question
from targets.rows import TargetRow, path_shown, target_row, waiting_keys
from targets.status_rules import StatusRule, status_rule
from targets.submissions import indicator_of, on_basis, submissions_of
from targets.verdicts import chart_description, chart_finding, flag_sentences, verdict_sentence
from targets.wording import (
    BASELINE_SOURCE,
    FLAG,
    basis_label,
    difference_with_unit,
    not_reported,
    with_unit,
)


@dataclass(frozen=True)
class YearLine:
    """A year of the trajectory: the same values as the chart, and where the actual one comes from."""

    year: int
    actual: Decimal | None
    change: Decimal | None
    scheduled: Decimal | None
    is_base: bool
    is_current: bool
    tags: tuple[str, ...]
    source: str
    footnote: int | None


@dataclass(frozen=True)
class Footnote:
    """What was to be explained about a year's figure when it was entered."""

    number: int
    year: int
    text: str


@dataclass(frozen=True)
class AmendmentLine:
    """A decision that changed the target; `counts` says whether the view takes it into account."""

    amendment: TargetAmendment
    old: str
    new: str
    counts: bool


@dataclass(frozen=True)
class Pace:
    """A yearly change with what it is."""

    label: str
    value: str


@dataclass(frozen=True)
class OtherBasis:
    """The figures on another basis than the view's, shown for context."""

    label: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class TargetPage:
    """Everything that the page of a target shows, and what it was read from: the figures that count, and their way.

    `parameters` are those of an address that asks the same question on the same basis.
    """

    row: TargetRow
    reading: Row
    words: QuestionWords
    verdict: str
    notes: tuple[str, ...]
    chart: Trajectory
    chart_title: str
    chart_description: str
    years: tuple[YearLine, ...]
    footnotes: tuple[Footnote, ...]
    basis: str
    bases: Bases | None
    other_bases: tuple[OtherBasis, ...]
    paces: tuple[Pace, ...]
    steps: tuple[FormulaStep, ...]
    rule: StatusRule
    quality: Gist | None
    figures: Figures
    baseline: str
    goal: str
    printed_goal: str
    amendments: tuple[AmendmentLine, ...]
    previous: str
    question: Question
    parameters: dict[str, str]
    indicator: Indicator
    submissions: tuple[Submission, ...]
    path: Path

    @property
    def ahead(self) -> str:
        """What is newer on the page than its assessment, while a build of that is pending; "" otherwise."""
        if not self.reading.pending:
            return ""
        return _(
            "历年数值、图中的实际值、数据表、口径对照和假设已按现在可用的数据列出，可能与评估不一致，以新的评估为准。"
        )

    @property
    def query(self) -> str:
        """`parameters` as the query of an address, "" where they are the default ones."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


def read_target_page(target: Target, question: Question, *, basis: str = "") -> TargetPage:
    """The page of a target of `listed()` at a question; the count of queries does not grow with figures.

    With a basis, what the figures on that one alone say: worked out now, stored nowhere.
    """
    reading = row_on_basis(target, question, basis) if basis else read_rows([target], question)[0]
    view = _View(target, question, reading, basis)
    goal = reading.target_value
    parts = (view.indicator, view.assessment, view.path)
    words = question_words(target.plan, question)
    return TargetPage(
        row=target_row(reading, view.path, view.waiting),
        reading=reading,
        words=words,
        verdict=verdict_sentence(target, view.assessment, goal=goal, as_of_year=question.year),
        notes=tuple(flag_sentences(view.assessment)),
        chart=view.chart(),
        chart_title=chart_finding(target, view.assessment, view.path, goal=goal, as_of_year=question.year),
        chart_description=chart_description(target, view.path, goal=goal),
        years=tuple(view.year_lines()),
        footnotes=tuple(view.footnotes()),
        basis=basis_label(view.basis),
        bases=read_bases(target, question, view.submissions, asked=basis),
        other_bases=tuple(view.other_bases()),
        paces=tuple(view.paces()),
        steps=tuple(formula_steps(*parts, target=target, as_of_year=question.year)),
        rule=status_rule(*parts, target=target, as_of_year=question.year),
        quality=read_gist(view.figures, view.assessment.data_year, view.basis),
        figures=view.figures,
        baseline=view.baseline_words(),
        goal=view.measured(goal),
        printed_goal=view.measured(target.target_value),
        amendments=tuple(view.amendment_lines()),
        previous=view.previous_words(),
        question=question,
        parameters=words.parameters | ({"basis": basis} if basis else {}),
        indicator=view.indicator,
        submissions=tuple(view.shown),
        path=view.path,
    )


class _View:
    """One target at one question, on a chosen basis or on the one in force, with what is read of it."""

    def __init__(self, target: Target, question: Question, reading: Row, basis: str) -> None:
        self.target, self.question, self.reading = target, question, reading
        self.assessment: Assessment = reading.assessment
        self.indicator: Indicator = indicator_of(target, as_of_year=question.year, known_by=question.known_by)
        self.submissions = submissions_of(target, question.view)
        self.shown = on_basis(self.submissions, basis) if basis else self.submissions
        self.path: Path = path_shown(self.indicator, self.shown, question)
        self.basis, self.is_chosen = basis or self.path.basis, bool(basis)
        self.waiting = waiting_keys([target], question, basis).get(target.pk, frozenset())
        self.figures = read_figures(target, question)
        baseline = (self.assessment.baseline_value, self.assessment.baseline_year)
        self.scheduled = scheduled_path(self.indicator, *baseline)
        self.holding = {line.figure.year: line for line in self._holding_lines()}

    def measured(self, value: Decimal | None) -> str:
        return with_unit(written_figure(value, self.target.decimals), self.target.unit)

    def _holding_lines(self) -> Iterator[FigureLine]:
        """The figures that the steps rest on, oldest first."""
        for step in self.path.steps:
            line = self.figures.holding(step.year, self.basis)
            if line:
                yield line

    def _point(self, year: int, value: Decimal) -> Point:
        return Point(year, value, written_figure(value, self.target.decimals))

    def chart(self) -> Trajectory:
        plan = self.target.plan
        return trajectory(
            actual=self._actual_points(),
            scheduled=[self._point(year, value) for year, value in self.scheduled.items()],
            target=self._point(plan.end_year, self.reading.target_value),
            others=[
                Series(other.label, [self._point(line.figure.year, value) for line, value in _valued(other)])
                for other in self.other_bases()
            ],
            forecast=self._forecast(),
            unit=translated(self.target.unit),
            first_year=plan.base_year,
            last_year=plan.end_year,
        )

    def _actual_points(self) -> list[Point]:
        """Nothing is drawn as actual where only the baseline is known: that is where the schedule begins."""
        if self.assessment.data_year is None:
            return []
        return [
            Point(
                step.year,
                step.value,
                written_figure(step.value, self.target.decimals),
                provisional=step.provisional,
                revised=step.revised,
            )
            for step in self.path.steps
        ]

    def _forecast(self) -> Forecast | None:
        assessment, end_year = self.assessment, self.target.plan.end_year
        if assessment.forecast_value is None:
            return None
        worst, best = assessment.forecast_worst, assessment.forecast_best
        return Forecast(
            value=self._point(end_year, assessment.forecast_value),
            worst=None if worst is None else self._point(end_year, worst),
            best=None if best is None else self._point(end_year, best),
        )

    def other_bases(self) -> Iterator[OtherBasis]:
        for basis, lines in self.figures.on_other_bases(self.basis).items():
            shown = tuple(line for line in lines if line.figure.year <= self.question.year)
            if shown:
                yield OtherBasis(basis_label(basis), shown)

    def year_lines(self) -> Iterator[YearLine]:
        plan = self.target.plan
        numbers = {note.year: note.number for note in self.footnotes()}
        for year in range(plan.base_year, plan.end_year + 1):
            step, line = self.path.at(year), self.holding.get(year)
            yield YearLine(
                year=year,
                actual=step.value if step else None,
                change=step.change if step else None,
                scheduled=self.scheduled.get(year),
                is_base=year == plan.base_year,
                is_current=year == self.assessment.data_year,
                tags=self._tags(step, line),
                source=self._source(year, line),
                footnote=numbers.get(year),
            )

    def footnotes(self) -> Iterator[Footnote]:
        """One for each value that was passed with a warning, numbered in the order of years."""
        remarks = [(year, line.remark) for year, line in self.holding.items() if line.remark]
        for number, (year, remark) in enumerate(remarks, start=1):
            yield Footnote(number, year, remark)

    def amendment_lines(self) -> Iterator[AmendmentLine]:
        """The decisions known on the question's day, in the order in which they were taken."""
        question = self.question
        for amendment in self.target.amendments.all():
            if question.known_by is not None and amendment.recorded_on > question.known_by:
                continue
            yield AmendmentLine(
                amendment=amendment,
                old=self.measured(amendment.old_value),
                new=self.measured(amendment.new_value),
                counts=amendment.counts_in(as_of_year=question.year, known_by=question.known_by),
            )

    def _source(self, year: int, line: FigureLine | None) -> str:
        """Where a year's value comes from; of a year that is due and has none, who reports it."""
        if line:
            return "" if line.is_waiting else line.figure.source or line.standing
        if year == self.assessment.baseline_year:
            return str(BASELINE_SOURCE[self.assessment.baseline_source])
        if self.figures.is_withdrawal_waiting(year, self.basis):
            return _("撤回待审核")
        withdrawn = self.figures.taken_back(year, self.basis)
        if withdrawn:
            return _("已撤回：%(reason)s") % {"reason": withdrawn.figure.reason}
        if not self.target.plan.start_year <= year <= self.question.year:
            return ""
        return _("没有这一口径的数据") if self.is_chosen else not_reported(self.target.department.name)

    def _tags(self, step: Step | None, line: FigureLine | None) -> tuple[str, ...]:
        tags = (
            (FLAG["provisional"].tag, step is not None and step.provisional),
            (FLAG["revised"].tag, step is not None and step.revised),
            (Standing.DERIVED.label, line is not None and line.figure.standing == Standing.DERIVED),
            (State.SUBMITTED.label, line is not None and line.is_waiting),
        )
        return tuple(str(tag) for tag, applies in tags if applies)

    def paces(self) -> Iterator[Pace]:
        """What is still needed each year beside what is done each year; once over, what the plan asked for."""
        needed, planned = self.assessment.needed_annual_change, self.assessment.planned_annual_change
        actual = self.assessment.actual_annual_change
        if needed is not None:
            yield Pace(_("还需每年"), self._change(needed))
        elif planned is not None:
            yield Pace(_("规划要求每年"), self._change(planned))
        if actual is not None:
            label = _("目前每年") if needed is not None else _("实际每年")
            yield Pace(label, self._change(actual))

    def _change(self, change: Decimal) -> str:
        return difference_with_unit(written_change(change, self.target.decimals + 1), self.target.unit)

    def baseline_words(self) -> str:
        source = str(BASELINE_SOURCE[self.assessment.baseline_source])
        line = self.holding.get(self.assessment.baseline_year or 0)
        if self.assessment.baseline_source == "submitted" and line and line.is_waiting:
            source = _("待审核数据")
        if self.assessment.baseline_value is None:
            return source
        return _("%(value)s（%(year)s 年，%(source)s）") % {
            "value": self.measured(self.assessment.baseline_value),
            "year": self.assessment.baseline_year,
            "source": source,
        }

    def previous_words(self) -> str:
        """The value five years before the baseline, "" where nobody knows it; context, never assessed."""
        value = self.indicator.previous_value
        return "" if value is None else self.measured(value)


def _valued(other: OtherBasis) -> Iterator[tuple[FigureLine, Decimal]]:
    for line in other.lines:
        if line.value is not None:
            yield line, line.value
