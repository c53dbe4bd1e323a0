"""The printed arithmetic, worked out and rounded as it says, gives the printed result, which is the assessment's."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planportal.plan.models import Plan
from targets.formula import FormulaStep, formula_steps
from targets.models import Target, View, with_previous_figures
from targets.progress import Assessment, Indicator, Submission, actual_path, assess
from targets.questions import Question
from targets.submissions import indicator_of
from targets.target_pages import read_target_page
from tests.targets.unsaved import unsaved

PUBLISHED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
YEARS = range(2016, 2021)
FIELD = {
    "完成率": "attainment_pct",
    "时间进度": "elapsed_pct",
    "期内进展": "progress_pct",
    "超/欠进度": "schedule_gap_pp",
    "进度比": "pace_pct",
    "应达值": "expected_value",
    "距目标": "gap_to_target",
    "规划年均变化": "planned_annual_change",
    "实际年均变化": "actual_annual_change",
    "还需年均变化": "needed_annual_change",
    "上期年均变化": "previous_annual_change",
    "趋势外推": "forecast_value",
    "最差情景": "forecast_worst",
    "最好情景": "forecast_best",
}
ROUNDED: dict[str, Callable[[Fraction], int]] = {
    "向下取": floor,
    "向上取": ceil,
    "四舍五入到": lambda exact: floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2)),
}


def worked_out(expression: str) -> Fraction:
    """What a pocket calculator says; a negative number stands in brackets."""
    assert not re.search(r"[+−×÷] −", expression), expression
    sum_, _comma, least = expression.partition("，最低为 ")
    plain = sum_.replace(",", "").replace("×", "*").replace("÷", "/").replace("−", "-")
    plain = plain.replace("[", "(").replace("]", ")")
    assert re.fullmatch(r"[0-9.+*/() -]+", plain), expression
    exact = Fraction(eval(re.sub(r"[0-9]+(?:\.[0-9]+)?", r"Fraction('\g<0>')", plain), {"Fraction": Fraction}))
    return max(exact, Fraction(least)) if least else exact


def as_printed(exact: Fraction, rounding: str) -> Fraction:
    """Rounded as the line says, the places read from its words."""
    if not rounding:
        return exact
    found = re.fullmatch(r"(向下取|向上取|四舍五入到) ?(?:([0-9]) 位小数|整数)", rounding)
    assert found, rounding
    scale = 10 ** int(found[2] or 0)
    return Fraction(ROUNDED[found[1]](exact * scale), scale)


def number(result: str) -> Decimal:
    found = re.search(r"[+−]?[0-9][0-9,.]*", result)
    assert found, result
    return Decimal(found[0].replace(",", "").replace("−", "-"))


def check(steps: Sequence[FormulaStep], assessment: Assessment) -> None:
    """Each line is true, and none that the assessment has is left out."""
    for step in steps:
        said = number(step.result)
        if step.name == "累计值":
            assert said == worked_out(step.expression) == assessment.value
            continue
        assert said == getattr(assessment, FIELD[step.name]), step
        if step.expression == "已达到目标":
            assert (step.name, said) == ("距目标", 0)
            continue
        assert as_printed(worked_out(step.expression), step.rounding) == said, step
    shown = {FIELD[step.name] for step in steps if step.name in FIELD}
    assert shown == {field for field in FIELD.values() if getattr(assessment, field) is not None}


def check_case(indicator: Indicator, submissions: list[Submission], year: int, known_by: str | None = None) -> None:
    assessment = assess(indicator, submissions, year, known_by)
    path = actual_path(
        indicator,
        submissions,
        year,
        known_by and Submission(year=2016, value=None, submitted_on=known_by).submitted_on,
    )
    target = unsaved(indicator)
    check(formula_steps(indicator, assessment, path, target=target, as_of_year=year), assessment)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in PUBLISHED["cases"] if case["type"] == "assess"]
)
def test_worked_cases(case: dict[str, Any]) -> None:
    given = case["input"]
    submissions = [Submission(**submission) for submission in given["submissions"]]
    check_case(Indicator(**given["indicator"]), submissions, given["as_of_year"], given["known_by"])


def invented(indicator: Indicator) -> Iterator[list[Decimal | None]]:
    """Series for the five years: on the line, ahead, slow, falling, to nothing, over the target at once, with gaps."""
    assert indicator.target is not None
    step, start = Decimal(1).scaleb(-indicator.decimals), indicator.baseline or Decimal(0)
    whole = indicator.target - start
    for share in map(Decimal, ("0.97", "1.3", "0.61", "0", "2.5")):
        if indicator.is_summed:
            yield [(whole / 5 * share).quantize(step) + n for n in range(5)]
        else:
            yield [(start + whole * share * n / 5).quantize(step) for n in range(1, 6)]
    falling = start or indicator.target
    yield [(falling * Decimal(5 - n) / 6).quantize(step) for n in range(5)]
    yield [falling, None, falling + 3 * step, None, falling + 7 * step]
    yield [None, Decimal(0), None, step, None]
    yield [None] * 5


def test_every_target_in_every_year_with_invented_series(seeded: Plan) -> None:
    count = 0
    for target in with_previous_figures(seeded.targets.listed()):
        indicator = indicator_of(target, as_of_year=2020)
        for series in invented(indicator):
            figures = [
                Submission(year=year, value=value, submitted_on=f"{year + 1}-06-30")
                for year, value in zip(YEARS, series, strict=True)
            ]
            for year in YEARS:
                assessment, path = assess(indicator, figures, year), actual_path(indicator, figures, year)
                check(formula_steps(indicator, assessment, path, target=target, as_of_year=year), assessment)
                count += 1
    assert count == 13 * 9 * 5


def test_every_page_with_published_figures_in_every_view(seeded: Plan) -> None:
    """As stored, as known at the end of the round, and on each basis alone."""
    published = seeded.targets.listed().filter(figures__isnull=False).distinct()
    for target in with_previous_figures(published):
        for year in YEARS:
            round_end = Submission(year=year, value=None, submitted_on=f"{year + 1}-12-31").submitted_on
            for known_by, basis in [(None, ""), (round_end, ""), *((None, basis) for basis in target.bases)]:
                question = Question(as_of_year=year, year=year, known_by=known_by, view=View.APPROVED)
                page = read_target_page(target, question, basis=basis)
                check(page.steps, page.reading.assessment)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Indicator, list[Submission], int]:
    """Any kind, either direction, with and without a baseline, rising and falling, below zero, with gaps."""
    kind = draw(st.sampled_from(["level", "annual_flow", "cumulative", "count"]))
    decimals = 0 if kind in ("cumulative", "count") else draw(st.integers(0, 3))
    least = 0 if kind in ("cumulative", "count") else draw(st.sampled_from([-40, 0]))

    def numbers(least: int = least) -> st.SearchStrategy[Decimal]:
        return st.integers(least, 400).map(lambda units: Decimal(units).scaleb(-decimals))

    changes: dict[str, Any] = (
        {"submitted_as": draw(st.sampled_from(["increment", "running_total"])), "target": draw(numbers(1))}
        if kind in ("cumulative", "count")
        else {
            "baseline": draw(st.one_of(st.none(), numbers())),
            "previous_value": draw(st.one_of(st.none(), numbers())),
            "direction": draw(st.sampled_from(["up", "down"])),
            "target": draw(numbers()),
        }
    )
    indicator = Indicator(id="x", kind=kind, decimals=decimals, **changes)
    values = draw(st.dictionaries(st.sampled_from(YEARS), numbers()))
    figures = [Submission(year=y, value=v, submitted_on=f"{y + 1}-06-30") for y, v in sorted(values.items())]
    return indicator, figures, draw(st.integers(2016, 2022))


@given(cases())
def test_any_series(case: tuple[Indicator, list[Submission], int]) -> None:
    check_case(*case)


def test_a_forecast_that_would_fall_below_zero_says_where_it_stops() -> None:
    indicator = Indicator(id="x", kind="level", target="200", baseline="100", decimals=0)
    figures = [Submission(year=2016, value="10", submitted_on="2017-06-30")]
    assessment, path = assess(indicator, figures, 2016), actual_path(indicator, figures, 2016)
    steps = formula_steps(indicator, assessment, path, target=unsaved(indicator), as_of_year=2016)
    found = {step.name: (step.expression, step.rounding, step.result) for step in steps}
    assert found["趋势外推"] == ("100 + (10 − 100) × 5 ÷ 1，最低为 0", "向下取整数", "0 家")


def test_a_stored_result_older_than_the_figures_prints_no_sum_that_is_not_its_own(
    target: Callable[[str], Target],
) -> None:
    """Between a new figure and its build, the numbers of the one are not put beside the result of the other."""
    teams = target("innovation-teams")
    indicator = indicator_of(teams, as_of_year=2017)
    old = [Submission(year=2016, value="10", submitted_on="2017-06-30")]
    new = [*old, Submission(year=2016, value="12", submitted_on="2018-06-30")]
    steps = formula_steps(
        indicator, assess(indicator, old, 2017), actual_path(indicator, new, 2017), target=teams, as_of_year=2017
    )
    assert (steps[0].expression, steps[0].result) == ("已有年份的新增数相加", "10 个")
