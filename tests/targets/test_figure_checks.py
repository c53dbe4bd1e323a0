"""Doubts at entry, by API: each kind with the figure that raises it and its neighbour that does not; the reasons."""

from typing import Any

import pytest

from targets.models import Figure
from tests.history import rewriting
from tests.targets.desk import NOBODY, REVIEWER, STAFF, Desk, faults

CONTRACTS = "technology-contract-value"


def warned(figure: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in figure["warnings"]]


def forget(code: str, year: int) -> None:
    """As if nobody had published a target's figure of a year."""
    with rewriting():
        Figure.objects.filter(target__code=code, year=year, city=None).update(year=2010)


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("1659200.39", "unit_slip", ["10,000 倍", "以万元填报", "146.71 亿元", "2017 年"]),
        ("16592.00", "unit_slip", ["100 倍"]),
        ("1659.20", "unit_slip", ["10 倍"]),
        ("1.66", "unit_slip", ["100 分之一"]),
        ("500.00", "outside_history", ["合理区间", "2015、2016、2017、2019、2020"]),
    ],
)
def test_a_doubt_is_named_with_its_numbers(desk: Desk, value: str, code: str, words: list[str]) -> None:
    forget(CONTRACTS, 2018)
    figure = desk.draft(target=CONTRACTS, year=2018, value=value)
    assert warned(figure) == [code]
    assert all(word in figure["warnings"][0]["message"] for word in words), figure["warnings"]


@pytest.mark.parametrize("value", ["165.92", "150.00", "230.00"])
def test_a_value_that_fits_raises_none(desk: Desk, value: str) -> None:
    forget(CONTRACTS, 2018)
    assert warned(desk.draft(target=CONTRACTS, year=2018, value=value)) == []


def test_a_share_taken_for_a_percentage(desk: Desk) -> None:
    figure = desk.draft(target="rd-intensity", year=2019, basis="first", value="0.01")
    assert warned(figure) == ["unit_slip"]
    assert "比例与百分数" in figure["warnings"][0]["message"]


def test_the_printed_baseline_belongs_to_the_series(desk: Desk) -> None:
    assert warned(desk.draft(target="high-tech-enterprises", year=2016, value="6990")) == ["unit_slip"]
    assert warned(desk.draft(target="incubators", year=2016, value="118")) == []


def test_bases_and_areas_are_compared_with_their_own_only(desk: Desk) -> None:
    assert warned(desk.draft(target="rd-intensity", year=2019, basis="first", value="0.80")) == []
    assert warned(desk.draft(target=CONTRACTS, year=2018, area="230100", value="1.66")) == []


def test_cities_above_the_province(desk: Desk) -> None:
    # 1,932 in the province; 1,180 in Harbin and 95 in Qiqihar.
    fits = desk.draft(target="high-tech-enterprises", year=2020, area="230600", value="657")
    assert warned(fits) == []
    exceeds = desk.patch(STAFF, fits, value="658").json()
    assert warned(exceeds) == ["cities_above_province"]
    assert "3 个市（地）合计 1,933 家，大于全省 1,932 家" in exceeds["warnings"][0]["message"]


def test_a_province_below_its_cities(desk: Desk) -> None:
    assert warned(desk.draft(target="high-tech-enterprises", year=2020, value="1275", reason="更正")) == []
    figure = desk.draft(target="incubators", year=2020, value="46")
    assert warned(figure) == ["cities_above_province"]


def test_a_citys_own_figure_is_not_counted_twice(desk: Desk) -> None:
    figure = desk.draft(target="high-tech-enterprises", year=2020, area="230100", value="1837", reason="更正")
    assert warned(figure) == []


def test_ratios_of_cities_are_never_added_up(desk: Desk) -> None:
    desk.in_state("approved", target="high-tech-value-added-share", year=2019, value="12.6")
    assert warned(desk.draft(target="high-tech-value-added-share", year=2019, area="230100", value="30.0")) == []


def test_what_is_not_approved_is_not_compared_with(desk: Desk) -> None:
    """The words of a doubt become public with the figure: they must not tell of what is not."""
    desk.in_state("submitted", year=2017, value="1")
    assert warned(desk.draft(year=2018, value="10")) == []
    desk.in_state("submitted", year=2020, area="230100", value="5000")
    assert warned(desk.draft(year=2020, value="2000")) == []


def test_a_doubt_refuses_no_draft_and_no_change(desk: Desk) -> None:
    figure = desk.draft(target=CONTRACTS, year=2018, value="1659200.39", reason="甲")
    patched = desk.patch(STAFF, figure, value="165.92")
    assert (patched.status_code, patched.json()["warnings"]) == (200, [])
    assert warned(desk.patch(STAFF, patched.json(), value="1659200.39").json()) == ["unit_slip"]


def test_handing_in_with_a_doubt_needs_a_reason(desk: Desk) -> None:
    figure = desk.draft(target="high-tech-enterprises", year=2016, value="6990")
    for said in ({}, {"reason": "\u200b"}):
        refused = desk.step(STAFF, figure, "submit", **said)
        assert (refused.status_code, faults(refused)) == (400, [("reason", "reason_required")])
    submitted = desk.done(STAFF, figure, "submit", reason="统计范围扩大")
    assert (submitted["reason"], warned(submitted)) == ("统计范围扩大", ["unit_slip"])


def test_the_reason_goes_with_it_to_the_public(desk: Desk) -> None:
    figure = desk.draft(target="high-tech-enterprises", year=2016, value="6990", reason="统计范围扩大")
    figure = desk.done(REVIEWER, desk.done(STAFF, figure, "submit"), "approve")
    shown = desk.client(NOBODY).get(f"/api/v1/figures/{figure['id']}/").json()
    assert (shown["reason"], shown["warnings"]) == ("统计范围扩大", figure["warnings"])
    stored = Figure.objects.get(pk=figure["id"]).versions.values_list("warnings", flat=True)
    assert list(stored) == [figure["warnings"]] * 3


def cities_at_once(desk: Desk, **content: Any) -> list[dict[str, Any]]:
    """Two prefectures' figures, handed in before either is approved; together they are above the province."""
    areas = ("230600", "231000")
    return [
        desk.in_state("submitted", target="high-tech-enterprises", year=2020, area=area, value="600", **content)
        for area in areas
    ]


class TestFiguresHandedInTogether:
    """Neither is compared with the other before one of them is approved; then the other one is."""

    def test_a_doubt_that_nobody_explained_is_not_passed(self, desk: Desk) -> None:
        first, second = cities_at_once(desk)
        assert [warned(first), warned(second)] == [[], []]
        desk.done(REVIEWER, first, "approve")
        refused = desk.step(REVIEWER, second, "approve")
        assert (refused.status_code, faults(refused)) == (409, [("", "new_warnings")])
        assert "4 个市（地）合计 2,475 家，大于全省 1,932 家" in refused.json()["errors"][0]["message"]
        assert Figure.objects.get(pk=second["id"]).state == "submitted"

    def test_it_is_passed_once_it_was_returned_and_explained(self, desk: Desk) -> None:
        first, second = cities_at_once(desk)
        desk.done(REVIEWER, first, "approve")
        returned = desk.done(REVIEWER, second, "return", reason="与全省数不符")
        handed_in = desk.done(STAFF, returned, "submit", reason="全省数正在更正")
        approved = desk.done(REVIEWER, handed_in, "approve")
        assert (warned(approved), approved["reason"]) == (["cities_above_province"], "全省数正在更正")

    def test_with_a_reason_the_doubt_goes_public_beside_it(self, desk: Desk) -> None:
        first, second = cities_at_once(desk, reason="新设园区")
        desk.done(REVIEWER, first, "approve")
        approved = desk.done(REVIEWER, second, "approve")
        assert warned(approved) == ["cities_above_province"]
        assert list(Figure.objects.get(pk=second["id"]).versions.values_list("warnings", flat=True)) == [
            [],
            [],
            approved["warnings"],
        ]


def test_an_approved_slip_makes_the_next_one_look_no_better(desk: Desk) -> None:
    slips = [
        desk.in_state("submitted", target="high-tech-enterprises", year=year, value=value, reason="核定")
        for year, value in ((2016, "69900"), (2017, "69950"))
    ]
    assert [warned(slip) for slip in slips] == [["unit_slip"], ["unit_slip"]]
    desk.done(REVIEWER, slips[0], "approve")
    assert warned(desk.done(REVIEWER, slips[1], "approve")) == ["unit_slip"]


@pytest.mark.parametrize(("value", "codes"), [("100.0", []), ("100.1", ["share_above_100"])])
def test_a_share_above_its_whole(desk: Desk, value: str, codes: list[str]) -> None:
    figure = desk.draft(target="high-tech-value-added-share", year=2019, area="230100", value=value)
    assert warned(figure) == codes


@pytest.mark.parametrize("wrong", [{"value": "甲"}, {"year": 2030}, {"basis": "first"}])
def test_what_is_wrong_is_a_fault_and_raises_no_doubt(desk: Desk, wrong: dict[str, Any]) -> None:
    response = desk.post(STAFF, **({"target": "high-tech-enterprises", "year": 2016, "value": "6990"} | wrong))
    assert response.status_code == 400


def test_a_figure_taken_back_raises_none(desk: Desk) -> None:
    assert warned(desk.draft(target=CONTRACTS, year=2018, value=None, reason="撤回")) == []
