"""Corrections before the public: API, CSV, page and feeds say the same, and nothing that is not approved."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from targets.amendments import target_amend
from targets.changes import latest_news
from targets.loading import COLUMNS, load
from targets.models import Figure, Standing, State, Target, TargetAmendment
from tests.targets.desk import ADMIN, EVERYBODY, NOBODY, ROOT, Desk, codes, faults, text

CHANGES = f"{ROOT}changes/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGE, ATOM_FEED, JSON_FEED = "/changes/", "/changes/feed.atom", "/changes/feed.json"
HARBIN = "230100"
Correct = Callable[..., dict[str, Any]]


@pytest.fixture
def correct(desk: Desk) -> Correct:
    """The approved correction of 2020's contract value; what is named differs."""

    def make(state: str = "approved", **values: Any) -> dict[str, Any]:
        given = {"target": "technology-contract-value", "year": 2020, "value": "266.00"}
        given |= {"reason": "年度决算后核实", "cause": "late_data"}
        return desk.in_state(state, **(given | values))

    return make


@pytest.fixture
def amended(people: dict[str, User], target: Callable[[str], Target]) -> TargetAmendment:
    return target_amend(
        by=people[ADMIN],
        target=target("incubators"),
        new_value="180",
        decided_on=date(2018, 10, 1),
        document="关于调整规划指标的通知",
        reason="新区规划带动 <b>孵化器</b> 建设",
    )


def today() -> str:
    return timezone.localdate().isoformat()


ITEM = {
    "target": "technology-contract-value",
    "year": 2020,
    "area": None,
    "basis": "",
    "old_value": "265.20",
    "new_value": "266.00",
    "cause": "late_data",
    "reason": "年度决算后核实",
}


def items(client: APIClient, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"{CHANGES}{query}")
    assert response.status_code == 200, response.content
    assert (response["Data-As-Of"][-6:], response["Data-Pending"]) == ("+08:00", "false")
    return list(response.json()["results"])


def test_nothing_was_corrected_at_first(public: APIClient, client: Client, seeded: Plan) -> None:
    assert public.get(CHANGES).json() == {"count": 0, "next": None, "previous": None, "results": []}
    page = client.get(PAGE).content.decode()
    assert "已审核的数据还没有更正过。" in page
    assert "各项目标都按规划所载，没有调整过。" in page
    # The re-based series is no correction, but the page leads to it.
    assert 'href="/targets/rd-intensity/#bases"' in page


def test_a_correction_whole(public: APIClient, correct: Correct) -> None:
    correct()
    (found,) = items(public)
    assert found == {"date": today(), **ITEM}
    assert list(found) == ["date", *ITEM]


def test_a_figure_taken_back_and_put_again(public: APIClient, correct: Correct) -> None:
    correct(value=None, cause="error", reason="来源有误")
    correct(value="265.30", cause="error", reason="来源已更正")
    again, back = items(public)
    assert (back["old_value"], back["new_value"]) == ("265.20", None)
    assert (again["old_value"], again["new_value"], again["reason"]) == (None, "265.30", "来源已更正")


def test_bases_and_areas_are_named(public: APIClient, correct: Correct) -> None:
    correct(target="rd-intensity", year=2018, value="0.84", basis="first", cause="")
    correct(target="high-tech-enterprises", year=2020, value="1200", area=HARBIN)
    city, basis = sorted(items(public), key=lambda item: str(item["area"]))
    assert (city["target"], city["area"], city["basis"]) == ("high-tech-enterprises", HARBIN, "")
    assert (basis["target"], basis["area"], basis["basis"], basis["cause"]) == ("rd-intensity", None, "first", "")


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_what_is_not_approved_is_nowhere(desk: Desk, correct: Correct, client: Client, state: str, who: str) -> None:
    correct(state)
    assert desk.client(who).get(CHANGES).json()["count"] == 0
    assert len(text(desk.client(who).get(f"{CHANGES}?format=csv")).splitlines()) == 1
    for address in (PAGE, ATOM_FEED, JSON_FEED, "/"):
        shown = client.get(address).content.decode()
        assert "266.00" not in shown
        assert "决算" not in shown


def test_a_proxy_is_never_a_change(seeded: Plan, public: APIClient, target: Callable[[str], Target]) -> None:
    row = "new-tech-firms,2020,,13200,家,proxy,,2022-01-01,另一来源,省科技厅,,参考"
    load(seeded, io.StringIO(f"{','.join(COLUMNS)}\n{row}\n"))
    assert Figure.objects.filter(target=target("new-tech-firms"), standing=Standing.PROXY).count() > 1
    assert items(public) == []


def test_a_publication_that_supersedes_is_a_change_of_its_own_day(seeded: Plan, public: APIClient) -> None:
    row = "technology-contract-value,2020,,265.25,亿元,published,,2022-03-01,统计年鉴,省统计局,,修订"
    load(seeded, io.StringIO(f"{','.join(COLUMNS)}\n{row}\n"))
    (found,) = items(public)
    assert (found["date"], found["old_value"], found["new_value"]) == ("2022-03-01", "265.20", "265.25")
    (news,) = latest_news(seeded)
    assert news.published.isoformat() == "2022-03-01T00:00:00+08:00"


def test_the_newest_stand_first_and_the_order_is_stable(seeded: Plan, public: APIClient, correct: Correct) -> None:
    for value in ("266.00", "266.10", "266.20"):
        correct(value=value)
    correct(target="rd-intensity", year=2020, value="1.27", basis="rebased")
    row = "technology-contract-value,2019,,236.00,亿元,published,,2022-03-01,统计年鉴,省统计局,,修订"
    load(seeded, io.StringIO(f"{','.join(COLUMNS)}\n{row}\n"))
    found = [item["new_value"] for item in items(public)]
    assert found == ["1.27", "266.20", "266.10", "266.00", "236.00"]
    pages = [items(public, f"?page_size=2&page={page}") for page in (1, 2, 3)]
    assert [item["new_value"] for page in pages for item in page] == found


FILTERS = [
    ("target=technology-contract-value", ["266.00"]),
    ("target=incubators", []),
    ("year=2020", ["1200", "266.00"]),
    ("year=2018", ["0.84"]),
    ("area=province", ["0.84", "266.00"]),
    (f"area={HARBIN}", ["1200"]),
    ("area=230200", []),
    ("target=high-tech-enterprises&year=2020&area=230100", ["1200"]),
    ("target=&year=&area=", ["0.84", "1200", "266.00"]),
]


@pytest.mark.parametrize(("query", "values"), FILTERS)
def test_filters(public: APIClient, client: Client, correct: Correct, query: str, values: list[str]) -> None:
    correct()
    correct(target="rd-intensity", year=2018, value="0.84", basis="first")
    correct(target="high-tech-enterprises", year=2020, value="1200", area=HARBIN)
    found = items(public, f"?{query}")
    assert sorted(item["new_value"] for item in found) == values
    response = public.get(f"{CHANGES}?{query}&format=csv&page_size=1")
    assert response["Content-Disposition"] == 'attachment; filename="changes.csv"'
    rows = list(csv.DictReader(io.StringIO(text(response).removeprefix("\ufeff"))))
    assert rows == [{name: "" if value is None else str(value) for name, value in item.items()} for item in found]
    page = client.get(f"{PAGE}?{query}").content.decode()
    assert f"共 {len(values)} 项" in page
    assert page.count('data-label="新值"') == len(values)


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("target=none", "target", "invalid_choice"),
        ("target=%E7%A0%94", "target", "invalid_choice"),
        ("year=x", "year", "invalid"),
        ("year=99999", "year", "max_value"),
        ("area=999999", "area", "invalid_choice"),
        ("state=draft", "state", "unknown_parameter"),
        ("colour=red", "colour", "unknown_parameter"),
        ("page=0", "page", "invalid"),
        ("page_size=501", "page_size", "invalid"),
        ("format=xml", "format", "invalid_choice"),
    ],
)
def test_what_it_does_not_know_is_400(public: APIClient, query: str, field: str, code: str) -> None:
    response = public.get(f"{CHANGES}?{query}")
    assert response.status_code == 400
    assert faults(response) == [(field, code)]


@pytest.mark.parametrize("query", ["target=none", "year=x", "area=999999", "page=x", "target=%00"])
def test_a_bad_filter_of_the_page_is_a_400_page(client: Client, seeded: Plan, query: str) -> None:
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


def test_a_page_past_the_end_is_404(public: APIClient, client: Client, seeded: Plan) -> None:
    assert (client.get(f"{PAGE}?page=2").status_code, public.get(f"{CHANGES}?page=2").status_code) == (404, 404)
    assert codes(public.get(f"{CHANGES}?page=2")) == ["not_found"]


def test_the_page_says_old_new_date_cause_and_reason(client: Client, correct: Correct) -> None:
    correct()
    correct(target="high-tech-enterprises", value=None, area=HARBIN, cause="error", reason="重复统计")
    page = client.get(PAGE).content.decode()
    now = timezone.localdate()
    assert f"{now.year}年{now.month}月{now.day}日" in page
    for words in (
        "265.20 亿元",
        "266.00 亿元",
        "数据迟报",
        "年度决算后核实",
        "哈尔滨市",
        "已撤回",
        "更正差错",
        "重复统计",
    ):
        assert words in page
    assert 'href="/api/v1/changes/?format=csv"' in page
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert '<link rel="alternate" type="application/feed+json"' in page


def test_it_is_linked_from_footer_home_and_data(client: Client, seeded: Plan) -> None:
    assert client.get("/method/").content.decode().count('href="/changes/"') == 1
    assert client.get("/").content.decode().count('href="/changes/"') == 2
    data = client.get("/data/").content.decode()
    assert all(f'href="{address}"' in data for address in (PAGE, ATOM_FEED, JSON_FEED, f"{CHANGES}?format=csv"))


@pytest.mark.usefixtures("amended")
def test_both_feeds_have_the_same_entries(client: Client, correct: Correct) -> None:
    correct()
    atom = atom_entries(client)
    found = json.loads(client.get(JSON_FEED).content)["items"]
    assert [(e["id"], e["title"], e["updated"]) for e in atom] == [
        (item["id"], item["title"], item["date_modified"]) for item in found
    ]
    assert sorted(item["title"] for item in found) == [
        "数据更正：技术合同成交额 2020 年（全省）由 265.20 亿元 改为 266.00 亿元",
        "目标调整：科技企业孵化器 2020 年目标由 150 家 调整为 180 家",
    ]
    assert "更正原因：数据迟报。理由：年度决算后核实。" in "".join(item["content_text"] for item in found)
    assert all(datetime.fromisoformat(item["date_published"]).utcoffset() for item in found)
    assert {item["url"] for item in found} == {
        "http://testserver/targets/technology-contract-value/",
        "http://testserver/targets/incubators/",
    }


def atom_entries(client: Client, address: str = ATOM_FEED) -> list[dict[str, Any]]:
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.content)
    for name in ("id", "title", "updated"):
        assert root.findtext(f"a:{name}", namespaces=ATOM)
    assert root.find("a:author/a:name", ATOM) is not None
    assert root.find("a:link[@rel='self']", ATOM).get("href") == f"http://testserver{ATOM_FEED}"
    return [
        {
            name: entry.findtext(f"a:{name}", namespaces=ATOM)
            for name in ("id", "title", "updated", "published", "summary")
        }
        for entry in root.findall("a:entry", ATOM)
    ]


@pytest.mark.usefixtures("amended")
def test_what_was_typed_stays_text_in_a_feed(client: Client, correct: Correct) -> None:
    correct(reason="<script>alert(1)</script> & \x0b\ufffe")
    summaries = [entry["summary"] for entry in atom_entries(client)]
    assert any("&lt;b&gt;孵化器&lt;/b&gt;" in summary for summary in summaries)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt; &amp; \ufffd\ufffd" in summary for summary in summaries)
    assert json.loads(client.get(JSON_FEED).content)


def test_json_feed_says_what_it_is(client: Client, seeded: Plan) -> None:
    response = client.get(JSON_FEED)
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    assert json.loads(response.content) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{seeded.title}：数据更正与目标调整",
        "description": "已审核的数据更正或撤回、目标经决定调整，原值、新值、日期和理由。",
        "language": "zh-Hans",
        "home_page_url": "http://testserver/changes/",
        "feed_url": "http://testserver/changes/feed.json",
        "authors": [{"name": seeded.title}],
        "items": [],
    }


@pytest.mark.parametrize("address", [ATOM_FEED, JSON_FEED])
def test_a_feed_is_asked_again_cheaply_and_tells_nothing_of_what_waits(
    client: Client, correct: Correct, desk: Desk, address: str
) -> None:
    first = client.get(address)
    tag = {"If-None-Match": first["ETag"]}
    assert first["Cache-Control"] == "no-cache"
    assert "Last-Modified" not in first
    figure = correct("submitted")
    assert client.get(address, headers=tag).status_code == 304
    desk.done("demo-reviewer", figure, "approve")
    changed = client.get(address, headers=tag)
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)
    assert client.get(address).content == changed.content


@pytest.mark.parametrize("address", [PAGE, ATOM_FEED, JSON_FEED])
def test_it_is_read_only(client: Client, seeded: Plan, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_ids_stay_whatever_the_address(client: Client, seeded: Plan, correct: Correct) -> None:
    correct()
    here = atom_entries(client)
    there = atom_entries(client, f"/p/{seeded.code}{ATOM_FEED}")
    assert [entry["id"] for entry in here] == [entry["id"] for entry in there]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", here[0]["id"])


def test_feeds_are_chinese_for_everybody(client: Client, seeded: Plan) -> None:
    plain = client.get(JSON_FEED).content
    client.cookies["language"] = "en"
    assert client.get(JSON_FEED).content == plain


@pytest.mark.usefixtures("amended")
def test_another_plan_has_its_own(client: Client, public: APIClient, correct: Correct) -> None:
    correct()
    Plan.objects.create(
        code="next",
        title="下一个规划",
        start_year=2021,
        end_year=2025,
        issued_on=date(2021, 12, 1),
        loaded_at=timezone.now(),
    )
    assert public.get("/p/next/api/v1/changes/").json()["count"] == 0
    assert json.loads(client.get("/p/next/changes/feed.json").content)["items"] == []
    page = client.get("/p/next/changes/").content.decode()
    assert "已审核的数据还没有更正过。" in page
    assert 'href="/p/next/changes/feed.atom"' in page
    assert client.get("/p/none/changes/").status_code == 404


def test_queries_do_not_grow_with_corrections(
    client: Client, correct: Correct, target: Callable[[str], Target]
) -> None:
    def costs() -> list[int]:
        return [cost(client, address) for address in (PAGE, CHANGES, f"{CHANGES}?format=csv", ATOM_FEED, JSON_FEED)]

    first = correct()
    before = costs()
    replaced = Figure.objects.get(pk=first["id"])
    now = timezone.now()
    Figure.objects.bulk_create(
        Figure(
            target=target("high-tech-enterprises"),
            city=city,
            year=2018,
            value=900,
            state=State.APPROVED,
            origin="loaded",
            supersedes=replaced,
            reason="核实",
            created_at=now,
            submitted_at=now,
            known_from=now.date(),
            sequence=1000 + number,
        )
        for number, city in enumerate([None, *City.objects.all()])
    )
    assert costs() == before


def cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200
        text(response)
    return len(captured)


def test_everybody_may_look(desk: Desk, correct: Correct) -> None:
    correct()
    assert {who: desk.client(who or NOBODY).get(CHANGES).json()["count"] for who in EVERYBODY} == dict.fromkeys(
        EVERYBODY, 1
    )
