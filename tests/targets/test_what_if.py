"""What if: the method's own answer to supposed figures, of every kind and view; and what cannot be supposed."""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from planportal.plan.models import Plan
from planportal.web.writing import written_figure, written_percent
from targets import recompute
from targets.models import Figure, Snapshot, Target, View
from targets.progress import Submission, assess
from targets.submissions import indicator_of, submissions_of
from targets.wording import status_label
from tests.history import rewriting
from tests.reading import text, untabled
from tests.targets.desk import STAFF, Desk

OPEN = "/targets/rd-intensity/what-if/?as_of_year=2017"
LATER = date(2100, 1, 1)
DRAWN = '<polyline class="trajectory__hypothetical"'


def look(client: Client, address: str, status: int = 200) -> HttpResponse:
    response = client.get(address)
    assert response.status_code == status
    return response


def asked(values: dict[int, str]) -> str:
    return "".join(f"&y{year}={value}" for year, value in values.items())


# Target, parameters of the view, basis and last day of its figures, supposed figures.
SUPPOSED: list[tuple[str, str, str, str | None, dict[int, str]]] = [
    ("rd-intensity", "as_of_year=2017", "rebased", None, {2018: "1.05", 2019: "1.5", 2020: "2.00"}),
    ("rd-intensity", "as_of_year=2018&basis=first", "first", None, {2019: "1.90", 2020: "1.99"}),
    (
        "rd-intensity",
        "as_of_year=2017&known_by=2018-12-31",
        "first",
        "2018-12-31",
        {2018: "2", 2019: "2", 2020: "2.01"},
    ),
    ("technology-contract-value", "as_of_year=2017", "", None, {2018: "150.5", 2019: "170", 2020: "159.99"}),
    ("technology-contract-value", "as_of_year=2018&known_by=2019-12-31", "", "2019-12-31", {2019: "150", 2020: "159"}),
    ("high-tech-enterprises", "as_of_year=2018", "", None, dict.fromkeys(range(2016, 2021), "900")),
    ("registered-results", "", "", None, dict.fromkeys(range(2016, 2021), "0")),
    ("young-talents", "as_of_year=2017", "", None, {2018: "300", 2019: "300", 2020: "249"}),
    ("internet-plus-platforms", "as_of_year=2017", "", None, {2016: "1", 2017: "1", 2018: "2", 2019: "2", 2020: "1"}),
]

# Approved today, besides what was published.
APPROVED: dict[str, list[dict[str, Any]]] = {
    "young-talents": [{"year": year, "value": "150"} for year in (2016, 2017)],
    "technology-contract-value": [{"year": 2015, "value": "100.00", "cause": "error", "reason": "更正"}],
}


@pytest.mark.parametrize(("code", "view", "basis", "known_by", "supposed"), SUPPOSED)
def test_the_answer_is_the_methods(
    client: Client,
    desk: Desk,
    target: Callable[[str], Target],
    code: str,
    view: str,
    basis: str,
    known_by: str | None,
    supposed: dict[int, str],
) -> None:
    for figure in APPROVED.get(code, []):
        desk.in_state("approved", target=code, **figure)
    recompute.sweep()
    stored = (Figure.objects.count(), list(Snapshot.objects.values_list("pk", "computed_at")))
    page = look(client, f"/targets/{code}/what-if/?{view}{asked(supposed)}")
    it, year = target(code), int((re.findall(r"as_of_year=(\d+)", view) or ["2020"])[0])
    indicator = indicator_of(it, as_of_year=year, known_by=date.fromisoformat(known_by) if known_by else None)
    known = [
        one
        for one in submissions_of(it, View.APPROVED)
        if one.year < min(supposed) and one.basis == basis and (not known_by or f"{one.submitted_on}" <= known_by)
    ]
    new = [Submission(year=y, value=value, submitted_on=LATER, basis=basis) for y, value in supposed.items()]
    expected = assess(indicator, [*known, *new], 2020)
    outcome = page.context["what_if"].outcome
    assert outcome.assessment == expected
    facts = dict(outcome.facts)
    assert written_figure(expected.value, it.decimals) in outcome.facts[0][1]
    assert (facts["完成率"], facts["期内进展"]) == (
        written_percent(expected.attainment_pct),
        written_percent(expected.progress_pct),
    )
    said = text(page)
    assert f"若真如此：{outcome.verdict}" in said
    assert f"假设，不是数据 {status_label(expected.status)}" in said
    assert said.count("假设，不是数据") >= 3
    chart, told = page.context["page"].chart, page.context["what_if"].told()
    assert chart.content.hypothetical[-1].value == expected.value
    assert [len(plot.hypothetical_dots) for plot in chart.plots] == [len(supposed)] * 2
    years = [year for year in page.context["chart_data"]["years"] if "假设（不是数据）" in dict(year["said"])]
    assert [year["year"] for year in years] == list(supposed)
    assert all(f"{year} 年 " in told for year in supposed)
    assert [desc.endswith(told) for desc in re.findall("<desc[^>]*>(.*?)</desc>", page.content.decode())] == [True] * 2
    assert untabled(page.content.decode(), page.context["chart_data"]) == []
    assert (Figure.objects.count(), list(Snapshot.objects.values_list("pk", "computed_at"))) == stored


@pytest.mark.parametrize(
    ("code", "year", "label", "first", "last", "status"),
    [
        ("rd-intensity", 2017, "刚好达标", "1.46", "2.00", "已完成"),
        ("rd-intensity", 2017, "按目前的平均步伐", "1.11", "0.95", "未完成"),
        ("invention-patents-per-10k", 2018, "按规划的平均步伐", "6.54", "7.20", "已完成"),
        ("new-tech-firms", 2017, "刚好达标", "400", "400", "已完成"),
        ("internet-plus-platforms", 2017, "按规划的平均步伐", "2", "1", "已完成"),
    ],
)
def test_a_preset_is_an_address_of_its_own(
    client: Client, seeded: Plan, code: str, year: int, label: str, first: str, last: str, status: str
) -> None:
    page = look(client, f"/targets/{code}/?as_of_year={year}").content.decode()
    (address,) = re.findall(rf'href="([^"]+)" data-what-if-preset[^>]*>{label}<', page)
    opened = look(client, unescape(address).split("#")[0])
    fields = opened.context["what_if"].fields
    assert (fields[0].text, fields[-1].text) == (first, last)
    assert opened.context["what_if"].outcome.status_label == status
    assert re.search(rf'aria-current="true">{label}<', opened.content.decode())
    if label == "刚好达标":
        unit = Decimal(1).scaleb(-opened.context["target"].decimals)
        less = asked({field.year: str(Decimal(field.text) - unit) for field in fields})
        short = look(client, f"/targets/{code}/what-if/?as_of_year={year}{less}")
        assert short.context["what_if"].outcome.status_label == "未完成"


def page_fields(query: str) -> set[str]:
    """The open fields that a query of OPEN fills."""
    return {f"y{year}" for year in (2018, 2019, 2020)} & set(re.findall(r"&(y\d+)=", query))


GOOD = {2018: "1", 2019: "1", 2020: "2"}


@pytest.mark.parametrize(
    ("changed", "field", "code", "told"),
    [
        ({2019: "NaN"}, "y2019", "not_a_number", "“NaN”不是数值"),
        ({2019: "½"}, "y2019", "not_a_number", "“½”不是数值"),
        ({2019: "1e3"}, "y2019", "not_a_number", "“1e3”不是数值"),
        ({2019: "9" * 20_000}, "y2019", "not_a_number", "不是数值"),
        ({2019: "1.234"}, "y2019", "too_many_decimals", "最多 2 位小数"),
        ({2019: "123456789012"}, "y2019", "out_of_range", "小数点前最多 11 位"),
        ({2019: "-1"}, "y2019", "negative", "不能为负"),
        ({2019: ""}, "y2019", "value_required", "2019 年没有填数"),
        ({2017: "1"}, "y2017", "year_not_open", "可用：y2018、y2019、y2020"),
        (dict.fromkeys(range(3000, 3900), "1"), "y3000", "year_not_open", "可用：y2018"),
        ({}, "", "bad_request", "一次发送的栏目超过 1000 项"),
    ],
)
def test_what_cannot_be_supposed_is_told_field_by_field(
    client: Client, seeded: Plan, changed: dict[int, str], field: str, code: str, told: str
) -> None:
    query = asked(GOOD | changed) if field else asked(dict.fromkeys(range(1000, 2001), "1"))
    assert look(client, OPEN + asked(GOOD)).context["what_if"].outcome is not None
    for part in ("", "&part=result"):
        page = look(client, OPEN + query + part, 400)
        assert told in text(page)
        if field:
            assert [(fault.field, fault.code) for fault in page.context["what_if"].faults] == [(field, code)]
            assert f'data-code="{code}" data-field="{field}"' in page.content.decode()
            assert page.context["what_if"].outcome is None
    if field in page_fields(query):
        whole = look(client, OPEN + query, 400).content.decode()
        (typed,) = re.findall(rf'<input class="what-if__number" type="text"[^>]* name="{field}"[^>]*>', whole)
        assert f'value="{changed[2019][:60]}"' in typed
        (said,) = re.findall(rf'<p class="what-if__fault" id="what-if-fault-{field}">(.+?)</p>', whole)
        assert told in unescape(said)
        assert f'aria-describedby="what-if-fault-{field}"' in typed
        assert f'<a href="#what-if-{field}">{said}</a>' in whole


def test_the_part_for_the_script_is_the_result_and_the_drawing_alone(client: Client, seeded: Plan) -> None:
    whole, part = look(client, OPEN + asked(GOOD)), look(client, OPEN + asked(GOOD) + "&part=result")
    assert "<html" not in part.content.decode()
    drawn = re.findall(r'<script type="application/json">(.+)</script>', part.content.decode())
    assert json.loads(drawn[0]) == json.loads(json.dumps(whole.context["chart_data"]))
    assert json.loads(drawn[0])["hypothetical"][-1]["label"] == "2.00"
    for answer in (whole, part):
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Data-Pending"] == "false"
    (address,) = re.findall(r'href="([^"]+)">这一假设的地址<', part.content.decode())
    again = look(client, unescape(address).split("#")[0])
    assert again.context["what_if"].outcome == whole.context["what_if"].outcome
    assert '<meta name="robots" content="noindex">' in whole.content.decode()
    assert DRAWN in whole.content.decode()
    assert DRAWN not in look(client, "/targets/rd-intensity/?as_of_year=2017").content.decode()


def test_where_every_year_has_data_the_section_leads_to_a_year_that_does_not(client: Client, seeded: Plan) -> None:
    page = look(client, "/targets/rd-intensity/?as_of_year=2020")
    assert "已有 2020 年的数据，其后没有可以假设的年份" in text(page)
    assert "data-chart-empty" not in page.content.decode()
    assert 'href="/targets/rd-intensity/?as_of_year=2017#what-if"' in page.content.decode()
    refused = look(client, "/targets/rd-intensity/what-if/?as_of_year=2020&y2020=1", 400)
    assert "（无，已有 2020 年的数据）" in text(refused)


def test_figures_that_the_method_refuses_are_no_ground_to_suppose_on(
    client: Client, desk: Desk, target: Callable[[str], Target]
) -> None:
    for year in (2016, 2017):
        desk.in_state("approved", target="innovation-teams", year=year, value="10")
    recompute.sweep()
    with rewriting():
        target("innovation-teams").figures.filter(year=2016).update(value=Decimal(-1))
    for address in (
        "/targets/innovation-teams/?as_of_year=2018",
        "/targets/innovation-teams/what-if/?as_of_year=2018",
    ):
        assert "现有数据有误" in text(look(client, address))


def test_a_sum_with_missing_years_is_at_least_and_says_what_no_supposition_can_fill(
    client: Client, desk: Desk, target: Callable[[str], Target]
) -> None:
    desk.in_state("approved", target="young-talents", year=2017, value="150")
    recompute.sweep()
    page = look(client, "/targets/young-talents/what-if/?as_of_year=2017&y2018=100&y2019=100&y2020=100")
    what_if = page.context["what_if"]
    assert "累计至少 150 人" in what_if.start
    assert "缺 2016 年的数据，不能代为假设" in what_if.start
    assert [line.value for line in what_if.outcome.years] == ["至少 250", "至少 350", "至少 450"]
    assert (what_if.outcome.assessment.reason, "缺的年份" in what_if.outcome.verdict) == ("gap_years", True)
    desk.in_state("approved", target="young-talents", year=2016, value="150")
    recompute.sweep()
    whole = look(client, "/targets/young-talents/what-if/?as_of_year=2017&y2018=1&y2019=1&y2020=1")
    assert "累计 300 人；其后各年" in whole.context["what_if"].start
    assert [line.value for line in whole.context["what_if"].outcome.years] == ["301", "302", "303"]


def test_what_waits_for_approval_counts_in_its_view_only(browse: Any, client: Client, desk: Desk) -> None:
    desk.in_state("submitted", target="young-talents", year=2016, value="150")
    address = "/targets/young-talents/what-if/?as_of_year=2016"
    inside = look(browse(STAFF), f"{address}&view=reported").context["what_if"]
    assert [field.year for field in inside.fields] == [2017, 2018, 2019, 2020]
    assert "view=reported" in inside.presets[0].query
    assert look(client, address).context["what_if"].fields[0].year == 2016
    assert client.get(f"{address}&view=reported").status_code == 302
    assert client.post(address).status_code == 405
