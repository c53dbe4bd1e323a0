"""What if: a supposed figure for each year that remains, and what the method says of them; nothing is stored.

The view is the page's own: figures as of its year, as known by its day, on its basis, and the target's value in it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planportal.web.refusals import Fault
from planportal.web.writing import NOTHING, written_change, written_figure, written_percent
from targets.charts import Point
from targets.figure_rules import may_be_negative, value_message
from targets.models import SubmittedAs, Target
from targets.progress import Assessment, Path, actual_path, assess, scheduled_path
from targets.progress_what_if import Pace, paces, supposing, years_left
from targets.target_pages import TargetPage
from targets.values import NotAFigure, read_figure, written
from targets.verdicts import verdict_sentence
from targets.wording import difference_with_unit, lamp_of, status_label, with_unit

FIELD = re.compile(r"y[0-9]+")
# The pace that a page begins with is the first of these that its figures know.
PACES: tuple[Pace, ...] = ("current", "planned", "enough")
# In which view there is something to suppose, where the asked one leaves no year: so many years before the end.
YEARS_TO_SUPPOSE = 3


@dataclass(frozen=True)
class YearField:
    """A year that remains: the parameter's name, what it asks for, what stands in it, and what is wrong with that."""

    year: int
    name: str
    label: str
    text: str
    fault: Fault | None = None


@dataclass(frozen=True)
class Preset:
    """A pace as the query that asks for it."""

    label: str
    query: str
    is_shown: bool


@dataclass(frozen=True)
class Slider:
    """Between which values the sliders move, and by what: plain numbers for the browser, and the range in words."""

    low: str
    high: str
    step: str
    range: str


@dataclass(frozen=True)
class SupposedYear:
    """A year that remains in the outcome: the figure supposed, the value that it leads to, the scheduled one."""

    year: int
    figure: str
    value: str
    scheduled: str


@dataclass(frozen=True)
class Outcome:
    """What the method says as of the end year, were the figures true.

    `points` begin at the last known value, where there is one; those of supposed figures are marked.
    """

    assessment: Assessment
    verdict: str
    status_label: str
    lamp: str
    facts: tuple[tuple[str, str], ...]
    years: tuple[SupposedYear, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class WhatIf:
    """The section of a target's page. `closed`: no year remains; `refused`: the method refuses what is known.

    `query` asks for the same figures in the same view, "" without an outcome.
    """

    state: Literal["open", "closed", "refused"]
    elsewhere: int
    start: str = ""
    fields: tuple[YearField, ...] = ()
    presets: tuple[Preset, ...] = ()
    slider: Slider | None = None
    faults: tuple[Fault, ...] = ()
    outcome: Outcome | None = None
    query: str = ""

    @property
    def strange_faults(self) -> tuple[Fault, ...]:
        """The faults that are of none of the fields."""
        names = {field.name for field in self.fields}
        return tuple(fault for fault in self.faults if fault.field not in names)

    def told(self) -> str:
        """The supposed line in words, "" without an outcome."""
        points = self.outcome.points if self.outcome else ()
        years = [_("%(year)s 年 %(value)s") % {"year": p.year, "value": p.label} for p in points if p.supposed]
        return _("假设（不是数据）：%(years)s。") % {"years": _("，").join(years)} if years else ""


def read_what_if(page: TargetPage, given: Mapping[str, str]) -> WhatIf:
    """The section at the page's question; `given` are the address's parameters, of which y2018 and the like count.

    Without any of those the first pace that the figures know is supposed. Faults have the parameter as field and
    year_not_open, value_required, not_a_number, too_many_decimals, out_of_range or negative as code.
    """
    target, assessment = page.row.target, page.reading.assessment
    elsewhere = max(target.plan.start_year, target.plan.end_year - YEARS_TO_SUPPOSE)
    typed = {name: text for name, text in given.items() if FIELD.fullmatch(name)}
    years = years_left(page.indicator, assessment)
    if not years:
        return WhatIf("closed", elsewhere, faults=tuple(_strangers(typed, (), page.indicator.end_year)))
    return _Section(page, years, typed).read(elsewhere)


def _strangers(typed: Mapping[str, str], years: tuple[int, ...], end_year: int) -> Iterator[Fault]:
    """A fault for the first parameter that names a year which is not open."""
    names = [f"y{year}" for year in years]
    stranger = next((name for name in typed if name not in names), None)
    if stranger:
        none = _("（无，已有 %(end)s 年的数据）") % {"end": end_year}
        words = {"name": stranger[:20], "allowed": _("、").join(names) or none}
        yield Fault(stranger[:20], "year_not_open", _("“%(name)s”不是可以假设的年份，可用：%(allowed)s。") % words)


class _Section:
    """One target in one view, with the years that remain."""

    def __init__(self, page: TargetPage, years: tuple[int, ...], typed: Mapping[str, str]) -> None:
        self.page, self.years, self.typed = page, years, typed
        self.target: Target = page.row.target
        self.known: Assessment = page.reading.assessment
        self.paces = paces(page.indicator, self.known)
        self.faults: dict[str, Fault] = {}
        self.supposed = self._supposed()

    def read(self, elsewhere: int) -> WhatIf:
        strangers = tuple(_strangers(self.typed, self.years, self.page.indicator.end_year))
        faults = strangers + tuple(self.faults.values())
        try:
            outcome = None if faults else self._outcome()
        except ValueError:
            # The method refuses what is known already: its build fails on it too, and is told.
            return WhatIf("refused", elsewhere)
        return WhatIf(
            state="open",
            elsewhere=elsewhere,
            start=self._start(),
            fields=tuple(self._field(year) for year in self.years),
            presets=tuple(self._presets()),
            slider=self._slider(),
            faults=faults,
            outcome=outcome,
            query=self._query(self.supposed) if outcome else "",
        )

    # What is supposed

    def _supposed(self) -> dict[int, Decimal]:
        """What was typed, and the faults of what cannot be read; the first pace where nothing was."""
        if not self.typed:
            return next(self.paces[pace] for pace in PACES if pace in self.paces)
        read = {year: self._read(year) for year in self.years}
        return {year: value for year, value in read.items() if value is not None}

    def _read(self, year: int) -> Decimal | None:
        name = f"y{year}"
        raw = self.typed.get(name, "")
        if not raw:
            message = _("%(year)s 年没有填数，余下的每一年都要填一个数。") % {"year": year}
            self.faults[name] = Fault(name, "value_required", message)
            return None
        try:
            return read_figure(raw, decimals=self.target.decimals, may_be_negative=may_be_negative(self.target))
        except NotAFigure as error:
            message = _("%(year)s 年：%(message)s") % {
                "year": year,
                "message": value_message(error.code, self.target, raw),
            }
            self.faults[name] = Fault(name, error.code, message)
            return None

    def _field(self, year: int) -> YearField:
        name = f"y{year}"
        text = self.typed[name][:60] if name in self.typed else self._plain(self.supposed.get(year))
        return YearField(year, name, self._asked_for(year), text, self.faults.get(name))

    def _asked_for(self, year: int) -> str:
        words = {"year": year}
        if self.target.submitted_as == SubmittedAs.INCREMENT:
            return _("%(year)s 年当年新增") % words
        if self.target.submitted_as == SubmittedAs.RUNNING_TOTAL:
            return _("截至 %(year)s 年累计") % words
        return _("%(year)s 年数值") % words

    def _presets(self) -> Iterator[Preset]:
        labels: dict[Pace, str] = {
            "planned": _("按规划的平均步伐"),
            "current": _("按目前的平均步伐"),
            "enough": _("刚好达标"),
        }
        for pace, label in labels.items():
            if pace in self.paces:
                figures = self.paces[pace]
                yield Preset(label, self._query(figures), is_shown=figures == self.supposed)

    def _query(self, figures: Mapping[int, Decimal]) -> str:
        asked = {f"y{year}": self._plain(value) for year, value in figures.items()}
        return urlencode({**self.page.parameters, **asked})

    def _slider(self) -> Slider:
        """From the least to the greatest value known, due or wanted, and beyond by as much; never past 0.

        Of increments: from 0 to twice the greatest.
        """
        seen = [value for figures in self.paces.values() for value in figures.values()]
        if self.page.indicator.is_summed:
            low, high = Decimal(0), 2 * max([*seen, *self._increments(), Decimal(1)])
        else:
            seen += [self.page.reading.target_value, *(step.value for step in self.page.path.steps)]
            spread = max(seen) - min(seen) or abs(max(seen)) / 2 or Decimal(1)
            low, high = min(seen) - spread, max(seen) + spread
            low = low if may_be_negative(self.target) else max(low, Decimal(0))
        step = Decimal(1).scaleb(-self.target.decimals)
        low, high = low.quantize(step, ROUND_FLOOR), high.quantize(step, ROUND_CEILING)
        words = _("%(low)s 至 %(high)s") % {"low": self._figure(low), "high": self._measured(high)}
        return Slider(self._plain(low), self._plain(high), f"{step:f}", words)

    def _increments(self) -> list[Decimal]:
        return [step.change for step in self.page.path.steps if step.change is not None]

    # What it leads to

    def _outcome(self) -> Outcome:
        page, end_year = self.page, self.page.indicator.end_year
        basis = page.path.basis
        figures = supposing(page.submissions, self.supposed, basis=basis, known_by=page.question.known_by)
        assessment = assess(page.indicator, figures, end_year)
        path = actual_path(page.indicator, figures, end_year)
        goal = page.reading.target_value
        return Outcome(
            assessment=assessment,
            verdict=verdict_sentence(self.target, assessment, goal=goal, as_of_year=end_year),
            status_label=status_label(assessment.status),
            lamp=lamp_of(assessment.status),
            facts=tuple(self._facts(assessment)),
            years=tuple(self._years(assessment, path)),
            points=tuple(
                Point(step.year, step.value, self._figure(step.value), supposed=step.year in self.supposed)
                for step in path.steps
                if step.year >= self.years[0] - 1
            ),
        )

    def _facts(self, found: Assessment) -> Iterator[tuple[str, str]]:
        end = {"end": self.page.indicator.end_year}
        value = self._total(found, self._measured(found.value))
        label = _("截至 %(end)s 年累计") if self.target.is_from_zero else _("%(end)s 年为")
        yield label % end, value
        yield _("完成率"), written_percent(found.attainment_pct)
        yield _("期内进展"), written_percent(found.progress_pct)
        yield _("距目标"), self._difference(found.gap_to_target, self._figure(found.gap_to_target))
        yield _("年均变化（假设）"), self._change(found.actual_annual_change)
        yield _("还需每年（按已有数据）"), self._change(self.known.needed_annual_change)

    def _years(self, found: Assessment, path: Path) -> Iterator[SupposedYear]:
        scheduled = scheduled_path(self.page.indicator, found.baseline_value, found.baseline_year)
        for year in self.years:
            step = path.at(year)
            yield SupposedYear(
                year=year,
                figure=self._figure(self.supposed[year]),
                value=self._total(found, self._figure(step.value)) if step else NOTHING,
                scheduled=self._figure(scheduled.get(year)),
            )

    def _start(self) -> str:
        """From where on is supposed: the last figure known, or that there is none."""
        facts = {"view": self.page.words.sentence, "year": self.known.data_year}
        if self.known.value is None:
            return _("%(view)s，还没有任何一年的数据，余下各年都由你假设。") % facts
        facts["value"] = self._total(self.known, self._measured(self.known.value))
        if "lower_bound" in self.known.flags:
            facts["missing"] = _("、").join(str(year) for year in self._missing())
            return (
                _(
                    "%(view)s，已有数据到 %(year)s 年，累计%(value)s；其后各年由你假设。"
                    "此前缺 %(missing)s 年的数据，不能代为假设，所以累计都只是“至少”，达到目标才能下结论。"
                )
                % facts
            )
        if self.target.is_from_zero:
            return _("%(view)s，已有数据到 %(year)s 年，累计 %(value)s；其后各年由你假设。") % facts
        return _("%(view)s，已有数据到 %(year)s 年，为 %(value)s；其后各年由你假设。") % facts

    def _missing(self) -> Iterator[int]:
        """The years before the first supposed one that have no figure."""
        first = self.page.indicator.base_year + 1
        return (year for year in range(first, self.years[0]) if not self.page.path.at(year))

    # How it is written

    @staticmethod
    def _total(found: Assessment, text: str) -> str:
        """A written value; of a sum with missing years it is only "at least"."""
        return _("至少 %(total)s") % {"total": text} if "lower_bound" in found.flags else text

    def _plain(self, value: Decimal | None) -> str:
        """As an address and an input carry it."""
        return written(value, self.target.decimals) or ""

    def _figure(self, value: Decimal | None) -> str:
        return written_figure(value, self.target.decimals)

    def _measured(self, value: Decimal | None) -> str:
        return with_unit(self._figure(value), self.target.unit)

    def _change(self, value: Decimal | None) -> str:
        return self._difference(value, written_change(value, self.target.decimals + 1))

    def _difference(self, value: Decimal | None, text: str) -> str:
        return NOTHING if value is None else difference_with_unit(text, self.target.unit)
