"""Every code of the method has its words, and the sentences about groups and verdicts say what the method says."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from targets import wording
from targets.figure_lines import published_words, web_address
from targets.formula import formula_steps
from targets.models import Figure, Target
from targets.progress import (
    BASELINE_SOURCES,
    FLAGS,
    HEADLINES,
    LAMPS,
    REASONS,
    STATUSES,
    Indicator,
    Submission,
    actual_path,
    assess,
    roll_up,
)
from targets.verdicts import chart_description, chart_finding, flag_sentences, verdict_sentence
from tests.targets.unsaved import unsaved

PUBLISHED = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(case, id=case["id"])
    for case in PUBLISHED["cases"]
    if case["type"] == "assess" and case["input"]["indicator"]["target"] is not None
]


def group(**counts: int) -> dict[str, Any]:
    statuses = [status for status, count in counts.items() for _ in range(count)]
    return roll_up([(str(number), status) for number, status in enumerate(statuses)])


def test_every_code_has_words() -> None:
    assert set(wording.STATUS) == set(STATUSES) == set(wording.BEST_FIRST)
    assert set(wording.REASON) == set(REASONS)
    assert set(wording.FLAG) == set(FLAGS)
    assert set(wording.HEADLINE) == set(HEADLINES)
    assert set(wording.BASELINE_SOURCE) == set(BASELINE_SOURCES)


def test_statuses_are_named_as_the_method_names_them() -> None:
    assert {status: wording.status_label(status) for status in STATUSES} == {
        "no_data": "暂无数据",
        "not_assessable": "暂无法评估",
        "achieved": "已完成",
        "reached_early": "提前达标",
        "not_achieved": "未完成",
        "on_track": "符合进度",
        "behind": "进度偏慢",
        "far_behind": "明显滞后",
        "regressing": "出现倒退",
    }
    assert {status: wording.lamp_of(status) for status in STATUSES} == LAMPS


def test_finding_after_the_period_counts_each_status() -> None:
    finding = wording.finding_sentence(group(no_data=9, not_achieved=1, achieved=3), is_over=True)
    assert finding == "13 项指标中，3 项已完成，1 项未完成，9 项暂无数据"


def test_finding_within_the_period_is_the_methods_sentence() -> None:
    counts = group(on_track=5, reached_early=3, behind=2, far_behind=1, no_data=1, not_assessable=1)
    finding = wording.finding_sentence(counts, is_over=False)
    assert finding == "13 项指标中，8 项符合进度（61.5%），2 项偏慢，1 项明显滞后，2 项未评估"


def test_finding_of_an_empty_group() -> None:
    assert wording.finding_sentence(group(), is_over=True) == "无指标"
    assert wording.finding_sentence(group(), is_over=False) == "无指标"
    assert wording.coverage_sentence(group()) == "无指标"


def test_coverage_is_of_all_indicators() -> None:
    sentence = wording.coverage_sentence(group(achieved=3, not_achieved=1, no_data=9))
    assert sentence == "需重点关注。达到目标或符合进度的占 23.0%，有评估结论的占 30.7%（均以全部 13 项为分母）。"


def test_attention_is_named_or_left_out() -> None:
    assert wording.attention_sentence(["甲", "乙"]) == "需关注：甲、乙"
    assert wording.attention_sentence([]) == ""


def test_lamp_of_a_group_is_its_worst() -> None:
    assert wording.lamp_of_group(group(achieved=3, behind=1)) == "yellow"
    assert wording.lamp_of_group(group(no_data=3)) == "grey"


def test_numbers_stand_with_their_units() -> None:
    assert wording.with_unit("1.26", "%") == "1.26%"
    assert wording.with_unit("1,932", "家") == "1,932 家"
    assert wording.difference_with_unit("0.74", "%") == "0.74 个百分点"
    assert wording.difference_with_unit("+682", "家") == "+682 家"


def test_goals_are_numbered_in_chinese() -> None:
    assert [wording.goal_label(number) for number in (1, 5, 10, 11)] == ["目标一", "目标五", "目标十", "目标11"]


@pytest.mark.parametrize("case", CASES)
def test_every_worked_case_is_told_in_full(case: Any) -> None:
    given = case["input"]
    indicator = Indicator(**given["indicator"])
    submissions = [Submission(**submission) for submission in given["submissions"]]
    known_by = given["known_by"] and Submission(year=2016, value=None, submitted_on=given["known_by"]).submitted_on
    year = given["as_of_year"]
    assessment = assess(indicator, submissions, year, known_by)
    path = actual_path(indicator, submissions, year, known_by)
    target = unsaved(indicator)
    steps = formula_steps(indicator, assessment, path, target=target, as_of_year=year)
    told = [
        verdict_sentence(target, assessment, goal=indicator.target, as_of_year=year),
        chart_finding(target, assessment, path, goal=indicator.target, as_of_year=year),
        chart_description(target, path, goal=indicator.target),
        *flag_sentences(assessment),
        *(text for step in steps for text in (step.name, step.expression, step.result, step.meaning)),
    ]
    for text in told:
        assert text
        assert "None" not in text
        assert "—" not in text
        assert "%(" not in text


def assessed(value: str | None, *, kind: str = "level", year: int = 2018) -> tuple[Target, Any]:
    indicator = Indicator(id="x", kind=kind, target="200", baseline="100" if kind == "level" else None, decimals=0)
    submissions = [] if value is None else [Submission(year=year, value=value, submitted_on="2021-06-30")]
    return unsaved(indicator), assess(indicator, submissions, year)


@pytest.mark.parametrize(
    ("value", "year", "sentence"),
    [
        (None, 2018, "截至 2018 年还没有任何一年的数据，无法评估；应由某厅报送。"),
        ("170", 2018, "2018 年为 170 家，应达 160 家，进度比 116.6%；不低于 95% 即为符合进度。"),
        ("150", 2018, "2018 年为 150 家，应达 160 家，进度比 83.3%；60% 及以上、不到 95% 为进度偏慢。"),
        ("110", 2018, "2018 年为 110 家，应达 160 家，进度比 16.6%；不到 60% 为明显滞后。"),
        ("90", 2018, "2018 年为 90 家，比基期 100 家还差，进度比 −16.7%，是在倒退。"),
        ("210", 2018, "2018 年为 210 家，已达到 2020 年目标 200 家；数值可能回落，目标年再作最终结论。"),
        ("210", 2020, "2020 年为 210 家，达到目标 200 家，完成率 105.0%；目标年已达标，判为已完成。"),
        ("190", 2020, "2020 年为 190 家，没有达到目标 200 家，还差 10 家，完成率 95.0%；目标年不留容差。"),
    ],
)
def test_verdict_names_rule_and_numbers(value: str | None, year: int, sentence: str) -> None:
    assert verdict_sentence(*assessed(value, year=year), goal=Decimal(200), as_of_year=year) == sentence


def test_verdict_of_a_sum_with_gaps_says_at_least() -> None:
    sentence = verdict_sentence(*assessed("30", kind="cumulative"), goal=Decimal(200), as_of_year=2018)
    assert sentence == "截至 2018 年累计至少 30 家。累计数缺少部分年份，缺的年份既不当作 0，也不作猜测。"


@pytest.mark.parametrize(
    ("address", "linked"),
    [("https://example.org/a", "https://example.org/a"), ("javascript:alert(1)", ""), ("", "")],
)
def test_only_addresses_of_the_web_are_linked(address: str, linked: str) -> None:
    assert web_address(Figure(source_address=address)) == linked


@pytest.mark.parametrize(
    ("published", "words"), [("2022", "2022年"), ("2016-04-19", "2016年4月19日"), ("2016-04", "2016-04"), ("", "")]
)
def test_the_sources_own_date_is_written_as_it_is_known(published: str, words: str) -> None:
    assert published_words(published) == words
