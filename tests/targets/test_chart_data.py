"""The data of the drawing that answers to a pointer: the table's own numbers, and the API's assessment."""

import json
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from planportal.plan.models import Plan
from planportal.web.writing import written_figure
from targets.models import Target
from tests.reading import untabled

PAGES = [
    ("rd-intensity", 2017),
    ("rd-intensity", 2020),
    ("invention-patents-per-10k", 2018),
    ("technology-contract-value", 2019),
    ("high-tech-enterprises", 2019),
    ("high-tech-enterprises", 2020),
    ("high-tech-value-added-share", 2018),
    ("young-talents", 2017),
]


def data_of(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script id="trajectory-data" type="application/json">(.+?)</script>', page)
    return dict(json.loads(found))


def rows_of(page: str) -> dict[int, list[str]]:
    """The year table: actual, change, scheduled and source, as they are read."""
    table = re.search(r'<caption id="years">.*?</table>', page, re.DOTALL)
    assert table
    rows = re.findall(r"<tr[^>]*>\s*<th scope=\"row\">(\d{4})(.*?)</tr>", table[0], re.DOTALL)
    cells = {int(year): re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for year, row in rows}
    return {year: [read(cell) for cell in found] for year, found in cells.items()}


def read(cell: str) -> str:
    """What is seen in a cell."""
    seen = re.sub(r"<span class=\"visually-hidden\">.*?</span>|<sup.*?</sup>", "", cell)
    return unescape(re.sub(r"<[^>]+>", "", seen))


def placed(point: dict[str, Any] | None) -> Decimal | None:
    return None if point is None else Decimal(point["place"])


@pytest.mark.parametrize(("code", "year"), PAGES)
def test_every_number_is_the_tables_and_the_assessments(client: Client, seeded: Plan, code: str, year: int) -> None:
    page = client.get(f"/targets/{code}/?as_of_year={year}").content.decode()
    data, rows = data_of(page), rows_of(page)
    target = Target.objects.get(code=code)
    assert [one["year"] for one in data["years"]] == list(rows) == list(range(2015, 2021))
    for one in data["years"]:
        actual, change, scheduled, source = rows[one["year"]]
        said = dict(one["said"])
        assert said["实际"].split(" ")[0].rstrip("%") == (actual if actual != "—" else "暂无数据")
        assert said.get("较上年", "—").split(" ")[0] == change
        assert said.get("应达值", "—").split(" ")[0].rstrip("%") == scheduled
        assert source.strip() == " ".join([one["source"], *one["tags"]]).strip()
    for name, column in (("actual", 0), ("scheduled", 2)):
        assert {one["year"]: one["label"] for one in data[name]}.items() <= {
            its_year: cells[column] for its_year, cells in rows.items()
        }.items()
    lone = [data["target"], *(data["forecast"] or {}).values()]
    lines = [*data["actual"], *data["scheduled"], *(one for line in data["others"] for one in line["points"])]
    for one in [*lines, *(one for one in lone if one)]:
        assert one["label"] == written_figure(one["place"], target.decimals)
        assert Decimal(data["ticks"][0]["place"]) <= Decimal(one["place"]) <= Decimal(data["ticks"][-1]["place"])
    dashboard = client.get(f"/api/v1/dashboard/?as_of_year={year}").json()
    (said_by_api,) = [row for goal in dashboard["goals"] for row in goal["targets"] if row["code"] == code]
    found = said_by_api["assessment"]
    if found["value"] is not None:
        assert placed(data["actual"][-1]) == Decimal(found["value"])
        assert data["actual"][-1]["year"] == found["data_year"]
    else:
        assert data["actual"] == []
    due = {one["year"]: one["place"] for one in data["scheduled"]}.get(found["expected_year"])
    assert (due and Decimal(due)) == (found["expected_value"] and Decimal(found["expected_value"]))
    forecast = data["forecast"] or {}
    for name in ("worst", "value", "best"):
        told = found[f"forecast_{name}"]
        assert placed(forecast.get(name)) == (None if told is None else Decimal(told))
    assert placed(data["target"]) == target.target_value
    assert data["hypothetical"] == []
    assert untabled(page, data) == []
    foot = r'<th scope="row">(目标|外推|情景区间) <span class="tag">2020</span></th>\s*<td[^>]*>(.*?)</td>'
    feet = dict(re.findall(foot, page))
    drawn = {"目标": [data["target"]], "外推": [forecast.get("value")]}
    drawn["情景区间"] = [forecast.get("worst"), forecast.get("best")]
    for name, points in drawn.items():
        assert feet.get(name) == (" 至 ".join(one["label"] for one in points) if points[0] else None)


def test_marks_and_other_bases_are_told(client: Client, seeded: Plan) -> None:
    data = data_of(client.get("/targets/rd-intensity/?as_of_year=2018").content.decode())
    assert [line["name"] for line in data["others"]] == ["首次公布口径"]
    of_2016 = next(one for one in data["years"] if one["year"] == 2016)
    assert ["首次公布口径", "0.99%"] in of_2016["said"]
    assert all(one["revised"] for one in data["actual"])
    assert "已修订" in of_2016["tags"]
