"""Bases on the page of a target: what each says alone, which one is in force, and why their verdicts differ."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.plan.models import Plan
from targets.models import Snapshot
from targets.progress import Indicator, Submission, assess
from tests.targets.desk import OFFICIAL, STAFF, Desk

CODE = "rd-intensity"
PAGE = f"/targets/{CODE}/"
FIRST, REBASED = "首次公布口径", "普查修订口径"
# As published: year, value, day from which it was known.
PUBLISHED = {
    "first": [
        (2015, "1.05", "2016-12-31"),
        (2016, "0.99", "2017-12-31"),
        (2017, "0.92", "2018-12-31"),
        (2018, "0.83", "2019-08-30"),
    ],
    "rebased": [
        (2019, "1.08", "2020-08-27"),
        (2020, "1.26", "2021-12-31"),
        (2015, "1.35", "2022-12-31"),
        (2016, "1.28", "2022-12-31"),
        (2017, "1.19", "2022-12-31"),
        (2018, "1.05", "2022-12-31"),
    ],
}
INDICATOR = Indicator(id=CODE, kind="level", target="2.00", decimals=2)


def by_hand(basis: str, year: int, known_by: str | None = None) -> Any:
    submissions = [
        Submission(year=year, value=value, submitted_on=day, basis=basis) for year, value, day in PUBLISHED[basis]
    ]
    return assess(INDICATOR, submissions, year, known_by)


def look(client: Client, query: str = "") -> HttpResponse:
    response = client.get(f"{PAGE}{query}")
    assert response.status_code == 200
    return response


def words(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("known_by", [None, "2019-12-31", "2020-12-31", "2022-12-30", "2022-12-31"])
@pytest.mark.parametrize("year", range(2016, 2021))
@pytest.mark.parametrize("basis", ["first", "rebased"])
def test_a_chosen_basis_says_what_its_figures_alone_say(
    client: Client, basis: str, year: int, known_by: str | None
) -> None:
    query = f"?basis={basis}&as_of_year={year}" + (f"&known_by={known_by}" if known_by else "")
    page = look(client, query).context["page"]
    wanted = by_hand(basis, year, known_by)
    assert page.reading.assessment == wanted
    assert page.row.status == wanted.status
    known = {y: v for y, v, day in PUBLISHED[basis] if y <= year and (known_by is None or day <= known_by)}
    assert {line.year: str(line.actual) for line in page.years if line.actual is not None} == {
        y: f"{v}00" for y, v in known.items()
    }
    assert page.basis == (FIRST if basis == "first" else REBASED)


@pytest.mark.usefixtures("seeded")
def test_everything_on_the_page_follows_the_basis(client: Client) -> None:
    page = words(look(client, "?basis=first&as_of_year=2018"))
    assert "2018 年为 0.83%，比基期 1.05%还差" in page
    assert "研究与试验发展经费投入强度：2018 年为目标的 41.5%，出现倒退" in page
    assert "100 × 0.83 ÷ 2.00" in page
    assert "历年实际：2015 年 1.05，2016 年 0.99，2017 年 0.92，2018 年 0.83" in page
    assert "目前每年−0.074 个百分点" in page
    assert f"{REBASED}（单位：%）：仅作对照，不参与评估" in page


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("query", "choices", "notice"),
    [
        ("", [(REBASED, None, True, True), (FIRST, "first", False, False)], f"本页按{REBASED}评估"),
        (
            "?basis=first",
            [(REBASED, None, True, False), (FIRST, "first", False, True)],
            f"本页只用{FIRST}的数据，它不是现行口径；结论以现行的{REBASED}为准。",
        ),
        (
            "?basis=rebased",
            [(REBASED, None, True, True), (FIRST, "first", False, False)],
            f"本页只用{REBASED}的数据，这也是本页所看年份和日期的现行口径。",
        ),
        (
            "?as_of_year=2018&known_by=2019-12-31",
            [(FIRST, None, True, True), (REBASED, "rebased", False, False)],
            f"本页按{FIRST}评估",
        ),
        (
            "?as_of_year=2018&known_by=2019-12-31&basis=rebased",
            [(FIRST, None, True, False), (REBASED, "rebased", False, True)],
            f"它不是现行口径；结论以现行的{FIRST}为准。",
        ),
        (
            "?as_of_year=2016&known_by=2016-01-01",
            [(FIRST, "first", False, False), (REBASED, "rebased", False, False)],
            "按本页所看的年份和日期，各口径都还没有数据。",
        ),
    ],
)
def test_the_switch_says_which_basis_is_shown_and_in_force(
    client: Client, query: str, choices: list[tuple[str, str | None, bool, bool]], notice: str
) -> None:
    response = look(client, query)
    bases = response.context["page"].bases
    assert [(choice.label, choice.parameter, choice.is_shown) for choice in bases.choices] == [
        (f"{label}（现行口径）" if in_force else label, parameter, shown)
        for label, parameter, in_force, shown in choices
    ]
    assert notice in words(response)


@pytest.mark.usefixtures("seeded")
def test_the_switch_and_the_year_carry_each_other_on(client: Client) -> None:
    page = look(client, "?as_of_year=2018&known_by=2023-01-01&basis=first").content.decode()
    assert 'href="?as_of_year=2018&amp;known_by=2023-01-01"' in page
    assert 'href="?as_of_year=2017&amp;known_by=2023-01-01&amp;basis=first"' in page


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("known_by", [None, "2019-12-31", "2021-06-30", "2022-12-31"])
@pytest.mark.parametrize("year", range(2016, 2021))
def test_both_verdicts_stand_side_by_side_as_the_method_gives_them(
    client: Client, year: int, known_by: str | None
) -> None:
    query = f"?as_of_year={year}" + (f"&known_by={known_by}" if known_by else "")
    bases = look(client, query).context["page"].bases
    found = {verdict.label: verdict.assessment for verdict in bases.verdicts}
    wanted = {FIRST: by_hand("first", year, known_by), REBASED: by_hand("rebased", year, known_by)}
    assert found == {
        label: assessment
        for label, assessment in wanted.items()
        if assessment.baseline_source != "none" or assessment.data_year
    }


@pytest.mark.usefixtures("seeded")
def test_a_year_without_a_figure_on_the_chosen_basis_blames_nobody(client: Client) -> None:
    years = {line.year: line.source for line in look(client, "?basis=first&as_of_year=2020").context["page"].years}
    assert (years[2019], years[2020]) == ("没有这一口径的数据", "没有这一口径的数据")
    assert years[2018] == "2018年全国科技经费投入统计公报"


@pytest.mark.usefixtures("seeded")
def test_why_the_verdicts_differ_is_told_in_the_figures_own_numbers(client: Client) -> None:
    page = words(look(client, "?as_of_year=2020"))
    assert "两个口径的结论为何不同" in page
    assert "2020 年为 1.26%，没有达到目标 2.00%" in page
    assert "2018 年为 0.83%。最新数据已是两年或更早以前的" in page
    assert f"同一年份：2015 年按{FIRST}为 1.05%，按{REBASED}为 1.35%。" in page
    assert f"最新数据：{FIRST}是 2018 年的 0.83%，{REBASED}是 2020 年的 1.26%。" in page
    assert "若把两个口径混在一起，2020 年的 1.26% 高于 2015 年的 1.05%，看上去是上升" in page
    assert "而同一口径的 2015 年是 1.35%，实际是下降。" in page
    assert "所以每个结论只比较同一口径的各年" in page


@pytest.mark.usefixtures("seeded")
def test_years_without_a_common_one_are_said_to_have_none(client: Client) -> None:
    page = words(look(client, "?as_of_year=2020&known_by=2021-12-31"))
    assert "没有哪一年两个口径都有数。" in page
    assert "若把两个口径混在一起" not in page


@pytest.mark.usefixtures("seeded")
def test_one_basis_alone_is_compared_with_nothing(client: Client) -> None:
    page = words(look(client, "?as_of_year=2018&known_by=2019-12-31"))
    assert "为何不同" not in page
    assert "仅作对照" not in page


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("address", "raw"),
    [
        (f"{PAGE}?basis=none", "none"),
        (f"{PAGE}?basis=FIRST", "FIRST"),
        ("/targets/incubators/?basis=first", "first"),
        (f"{PAGE}?basis={'a' * 5000}", "a" * 60),
    ],
)
def test_an_unknown_basis_is_a_400_page(client: Client, address: str, raw: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert f"“{raw}”不能用作 basis" in response.content.decode()


@pytest.mark.usefixtures("seeded")
def test_an_empty_basis_is_not_asked_and_other_answers_know_none(client: Client) -> None:
    assert look(client, "?basis=").context["page"].reading == look(client).context["page"].reading
    assert client.get("/api/v1/dashboard/?basis=first").status_code == 400
    assert client.get("/targets/incubators/").context["page"].bases is None


def test_nothing_is_stored(client: Client, seeded: Plan) -> None:
    stored = list(Snapshot.objects.order_by("pk").values())
    look(client, "?basis=first&as_of_year=2018")
    assert list(Snapshot.objects.order_by("pk").values()) == stored


def test_what_waits_counts_on_its_own_basis_for_those_signed_in(
    desk: Desk, browse: Callable[[str], Client], client: Client
) -> None:
    desk.in_state("submitted", by=STAFF, target=CODE, year=2019, basis="first", value="0.79")
    page = look(browse(OFFICIAL), "?view=reported&basis=first&as_of_year=2019").context["page"]
    assert str(page.row.value) == "0.7900"
    assert "待审核" in page.row.tags
    rebased = look(browse(OFFICIAL), "?view=reported&basis=rebased&as_of_year=2019").context["page"]
    assert "待审核" not in rebased.row.tags
    assert "0.79" not in words(look(client, "?basis=first&as_of_year=2019"))


@pytest.mark.parametrize("query", ["", "?basis=first", "?basis=first&as_of_year=2018&known_by=2019-12-31"])
def test_queries_do_not_grow_with_figures(client: Client, desk: Desk, query: str) -> None:
    before = cost(client, query)
    for year in (2016, 2017, 2018):
        desk.in_state("approved", target=CODE, year=year, basis="first", value="0.50", reason="更正")
    assert cost(client, query) == before


def cost(client: Client, query: str) -> int:
    look(client, query)
    with CaptureQueriesContext(connection) as captured:
        look(client, query)
    return len(captured)
