"""The pages about the portal itself: the method, the data to download, the API's documentation."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planportal.plan.models import Plan
from planportal.portal.method_words import KINDS
from targets.models import Kind
from targets.progress import FLAGS, METHOD_VERSION, STATUSES
from targets.wording import FLAG, status_label


def rows(page: str, section: str) -> list[list[str]]:
    """The cells of the rows of the table that follows a heading, without mark-up."""
    table = page.split(f'id="{section}"')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in table.split("<tr>")[1:]
    ]


def test_the_method_names_its_version_and_every_code(client: Client, seeded: Plan) -> None:
    page = client.get("/method/").content.decode()
    assert f"方法 {METHOD_VERSION}" in page
    assert all(f'data-status="{status}"' in page and status_label(status) in page for status in STATUSES)
    assert all(f"<dt>{FLAG[flag].tag}</dt>" in page for flag in FLAGS)


def test_the_rules_have_the_methods_numbers_and_lead_to_every_status(client: Client, seeded: Plan) -> None:
    assert [words.kind for words in KINDS] == list(Kind)
    listed = {row[1]: (row[0], row[2]) for row in rows(client.get("/method/").content.decode(), "statuses")}
    assert [number for number, _status in listed.values()] == [*"1234567", "—", "—", *"89", "10", "11"]
    assert {status for _number, status in listed.values()} == {status_label(status) for status in STATUSES}
    assert listed["进度比 95.0% 以上，或者实际值不低于应达值（且不差于基期）"] == ("8", "符合进度")


@pytest.mark.parametrize(
    ("name", "from_value", "due"),
    [
        ("每万人口发明专利拥有量", "3.38 (2015)", ["4.04", "4.71", "5.37", "6.04", "6.70"]),
        ("国家级高新技术企业", "693 (2015)", ["774", "856", "937", "1,019", "1,100"]),
        ("科技企业孵化器", "111 (2015)", ["119", "127", "134", "142", "150"]),
        ("高新技术产业增加值占GDP比重", "12.2 (2015)", ["12.4", "12.5", "12.7", "12.8", "13.0"]),
        ("“互联网＋”技术服务平台", "0 (2015)", ["1", "2", "4", "5", "7"]),
        ("科技企业孵化器孵化企业", "—", ["—"] * 5),
        # The basis of the latest figure is the re-based one: 1.35, not 1.05.
        ("研究与试验发展经费投入强度", "1.35 (2015)", ["1.48", "1.61", "1.74", "1.87", "2.00"]),
    ],
)
def test_the_schedule_is_the_methods(client: Client, seeded: Plan, name: str, from_value: str, due: list[str]) -> None:
    schedule = {row[0]: row[2:] for row in rows(client.get("/method/").content.decode(), "schedule")}
    assert len(schedule) == 13
    assert schedule[name] == [from_value, *due]


def test_every_download_answers(client: Client, seeded: Plan) -> None:
    page = client.get("/data/").content.decode()
    addresses = set(re.findall(r'href="(/api/v1/[^"]*)"', page))
    assert len([address for address in addresses if address.endswith("?format=csv")]) == 10 + 2 * 13
    statuses = {address: client.get(address).status_code for address in addresses}
    assert set(statuses.values()) == {200}


def test_the_data_page_says_where_the_plan_came_from(client: Client, seeded: Plan) -> None:
    page = client.get("/data/").content.decode()
    assert seeded.source_sha256 in page
    assert "2017年6月12日印发" in page
    assert "来源见各条数据" in page


def test_the_api_page_stands_without_javascript(client: Client, seeded: Plan) -> None:
    page = client.get("/api/docs/").content.decode()
    guide, reference = page.split('id="reference"')
    assert "If-Match" in guide
    assert "Receipt" in guide
    assert "<noscript>" in reference
    assert 'href="/api/v1/schema/"' in reference
    assert 'data-schema-url="/api/v1/schema/"' in reference


def test_the_guides_example_of_an_error_is_real(client: Client, seeded: Plan) -> None:
    shown = client.get("/api/docs/").content.decode()
    error = client.get("/api/v1/fields/?page_size=999").json()["errors"][0]
    assert error["code"] == "invalid"
    assert f'"message": "{error["message"]}"' in shown


def test_pages_hold_nothing_inline(client: Client, seeded: Plan) -> None:
    for address in ("/method/", "/data/", "/api/docs/", "/fields/", "/directions/", "/alliances/", "/platforms/"):
        page = client.get(address).content.decode()
        assert not re.search(r"<[^>]+\sstyle=", page)
        # A block of data is never run.
        assert not re.search(r'<script(?![^>]*\ssrc=| type="application/ld\+json">)', page)
        assert not re.search(r"<[^>]+\son[a-z]+=", page)


@pytest.mark.parametrize("address", ["/", "/fields/", "/directions/", "/method/", "/data/", "/api/docs/"])
def test_pages_stand_under_the_plans_prefix_too(client: Client, seeded: Plan, address: str) -> None:
    assert client.get(f"/p/{seeded.code}{address}").status_code == 200
    assert client.get(f"/p/no-such-plan{address}").status_code == 404


def test_signed_in_pages_look_the_same_to_everybody(browse: Callable[[str], Client]) -> None:
    assert browse("demo-staff").get("/method/").status_code == 200


@pytest.mark.parametrize(("address", "most"), [("/method/", 9), ("/", 17), ("/targets/", 13)])
def test_a_page_of_all_targets_costs_few_queries(
    client: Client, seeded: Plan, django_assert_max_num_queries: Callable[[int], Any], address: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
