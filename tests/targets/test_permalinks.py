"""Permanent links: they lead to what was cited, and say so where it no longer holds."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets import amendments, recompute
from targets.models import Snapshot, Target
from tests.reading import links, text
from tests.targets.desk import Desk

LABEL = "固定链接（引用此状态）"
UNCHANGED = "固定链接：内容与引用时一致，至今没有变化。"
SUPERSEDED = "固定链接：内容与引用时一致，但已不是最新情况。"
DIFFERENT = "固定链接：内容与引用时不一致。"
OVERVIEWS = ("/", "/targets/", "/dashboard/")
CODE = "high-tech-enterprises"
DETAIL = f"/targets/{CODE}/"
Address = tuple[str, dict[str, str]]


@pytest.fixture
def reader(browse: Callable[[str], Client]) -> Client:
    """Somebody who may open every page."""
    return browse("demo-harbin")


def cite(client: Client, path: str, **asked: Any) -> Address:
    """The permanent link that a page offers."""
    page = client.get(path, asked)
    assert page.status_code == 200, page.content
    return path, links(page, "question")[LABEL]


def said(client: Client, address: Address) -> str:
    page = client.get(*address)
    assert page.status_code == 200, page.content
    assert "state" not in str([found for name, found in links(page, "question").items() if name != LABEL])
    return text(page)


def yesterday() -> str:
    return (timezone.localdate() - timedelta(days=1)).isoformat()


def correct(desk: Desk, **values: Any) -> None:
    given = {"target": CODE, "year": 2020, "value": "1940", "reason": "复核后更正", "cause": "error"}
    desk.in_state("approved", **(given | values))


@pytest.mark.parametrize("path", [*OVERVIEWS, DETAIL])
def test_a_link_of_today_says_all_and_holds(reader: Client, path: str) -> None:
    address = cite(reader, path)
    assert list(address[1]) == ["as_of_year", "known_by", "state"]
    assert (address[1]["as_of_year"], address[1]["known_by"]) == ("2020", timezone.localdate().isoformat())
    told = said(reader, address)
    assert UNCHANGED in told
    assert not {SUPERSEDED, DIFFERENT, LABEL} & set(told.split())


@pytest.mark.parametrize(
    ("path", "own"),
    [("/targets/", {"goal": "1", "status": "achieved"}), ("/targets/rd-intensity/", {"basis": "first"})],
)
def test_filters_and_basis_stay_in_the_link(reader: Client, path: str, own: dict[str, str]) -> None:
    address = cite(reader, path, **own, utm="x", kind="")
    assert list(address[1]) == ["as_of_year", "known_by", *own, "state"]
    assert UNCHANGED in said(reader, address)


def test_what_is_known_since_is_named_with_old_and_new(reader: Client) -> None:
    address = cite(reader, "/targets/", as_of_year=2019, known_by="2021-12-31")
    assert address[1]["known_by"] == "2021-12-31"
    told = said(reader, address)
    assert SUPERSEDED in told
    assert "截至 2019 年，按今天所知有 1 项指标与本页不同" in told
    change = "研究与试验发展经费投入强度：本页 暂无法评估，2019 年为 1.08%；现在 出现倒退，2019 年为 1.08%"
    assert change in told
    assert links(reader.get(*address), "question")["看按今天所知的情况"] == {"as_of_year": "2019"}


@pytest.mark.parametrize("path", [*OVERVIEWS, DETAIL])
def test_a_correction_supersedes_links_of_earlier_days_and_undoes_those_of_its_own(
    reader: Client, desk: Desk, path: str
) -> None:
    before, same_day = cite(reader, path, known_by=yesterday()), cite(reader, path)
    assert UNCHANGED in said(reader, before)
    correct(desk)
    told = said(reader, before)
    assert SUPERSEDED in told
    assert "国家级高新技术企业：本页 已完成，2020 年为 1,932 家；现在 已完成，2020 年为 1,940 家" in told
    told = said(reader, same_day)
    assert DIFFERENT in told
    assert "本页现在显示的是重新计算的结果，不是引用时的内容。" in told
    assert "与本页不同" not in told
    again = cite(reader, *same_day[:1], **same_day[1])
    assert again[1] == same_day[1] | {"state": again[1]["state"]}
    assert UNCHANGED in said(reader, again)


def test_a_link_cites_what_the_page_shows(client: Client, target: Callable[[str], Target]) -> None:
    shown = Snapshot.objects.filter(target=target(CODE), as_of_year=2020, view="approved")
    for path in ("/targets/", DETAIL):
        shown.update(value=Decimal(1900))
        wrong = cite(client, path)
        assert DIFFERENT in said(client, wrong)
        shown.update(value=Decimal(1932))
        assert UNCHANGED in said(client, cite(client, path))


def test_a_link_of_today_leaves_out_what_is_dated_later(client: Client, target: Callable[[str], Target]) -> None:
    now, tomorrow = timezone.now(), timezone.localdate() + timedelta(days=1)
    of_tomorrow = {"known_from": tomorrow, "sequence": 999, "state": "approved", "origin": "loaded"}
    target(CODE).figures.create(year=2020, value=Decimal(1950), created_at=now, submitted_at=now, **of_tomorrow)
    recompute.want([target(CODE).pk], rings=False)
    for path in ("/targets/", DETAIL):
        assert "1,950" in text(client.get(path))
        told = said(client, cite(client, path))
        assert SUPERSEDED in told
        assert "本页 已完成，2020 年为 1,932 家；现在 已完成，2020 年为 1,950 家" in told


def test_an_amended_target_supersedes(
    reader: Client, people: dict[str, User], target: Callable[[str], Target]
) -> None:
    address = cite(reader, DETAIL, known_by=yesterday())
    decision = {"new_value": "1200", "decided_on": date(2018, 10, 1), "document": "通知〔2018〕20号", "reason": "调整"}
    amendments.target_amend(by=people["demo-admin"], target=target(CODE), **decision)
    told = said(reader, address)
    assert SUPERSEDED in told
    assert "本页 已完成，2020 年为 1,932 家，目标 1,100 家；现在 已完成，2020 年为 1,932 家，目标 1,200 家" in told


def test_what_changed_beside_status_and_value_is_told_as_such(reader: Client, desk: Desk) -> None:
    address = cite(reader, DETAIL, known_by=yesterday())
    correct(desk, year=2015, value="700")
    told = said(reader, address)
    assert "本页 已完成，2020 年为 1,932 家；现在 状态和数值相同，基期、应达值或提示有变" in told


def test_another_digest_is_not_what_was_cited(seeded: Plan, client: Client) -> None:
    path, asked = cite(client, DETAIL, as_of_year=2019)
    assert DIFFERENT in said(client, (path, asked | {"state": "0" * 12}))
    assert DIFFERENT in said(client, (path, asked | {"as_of_year": "2020"}))
    assert DIFFERENT in said(client, ("/targets/incubators/", asked))


@pytest.mark.parametrize("path", [*OVERVIEWS, DETAIL])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"state": "xyz"}, "“xyz”不能用作 state，应为 12 位小写的十六进制数字。"),
        ({"state": "0" * 13}, "12 位"),
        ({"state": "ABCDEF012345"}, "12 位"),
        ({"state": "０１２３４５６７８９ab"}, "12 位"),
        ({"known_by": ""}, "state 须与 as_of_year 和 known_by 同用"),
        ({"as_of_year": ""}, "state 须与 as_of_year 和 known_by 同用"),
        ({"view": "reported", "known_by": ""}, "“含待审核”的视图只有当前情况，没有固定链接"),
    ],
)
def test_a_state_that_cannot_be_looked_up_is_a_400_page(
    reader: Client, path: str, asked: dict[str, str], words: str
) -> None:
    page = reader.get(path, {"as_of_year": "2019", "known_by": "2021-12-31", "state": "0123456789ab"} | asked)
    assert page.status_code == 400
    assert words in text(page)


@pytest.mark.parametrize("path", [*OVERVIEWS, DETAIL])
def test_no_link_is_offered_to_what_does_not_stay(reader: Client, path: str) -> None:
    for asked in ({"view": "reported"}, {"known_by": "2099-01-01"}):
        assert LABEL not in text(reader.get(path, asked))


def test_no_link_is_offered_while_newer_data_are_pending(
    seeded: Plan, client: Client, target: Callable[[str], Target], settings: Any
) -> None:
    recompute.want([target(CODE).pk], rings=False)
    settings.REDIS_URL = "redis://nowhere.invalid:1/0"
    assert LABEL not in text(client.get("/targets/"))
    settings.REDIS_URL = ""
    assert LABEL in text(client.get("/targets/"))


def test_links_on_the_page_carry_the_question_and_not_the_state(reader: Client) -> None:
    carried = urlencode({"as_of_year": "2019", "known_by": "2021-12-31"}).replace("&", "&amp;")
    for path in (*OVERVIEWS, "/targets/rd-intensity/"):
        address = cite(reader, path, as_of_year=2019, known_by="2021-12-31")
        html = reader.get(*address).content.decode()
        assert (f'href="/targets/rd-intensity/?{carried}"' in html) == (path in OVERVIEWS)
        assert not re.search(r'href="[^"]*state=', html)
