"""The public API, to the letter: items, lists, pages, filters, and that nothing unapproved is ever in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from fields.models import Direction
from tests.targets.desk import PUBLIC_LISTS, REVIEWER, ROOT, STAFF, Desk, codes, rows, text

ITEMS: dict[str, dict[str, Any]] = {
    "plans/": {
        "code": "hlj-sti-13fyp",
        "title": "黑龙江省“十三五”科技创新规划",
        "start_year": 2016,
        "end_year": 2020,
        "issued_on": "2017-06-12",
    },
    "goals/": {
        "number": 1,
        "title": "自主创新能力全面提升",
        "targets": ["rd-intensity", "invention-patents-per-10k", "registered-results"],
    },
    "targets/": {
        "code": "rd-intensity",
        "name": "研究与试验发展经费投入强度",
        "unit": "%",
        "decimals": 2,
        "kind": "level",
        "submitted_as": None,
        "target_value": "2.00",
        "baseline_value": None,
        "baseline_year": None,
        "previous_value": None,
        "additive": False,
        "bases": ["first", "rebased"],
        "goal": 1,
        "department": "kjt",
        "clause": "第二章 三：研究与试验发展经费投入强度达到2.0％",
    },
    "fields/": {"code": "new-materials", "name": "新材料", "first": 1, "last": 40, "count": 40},
    "directions/": {"number": 1, "name": "高性能铝合金材料制备技术", "field": "new-materials"},
    "alliances/": {"number": 1, "name": "黑龙江省医药产业技术创新战略联盟", "level": "provincial"},
    "platforms/": {"number": 1, "name": "高新技术成果转化平台"},
    "cities/": {"code": "230100", "name": "哈尔滨市"},
    "departments/": {"code": "kjt", "name": "省科技厅"},
    "targets/rd-intensity/figures/": {
        "target": "rd-intensity",
        "year": 2015,
        "area": None,
        "value": "1.05",
        "basis": "first",
        "standing": "published",
        "provisional": False,
        "state": "approved",
        "version": 1,
        "known_from": "2016-12-31",
        "sequence": 1,
        "source": "2015年全国科技经费投入统计公报（国家统计局/科技部/财政部）",
        "note": "首次公布口径（基数年）",
        "reason": "",
        "cause": "",
        "warnings": [],
        "supersedes": None,
    },
}


@pytest.mark.parametrize("name", ITEMS)
def test_the_first_item_of_each_list_whole(public: APIClient, name: str) -> None:
    response = public.get(f"{ROOT}{name}")
    found = response.json()
    assert response["Content-Type"] == "application/json"
    assert list(found) == ["count", "next", "previous", "results"]
    assert found["count"] == PUBLIC_LISTS[name]
    first = found["results"][0]
    expected = {"id": first["id"], **ITEMS[name]} if name.endswith("figures/") else ITEMS[name]
    assert first == expected
    assert list(first) == list(expected)


TARGETS = {
    # code: (unit, decimals, kind, submitted_as, target, baseline, baseline year, previous, additive, goal, department)
    "rd-intensity": ("%", 2, "level", None, "2.00", None, None, None, False, 1, "kjt"),
    "invention-patents-per-10k": ("件", 2, "level", None, "6.70", "3.38", 2015, None, False, 1, "zscqj"),
    "registered-results": ("项", 0, "annual_flow", None, "1800", None, None, None, True, 1, "kjt"),
    "technology-contract-value": ("亿元", 2, "annual_flow", None, "160.00", None, None, "52.91", True, 2, "kjt"),
    "high-tech-value-added-share": ("%", 1, "level", None, "13.0", "12.2", 2015, "9.5", False, 2, "kjt"),
    "high-tech-enterprises": ("家", 0, "level", None, "1100", "693", 2015, "476", True, 2, "kjt"),
    "incubators": ("家", 0, "level", None, "150", "111", 2015, None, True, 2, "kjt"),
    "internet-plus-platforms": ("个", 0, "count", "increment", "7", None, None, None, True, 2, "kjt"),
    "new-tech-firms": ("家", 0, "cumulative", "increment", "2000", None, None, None, True, 2, "kjt"),
    "incubated-firms": ("家", 0, "level", None, "6000", None, None, None, True, 2, "kjt"),
    "innovation-teams": ("个", 0, "cumulative", "increment", "50", None, None, None, True, 3, "kjt"),
    "outstanding-young-talents": ("人", 0, "cumulative", "increment", "100", None, None, None, True, 3, "kjt"),
    "young-talents": ("人", 0, "cumulative", "increment", "1000", None, None, None, True, 3, "kjt"),
}


def test_the_thirteen_targets_as_the_plan_prints_them(public: APIClient) -> None:
    found = {
        row["code"]: (
            row["unit"],
            row["decimals"],
            row["kind"],
            row["submitted_as"],
            row["target_value"],
            row["baseline_value"],
            row["baseline_year"],
            row["previous_value"],
            row["additive"],
            row["goal"],
            row["department"],
        )
        for row in rows(public, "targets/")
    }
    assert found == TARGETS
    assert list(found) == list(TARGETS)
    assert {row["code"]: row["bases"] for row in rows(public, "targets/") if row["bases"]} == {
        "rd-intensity": ["first", "rebased"]
    }
    for row in rows(public, "targets/"):
        assert public.get(f"{ROOT}targets/{row['code']}/").json() == row


def test_goals_hold_every_target_once(public: APIClient) -> None:
    goals = rows(public, "goals/")
    assert [code for goal in goals for code in goal["targets"]] == list(TARGETS)
    assert [goal["number"] for goal in goals if not goal["targets"]] == [4, 5]


def test_directions_are_numbered_through_all_fields(public: APIClient) -> None:
    assert [row["number"] for row in rows(public, "directions/")] == list(range(1, 363))
    spans = {row["code"]: (row["first"], row["last"], row["count"]) for row in rows(public, "fields/")}
    assert spans == {
        "new-materials": (1, 40, 40),
        "new-energy": (41, 80, 40),
        "biotechnology": (81, 114, 34),
        "high-end-equipment": (115, 190, 76),
        "next-generation-it": (191, 221, 31),
        "energy-saving-environment": (222, 274, 53),
        "modern-agriculture": (275, 332, 58),
        "livelihood-technology": (333, 362, 30),
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("directions/?field=biotechnology", 34),
        ("directions/?field=biotechnology&q=", 34),
        ("directions/?q=石墨", 3),
        ("directions/?q=石墨 没有这个词", 0),
        ("alliances/?level=national", 5),
        ("alliances/?level=provincial", 46),
        ("alliances/?q=大豆", 1),
        ("targets/?goal=2", 7),
        ("targets/?department=zscqj", 1),
        ("targets/?kind=count", 1),
    ],
)
def test_a_list_is_filtered(public: APIClient, query: str, count: int) -> None:
    found = public.get(f"{ROOT}{query}").json()
    if "石墨" in query and count:
        assert found["count"] == Direction.objects.filter(name__contains="石墨").count()
    else:
        assert found["count"] == count


def test_pages(public: APIClient) -> None:
    first = public.get(f"{ROOT}directions/").json()
    assert (len(first["results"]), first["previous"]) == (50, None)
    second = public.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == list(range(51, 101))
    assert public.get(second["previous"]).json() == first
    last = public.get(f"{ROOT}directions/?page=8").json()
    assert (len(last["results"]), last["next"]) == (12, None)
    assert len(public.get(f"{ROOT}directions/?page_size=500").json()["results"]) == 362
    kept = public.get(f"{ROOT}directions/?field=biotechnology&page_size=10").json()["next"]
    assert public.get(kept).json()["results"][0]["number"] == 91


@pytest.mark.parametrize("name", PUBLIC_LISTS)
@pytest.mark.parametrize("query", ["page=9", "page=999999999"])
def test_a_page_past_the_end(public: APIClient, name: str, query: str) -> None:
    response = public.get(f"{ROOT}{name}?{query}&page_size=50")
    assert (response.status_code, codes(response)) == (404, ["not_found"])


@pytest.mark.parametrize("name", PUBLIC_LISTS)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page=0", "invalid"),
        ("page=-1", "invalid"),
        ("page=1.0", "invalid"),
        ("page=last", "invalid"),
        ("page=", "invalid"),
        ("page=１", "invalid"),
        ("page=1000000000", "invalid"),
        ("page_size=501", "invalid"),
        ("page_size=0", "invalid"),
        ("page_size=501&format=csv", "invalid"),
        ("format=xml", "invalid_choice"),
        ("colour=red", "unknown_parameter"),
        ("Page=1", "unknown_parameter"),
        ("q%00=1", "bad_request"),
        ("page=%00", "bad_request"),
    ],
)
def test_a_list_asked_for_wrongly(public: APIClient, name: str, query: str, code: str) -> None:
    response = public.get(f"{ROOT}{name}?{query}")
    assert (response.status_code, codes(response)) == (400, [code])


@pytest.mark.parametrize(
    "query",
    [
        "directions/?field=no-such",
        "directions/?field=1",
        "alliances/?level=global",
        "alliances/?level=National",
        "targets/?goal=6",
        "targets/?goal=one",
        "targets/?goal=99999999999999999999",
        "targets/?department=no-such",
        "targets/?kind=ratio",
        "directions/?q=" + "长" * 101,
    ],
)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_filter_value_that_is_unknown(public: APIClient, query: str, form: str) -> None:
    response = public.get(f"{ROOT}{query}&format={form}")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [query.partition("?")[2].partition("=")[0]]


@pytest.mark.parametrize("name", PUBLIC_LISTS)
def test_one_row_costs_as_many_queries_as_five(public: APIClient, name: str) -> None:
    def queries(size: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            public.get(f"{ROOT}{name}?page_size={size}")
        return len(caught)

    assert queries(1) == queries(5)


@pytest.mark.parametrize("question", ["", "?known_by=2021-06-30"], ids=["now", "known_by"])
def test_the_dashboard_costs_few_queries(public: APIClient, django_assert_max_num_queries: Any, question: str) -> None:
    with django_assert_max_num_queries(10):
        assert public.get(f"{ROOT}dashboard/{question}").status_code == 200


def test_superseded_figures_stay_in_the_order_of_approval(public: APIClient, desk: Desk) -> None:
    before = rows(public, "targets/technology-contract-value/figures/")
    values = {"target": "technology-contract-value", "year": 2019, "reason": "核定"}
    first = desk.in_state("approved", value="240.00", **values)
    taken_back = desk.in_state("approved", value=None, **values)
    city = desk.in_state("approved", value="12.50", area="230100", **values)

    after = rows(public, "targets/technology-contract-value/figures/")
    assert after == [*before, first, taken_back, city]
    assert [row["sequence"] for row in after] == sorted(row["sequence"] for row in after)
    assert first["supersedes"] in [row["id"] for row in before]
    assert (taken_back["supersedes"], taken_back["value"], city["supersedes"]) == (first["id"], None, None)


MARK, NUMBER = "尚未公开的标记", "777.77"


def secrets(desk: Desk) -> Iterator[dict[str, Any]]:
    values = {"target": "technology-contract-value", "value": NUMBER, "note": MARK, "source": MARK, "reason": MARK}
    yield desk.in_state("draft", year=2016, **values)
    yield desk.in_state("submitted", year=2020, **values)
    yield desk.in_state("returned", year=2018, **values)
    yield desk.in_state("withdrawn", year=2019, **values)
    yield desk.in_state("submitted", year=2020, area="230100", **values)


def test_the_public_sees_nothing_that_is_not_approved(public: APIClient, desk: Desk) -> None:
    addresses = [
        *(
            f"{name}?format={form}"
            for name in [*PUBLIC_LISTS, figures_of("technology-contract-value")]
            for form in ("json", "csv")
        ),
        *(f"targets/{code}/" for code in TARGETS),
        *(f"dashboard/?as_of_year={year}" for year in range(2016, 2023)),
        "dashboard/",
        "dashboard/?known_by=2099-12-31",
        "dashboard/?view=approved",
    ]
    before = {address: measured(public, address) for address in addresses}
    hidden = list(secrets(desk))

    for mount in (ROOT, "/p/hlj-sti-13fyp/api/v1/"):
        for address in addresses:
            found = measured(public, address, mount)
            assert MARK not in found
            assert NUMBER not in found
            if mount == ROOT:
                assert found == before[address]
    for figure in hidden:
        response = public.get(f"{ROOT}figures/{figure['id']}/")
        assert (response.status_code, codes(response)) == (401, ["not_authenticated"])
        assert "ETag" not in response


def figures_of(code: str) -> str:
    return f"targets/{code}/figures/"


def measured(client: APIClient, address: str, mount: str = ROOT) -> str:
    """An answer without the time at which it was built: a submission has the target built anew."""
    response = client.get(f"{mount}{address}")
    assert response.status_code == 200, address
    if not address.startswith("dashboard"):
        return text(response)
    return str({name: value for name, value in response.json().items() if name != "computed_at"})


def test_an_approval_is_public_at_once(public: APIClient, desk: Desk) -> None:
    figure = desk.in_state("submitted")
    assert rows(public, "targets/registered-results/figures/") == []
    approved = desk.done(REVIEWER, figure, "approve")
    assert rows(public, "targets/registered-results/figures/") == [approved]
    assert public.get(f"{ROOT}figures/{figure['id']}/").json() == approved
    assert desk.client(STAFF).get(f"{ROOT}figures/{figure['id']}/").json() == approved


def test_the_root_names_every_part(public: APIClient) -> None:
    parts = public.get(ROOT).json()
    assert set(parts) >= {name.strip("/") for name in PUBLIC_LISTS if name.count("/") == 1} | {
        "dashboard",
        "figures",
        "schema",
        "search",
    }
    assert all(address == f"http://testserver{ROOT}{name}/" for name, address in parts.items())
    for name in set(parts) - {"figures", "tasks", "search"}:
        assert public.get(parts[name]).status_code == 200
