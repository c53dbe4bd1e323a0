"""The rule that gave a status is the method's own, told with the target's numbers; so is why no earlier one did."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given

from planportal.plan.models import Plan
from targets.progress import Indicator, Submission, actual_path, assess
from targets.progress_inputs import figures_in_view
from targets.progress_quantities import Quantities
from targets.progress_rules import RULES, Rule, first_rule, rule_of
from targets.status_rules import StatusRule, status_rule
from tests.targets.test_formula_numbers import cases
from tests.targets.unsaved import unsaved

PUBLISHED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["id"]) for case in PUBLISHED["cases"] if case["type"] == "assess"]
BY_NAME = {rule.name: rule for rule in RULES}


def told(indicator: Indicator, figures: list[Submission], year: int, known_by: Any = None) -> StatusRule:
    assessment, path = assess(indicator, figures, year, known_by), actual_path(indicator, figures, year, known_by)
    return status_rule(indicator, assessment, path, target=unsaved(indicator), as_of_year=year)


def taken(indicator: Indicator, figures: list[Submission], year: int, known_by: Any = None) -> Rule:
    """The rule that the method took on its way."""
    return first_rule(Quantities(indicator, figures_in_view(indicator, figures, year, known_by), year))


def read_back(indicator: Indicator, figures: list[Submission], year: int, known_by: Any = None) -> Rule:
    assessment = assess(indicator, figures, year, known_by)
    return rule_of(assessment.status, assessment.reason, assessment.flags)


def given_in(case: dict[str, Any]) -> tuple[Indicator, list[Submission], int, Any]:
    figures = [Submission(**submission) for submission in case["submissions"]]
    day = case["known_by"] and Submission(year=2016, value=None, submitted_on=case["known_by"]).submitted_on
    return Indicator(**case["indicator"]), figures, case["as_of_year"], day


@pytest.mark.parametrize("case", CASES)
def test_the_rule_named_leads_to_the_status_of_every_worked_case(case: dict[str, Any]) -> None:
    parts, expected = given_in(case["input"]), case["expected"]
    rule = read_back(*parts)
    assert rule is taken(*parts)
    assert (rule.status, rule.reason) == (expected["status"], expected["reason"])
    words = told(*parts)
    assert [line.number for line in (*words.earlier, words.applied)] == [
        rule.number for rule in RULES[: RULES.index(rule) + 1]
    ]
    for line in (*words.earlier, words.applied):
        assert line.facts
        assert not any(sign in line.sentence for sign in ("None", "—", "%("))


def test_the_worked_cases_take_every_rule() -> None:
    assert {read_back(*given_in(case.values[0]["input"])).name for case in CASES} == BY_NAME.keys()


@given(cases())
def test_the_rule_read_back_is_the_one_that_the_method_took(case: tuple[Indicator, list[Submission], int]) -> None:
    assert read_back(*case) is taken(*case)


def test_what_no_rule_gives_is_not_explained() -> None:
    with pytest.raises(LookupError, match="no rule gives behind with reason stale"):
        rule_of("behind", "stale", [])


LEVEL = {"kind": "level", "target": "200", "baseline": "100"}
FLOW = {"kind": "annual_flow", "target": "200", "baseline": None}
SUM = {"kind": "cumulative", "target": "200"}
COUNT = {"kind": "count", "target": "3"}
HELD = {"kind": "level", "target": "200", "baseline": "210"}


@pytest.mark.parametrize(
    ("given", "values", "year", "sentence"),
    [
        (LEVEL, {}, 2018, "规则 1：规划期内还没有任何一年的数据 → 暂无数据。截至 2018 年本项没有数据。"),
        ({**LEVEL, "target": None}, {2018: 150}, 2018, "规则 2：规划没有设目标值 → 暂无法评估。本项没有目标值。"),
        (LEVEL, {2020: 210}, 2020, "规则 3：{}。本项 2020 年为 210 家，目标 200 家，2020 年就是目标年。"),
        (
            SUM,
            {2016: 90, 2017: 130},
            2017,
            "规则 3：{}。本项截至 2017 年累计 220 家，目标 200 家；累计数达到即为完成。",
        ),
        (LEVEL, {2016: 150}, 2018, "规则 4：{}。本项最新数据是 2016 年，所看年份 2018 年，相差 2 年。"),
        (LEVEL, {2018: 210}, 2018, "规则 5：{}。本项 2018 年为 210 家，目标 200 家，目标年 2020 年还没有到。"),
        (SUM, {2018: 40}, 2018, "规则 6：{}。本项截至 2018 年累计至少 40 家，缺 2016、2017 年，应达值 120 家。"),
        (
            SUM,
            {2016: 40, 2018: 50, 2020: 60},
            2020,
            "规则 6：{}。本项截至 2020 年累计至少 150 家，缺 2017、2019 年，不足以判定是否达到目标 200 家。",
        ),
        (LEVEL, {2020: 190}, 2020, "规则 7：{}。本项 2020 年为 190 家，目标 200 家，还差 10 家。"),
        (FLOW, {2017: 150}, 2017, "无编号规则：没有基期数据 → 暂无法评估。本项 2017 年为 150 家，没有可比的基期值。"),
        (HELD, {2018: 190}, 2018, "无编号规则：{}。本项基期 210 家，目标 200 家；2018 年为 190 家。"),
        (LEVEL, {2018: 158}, 2018, "规则 8：{}。本项进度比 96.6%；2018 年为 158 家，应达值 160 家。"),
        (COUNT, {2016: 0}, 2016, "规则 8：{}。本项截至 2016 年累计 0 家，此时还没有应当建成的（应达值 0 家）。"),
        (LEVEL, {2018: 140}, 2018, "规则 9：{}。本项进度比 66.6%；2018 年为 140 家，应达值 160 家。"),
        (LEVEL, {2018: 100}, 2018, "规则 10：{}。本项进度比 0.0%；2018 年为 100 家，应达值 160 家。"),
        (LEVEL, {2018: 90}, 2018, "规则 11：{}。本项进度比 −16.7%；2018 年为 90 家，基期 100 家。"),
    ],
)
def test_the_rule_is_told_with_the_targets_own_numbers(
    given: dict[str, Any], values: dict[int, int], year: int, sentence: str
) -> None:
    figures = [Submission(year=y, value=str(v), submitted_on=f"{y + 1}-06-30") for y, v in values.items()]
    applied = told(Indicator(id="x", decimals=0, **given), figures, year).applied
    assert applied.sentence == sentence.replace("{}", f"{applied.condition} → {applied.status_label}")


def test_why_no_earlier_rule_applied() -> None:
    figures = [Submission(year=2018, value="90", submitted_on="2019-06-30")]
    words = told(Indicator(id="x", decimals=0, **LEVEL), figures, 2018)
    assert [f"{line.label}：{line.facts}" for line in words.earlier] == [
        "规则 1：有 2018 年的数据。",
        "规则 2：目标值为 200 家。",
        "规则 3：2018 年为 90 家，没有达到目标 200 家。",
        "规则 4：数据是 2018 年的，所看年份 2018 年，相差 0 年。",
        "规则 5：2018 年为 90 家，没有达到目标 200 家。",
        "规则 6：本项不是把各年新增相加的指标。",
        "规则 7：数据是 2018 年的，还不是目标年 2020 年。",
        "无编号规则：基期为 100 家（2015 年）。",
        "无编号规则：基期 100 家没有达到目标 200 家，不是保持型。",
        "规则 8：进度比 −16.7%，不到 95.0%；2018 年为 90 家，比基期 100 家还差。",
        "规则 9：进度比 −16.7%，不到 60.0%。",
        "规则 10：进度比 −16.7%，小于 0。",
    ]


@pytest.mark.parametrize(
    ("given", "values", "year", "label", "facts"),
    [
        (LEVEL, {2018: 210}, 2018, "规则 3", "2018 年为 210 家，已达到目标 200 家，但还不是目标年 2020 年的数据。"),
        (LEVEL, {2020: 190}, 2022, "规则 4", "数据就是目标年 2020 年的。"),
        (SUM, {2016: 10, 2017: 20}, 2017, "规则 6", "各年新增没有缺报。"),
        (SUM, {2016: 60, 2018: 70}, 2018, "规则 6", "虽缺 2017 年，已知部分已够时序进度（应达值 120 家）。"),
        (SUM, {2016: 60, 2018: 70}, 2018, "规则 5", "截至 2018 年累计至少 130 家，已知部分没有达到目标 200 家。"),
        (LEVEL, {2018: 140}, 2018, "规则 8", "进度比 66.6%，不到 95.0%；2018 年为 140 家，没有达到应达值 160 家。"),
    ],
)
def test_why_a_rule_did_not_apply_depends_on_the_figures(
    given: dict[str, Any], values: dict[int, int], year: int, label: str, facts: str
) -> None:
    figures = [Submission(year=y, value=str(v), submitted_on=f"{y + 1}-06-30") for y, v in values.items()]
    words = told(Indicator(id="x", decimals=0, **given), figures, year)
    lines = {line.label: line.facts for line in (*words.earlier, words.applied)}
    assert lines[label] == facts


def test_the_target_page_names_the_rule_and_keeps_the_others_folded(seeded: Plan, client: Client) -> None:
    page = client.get("/targets/rd-intensity/?as_of_year=2017").content.decode()
    applied = page.partition('<p class="rule__applied">')[2].partition("</p>")[0]
    assert applied == (
        "<strong>规则 11</strong>：进度比为负，即比基期还差 → <strong>出现倒退</strong>。"
        "本项进度比 −61.6%；2017 年为 1.19%，基期 1.35%。"
    )
    folded = page.partition('<details class="rule__earlier">')[2].partition("</details>")[0]
    assert "此前的 12 条规则为什么不适用" in folded
    assert folded.count('<li class="rule__line">') == 12
    assert '还需每年</span><strong class="pace__value">+0.270 个百分点</strong><span class="pace__stop">；' in page
    assert '目前每年</span><strong class="pace__value">−0.080 个百分点</strong><span class="pace__stop">。' in page
