"""The search page: what it answers, filters and refuses, and where it leads when nothing is found."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.plan.models import Plan
from planportal.search.found import KINDS
from planportal.search.indexing import index
from planportal.search.models import IndexVersion, Miss
from planportal.search.searching import search
from tests.reading import text
from tests.targets.test_second_plan import second

__all__ = ["second"]  # a fixture

SEARCH = "/search/"


def asked(client: Client, *, status: int = 200, root: str = "", **query: Any) -> str:
    response: HttpResponse = client.get(f"{root}{SEARCH}", query)
    assert response.status_code == status, response.content
    return response.content.decode()


def titles(page: str) -> list[str]:
    """The results' titles, their marks as 【】."""
    found = re.findall(r'<h2 class="result__title"><a href="[^"]+">(.*?)</a>', page, re.DOTALL)
    return [unescape(title.replace("<mark>", "【").replace("</mark>", "】")) for title in found]


def chips(page: str) -> dict[str, tuple[int, bool, dict[str, str]]]:
    """By the label of a kind: its count, whether it is chosen, and what its link asks; nothing where it is no link."""
    inside = re.findall(r'<nav class="switch".*?</nav>', page, re.DOTALL)[0]
    found = re.findall(r'<(?:a href="([^"]*)"|span class="search-kind")(.*?)>(\S+) <span class="count">(\d+)', inside)
    return {
        label: (
            int(count),
            "aria-current" in more,
            {k: v[0] for k, v in parse_qs(urlsplit(unescape(at)).query).items()},
        )
        for at, more, label, count in found
    }


def test_without_words_it_says_what_can_be_looked_for_and_every_example_finds_something(
    client: Client, seeded: Plan
) -> None:
    for page in (asked(client), asked(client, q="  "), asked(client, q="\u3000\u200b")):
        assert "<h1>在规划中查找</h1>" in page
        assert page.count("noindex") == 1
        assert "数据更新于" in page
    linked = [unescape(at) for at in re.findall(r'<li><a href="(/search/\?q=[^"]+)"', page)]
    assert len(linked) == 6
    assert [at for at in linked if not titles(client.get(at).content.decode())] == []


def test_it_says_which_words_were_too_many_and_that_hits_have_only_pieces(client: Client, seeded: Plan) -> None:
    page = asked(client, q="石墨 电极 材料 石墨电 墨电 墨电极 极材 极材料 水稻 玉米")
    assert titles(page) == ["【石墨电极材料】"]
    assert "词太多，没有查找：水稻 玉米</p>" in page
    partial = "没有完全一致的，以下含有其中的词。"
    pieces = asked(client, q="保藏加工淀粉")
    assert partial in pieces
    assert titles(pieces)
    assert partial not in page
    assert "没有查找" not in pieces


def test_results_are_counted_marked_and_labelled(client: Client, seeded: Plan) -> None:
    page = asked(client, q="石墨")
    found = search(seeded, "石墨")
    assert f'<h1 class="search-sentence">“石墨”：找到 {found.count} 项</h1>' in page
    assert f"<title>“石墨”：找到 {found.count} 项 · " in page
    assert page.count('<meta name="robots" content="noindex">') == 1
    assert 'name="q" maxlength="100" value="石墨"' in page
    assert "【石墨】" in titles(page)[0]
    assert len(titles(page)) == found.count
    assert [unescape(at) for at in re.findall(r'result__title"><a href="([^"]+)"', page)] == [
        hit.address for hit in found.hits
    ]
    labels = dict(zip(titles(page), re.findall(r'result__label">(.*?)<', page), strict=True))
    assert labels["【石墨】电极材料"] == "研发方向 · 规划附件1 第 33 项"
    assert labels["【石墨】产业技术创新联盟（国家）"] == "联盟 · 规划附件3 第 15 项"
    for query, cited in (("加强应用基础研究", "第六章 一"), ("科技创新优先领域", "第三章"), ("附件1", "附件1")):
        headings = re.findall(r'result__label">规划章节 · (.*?)<', asked(client, q=query, kind="page"))
        assert headings[0] == f"规划{cited}"
    [target] = re.findall(r'result__label">(.*?)<', asked(client, q="研发投入"))
    assert target.startswith("指标 · 规划第二章")


def test_what_means_the_same_is_said_to_be_looked_for_too(client: Client, seeded: Plan) -> None:
    page = asked(client, q="研发投入")
    also = search(seeded, "研发投入").also
    assert also
    assert f"同时查找了：{'、'.join(also)}</p>" in unescape(page)
    assert "研究与试验发展经费投入强度" in re.sub("[【】]", "", titles(page)[0])


def test_kinds_are_links_with_counts_and_keep_words_and_field(client: Client, seeded: Plan) -> None:
    page = asked(client, q="材料", kind="direction", field="new-materials")
    shown = chips(page)
    assert len(shown) == 1 + len(KINDS)
    found = search(seeded, "材料", field="new-materials")
    assert shown["全部"] == (found.count, False, {"q": "材料", "field": "new-materials"})
    assert shown["研发方向"] == (
        found.counts["direction"],
        True,
        {"q": "材料", "kind": "direction", "field": "new-materials"},
    )
    nothing = {label for label, (count, _, leads_to) in shown.items() if not count and not leads_to}
    assert nothing == {label for label, (count, *_) in shown.items() if not count} != set()
    assert "（只看：研发方向、新材料）</h1>" in page
    offered = dict(re.findall(r'<option value="([a-z-]+)"[^>]*>(.*?)</option>', page))
    assert '<option value="new-materials" selected>' in page
    for field in seeded.fields.all():
        count = search(seeded, "材料", kind="direction", field=field.code).count
        assert offered.get(field.code, "").partition("（")[2] == (f"{count}）" if count else "")
    assert 0 < len(offered) < seeded.fields.count()
    nowhere = asked(client, q="石墨", kind="platform", field="biotechnology")
    assert re.findall(r'<option value="[a-z-]+".*?</option>', nowhere) == [
        '<option value="biotechnology" selected>生物（0）</option>'
    ]
    assert 'type="hidden" name="kind" value="direction"' in page


def test_long_lists_come_twenty_a_page_and_pages_keep_the_filters(client: Client, seeded: Plan) -> None:
    count = search(seeded, "技术", kind="direction").count
    assert count > 40
    first, second_page = (asked(client, q="技术", kind="direction", page=page) for page in (1, 2))
    assert len(titles(first)) == len(titles(second_page)) == 20
    assert not set(titles(first)) & set(titles(second_page))
    assert f"第 2 页，共 {-(-count // 20)} 页、{count} 项" in second_page
    assert re.search(r'rel="next" href="\?q=[^"&]+&amp;kind=direction&amp;page=2"', first)
    assert '<ol class="results" start="21">' in second_page
    assert "项（只看：研发方向） 第 2 页 · " in second_page


def test_no_result_says_so_and_leads_on(client: Client, seeded: Plan) -> None:
    page = asked(client, q="zzzz")
    assert "“zzzz”：没有找到</h1>" in page
    assert 'class="switch"' not in page
    assert {"/targets/", "/fields/", "/directions/", "/alliances/", "/platforms/"} <= set(
        re.findall(r'href="([^"]+)"', page.split('id="try"')[1])
    )
    assert titles(page) == []


def test_without_an_index_nothing_is_called_missing(client: Client, seeded: Plan) -> None:
    IndexVersion.objects.all().delete()
    page = asked(client, q="石墨", kind="direction")
    assert '<h1 class="search-sentence">本站正在准备检索，请稍后再试</h1>' in page
    assert "没有找到" not in page
    assert 'href="/directions/"' in page
    assert 'id="try"' not in page
    assert client.get("/api/v1/search/", {"q": "石墨"}).json()["results"] == []
    assert not Miss.objects.exists()


@pytest.mark.parametrize(("query", "parts"), [("石墨 zzzz", ["石墨"]), ("石墨嚞机器人", ["石墨", "机器", "器人"])])
def test_no_result_names_the_parts_that_find_something(
    client: Client, seeded: Plan, query: str, parts: list[str]
) -> None:
    inside = asked(client, q=query).split('id="parts"')[1].split("</section>")[0]
    found = re.findall(r'<a href="([^"]+)">(.*?)</a> <span class="count">(\d+)', inside)
    assert [part for _, part, _ in found] == parts
    for address, part, count in found:
        assert f"“{part}”：找到 {count} 项" in client.get(f"{SEARCH}{unescape(address)}").content.decode()


def test_filters_that_leave_nothing_lead_to_everything(client: Client, seeded: Plan) -> None:
    page = asked(client, q="石墨", kind="platform")
    assert "“石墨”：没有找到（只看：平台）</h1>" in page
    count = search(seeded, "石墨").count
    assert f"不加筛选有 {count} 项" in page
    assert chips(page)["全部"] == (count, False, {"q": "石墨"})
    assert 'id="try"' not in page


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"q": "石" * 101}, "查找的文字有 101 个字，最多 100 个"),
    ({"q": "石墨", "kind": "city"}, "“city”不能用作 kind，可用：target（目标指标）、field（优先领域）、"),
    ({"q": "石墨", "field": "old-materials"}, "“old-materials”不能用作 field，可用：new-materials（新材料）、"),
    ({"q": "石墨", "page": "x"}, "“x”不是页码"),
    ({"q": "石墨", "page": "0"}, "“0”不是页码"),
    ({"q": "石墨", "page": "1" * 40}, "”不是页码"),
    ({"kind": "city"}, "“city”不能用作 kind"),
)


def test_what_it_does_not_know_is_refused_in_words(client: Client, seeded: Plan) -> None:
    for query, said in REFUSED:
        refused = asked(client, status=400, **query)
        assert said in refused
        assert "年份" not in refused
    assert "没有第 99 页，共 1 页" in asked(client, status=404, q="石墨", page="99")
    assert client.post(SEARCH, {"q": "石墨"}).status_code == 405


ODD = ("<script>alert(1)</script>", "' OR 1=1 --", "%_%", '"><b>石墨', "\\", "🙂", "a" * 100, "石墨 " * 20, "*()[]")


def test_whatever_is_typed_is_shown_as_text(client: Client, seeded: Plan) -> None:
    for query in ODD:
        page = asked(client, q=query)
        assert "<script>alert" not in page
        assert "<b>" not in page
        assert query.strip() in unescape(page)


def test_in_english_only_names_are_chinese(client: Client, seeded: Plan) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for query, words in (
        ({"q": "shimo"}, r"“shimo”: \d+ found</h1>"),
        ({"q": "zzzq"}, "nothing found</h1>"),
        ({}, ""),
    ):
        page = asked(client, **query)
        assert re.search(words, page)
        named = ("简体中文", settings.SITE_OWNER, settings.SITE_CONTACT)
        ours = re.sub("|".join((*named, r'<ol class="results"(?s:.*?)</ol>')), "", page)
        assert re.findall(r"[\u4e00-\u9fff]+", ours) == []


def test_another_plan_finds_its_own(client: Client, second: Plan) -> None:
    index(second)
    page = asked(client, root="/p/next-plan", q="合成生物")
    addresses = re.findall(r'result__title"><a href="([^"]+)"', page)
    assert titles(page)[0] == "【合成生物】"
    assert [at for at in addresses if not at.startswith("/p/next-plan/")] == []
    assert "没有找到" in asked(client, root="/p/next-plan", q="石墨电极")
    assert 'action="/p/next-plan/search/"' in page


def test_many_results_ask_as_many_queries_as_few(client: Client, seeded: Plan) -> None:
    asked_for = []
    for query in ("石墨电极材料", "技术"):
        asked(client, q=query, kind="direction")
        with CaptureQueriesContext(connection) as queries:
            page = asked(client, q=query, kind="direction")
        asked_for.append((len(titles(page)), len(queries)))
    assert [count for count, _ in asked_for] == [1, 20]
    assert len({number for _, number in asked_for}) == 1


def test_every_page_has_a_search_box_that_needs_no_script(client: Client, seeded: Plan) -> None:
    for address in ("/", "/targets/", "/accounts/login/", "/search/?q=石墨&kind=x", "/nowhere/"):
        page = client.get(address).content.decode()
        assert re.search(r'<form class="search[^"]*" role="search" aria-label="[^"]+" action="/search/"', page)
        assert page.count('data-key="/"') == 1


def test_a_lost_reader_is_offered_the_words_of_the_address(client: Client, seeded: Plan) -> None:
    for address, words in (("/fields/石墨-电极.html", "石墨 电极"), ("/directions/9999/", ""), ("/x/<b>/", "b")):
        page = client.get(address)
        assert page.status_code == 404
        assert re.findall(r'id="lost-search"[^>]* value="([^"]*)"', page.content.decode()) == [words]


def test_the_home_page_offers_search_with_examples(client: Client, seeded: Plan) -> None:
    said = text(client.get("/"))
    assert re.search(r"在规划中查找.*石墨 两个字就可以.*规划写了什么", said)
