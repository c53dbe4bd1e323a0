"""The plan can be read, with its text or without it, and every place that anything names leads there and back."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any

from django.test import Client

from planportal.plan.models import Plan
from planportal.plan.official_text import text_load
from planportal.portal.plan_outline import outline_of
from planportal.portal.plan_places import Kind, items_of
from targets.models import Target
from tests.plan.test_parse_plan_command import PLAN_SOURCE

# What a part's page has beside the words of the plan: notes of ours, captions, the ways to other parts.
NOT_PRINTED = re.compile(
    r'<p class="plan-text__(?:note|others)">.*?</p>|<nav class="pagination.*?</nav>|'
    r"<caption.*?</caption>|<thead>.*?</thead>",
    re.DOTALL,
)


def page_of(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def parts_of(client: Client, plan: Plan) -> dict[str, str]:
    return {part.code: page_of(client, f"/plan/{part.code}/") for part in outline_of(plan)}


def refuse_broken_places(client: Client, plan: Plan) -> None:
    """Fails unless each place has its line on the page of its part, and a link from there to what it is about."""
    pages = parts_of(client, plan)
    for code, page in pages.items():
        lines = re.findall(r'id="(line-\d+)"', page)
        assert len(lines) == len(set(lines)), code
    broken = [
        str(item)
        for item in items_of(plan)
        if f'id="line-{item.place.line}"' not in pages[item.place.part]
        or f'href="{escape(item.address)}"' not in pages[item.place.part]
    ]
    assert broken == []


def printed_on(page: str) -> str:
    """The plan's own words on a page, without white space."""
    article = page.split('<article class="plan-text">')[1].split("</article>", maxsplit=1)[0]
    return "".join(unescape(re.sub(r"<[^>]*>", "", NOT_PRINTED.sub("", article))).split())


def refuse_lost_words(client: Client, plan: Plan, text: str) -> None:
    """Fails unless the parts, one after the other, are the whole text from the first of them on."""
    preamble, *_ = outline_of(plan)
    printed = "".join("".join(text.split("\n")[preamble.line - 1 :]).split())
    shown = "".join(printed_on(page) for page in parts_of(client, plan).values())
    first = next((at for at, (one, other) in enumerate(zip(shown, printed, strict=False)) if one != other), None)
    assert first is None, f"{shown[first - 20 : first + 20]} should be {printed[first - 20 : first + 20]}"
    assert len(shown) == len(printed)
    assert "".join(text.partition("\n")[0].split()) in page_of(client, "/plan/")


def test_without_the_text_every_place_is_there_all_the_same(client: Client, seeded: Plan) -> None:
    assert len(items_of(seeded)) == 5 + 13 + 8 + 8 + 41 + 13 + 362 + 7 + 51
    refuse_broken_places(client, seeded)
    goals = page_of(client, "/plan/chapter-2/")
    assert "本站没有载入规划原文" in goals
    assert "登记科技成果达到1800项</a>" in goals
    assert 'href="#line-57">三、发展目标</a>' in goals
    annex = page_of(client, "/plan/annex-1/")
    assert annex.count('scope="rowgroup"') == 8
    contents = page_of(client, "/plan/")
    assert "manage.py load_plan_text FILE" in contents
    assert seeded.source_sha256 in contents
    assert "目标群 5 · 目标指标 13" in contents


def test_with_the_text_every_word_is_there_and_every_place_is_linked(
    client: Client, sample_plan: Plan, text: bytes
) -> None:
    text_load(plan=sample_plan, source=text)
    refuse_broken_places(client, sample_plan)
    refuse_lost_words(client, sample_plan, text.decode())
    goals = page_of(client, "/plan/chapter-2/")
    assert "坚持&lt;script&gt;测试&lt;/script&gt;&amp;amp;。" in goals
    assert '>技术合同成交额达到80亿元</a>，<a href="/targets/high-tech-value-added-share/">' in goals
    fields = page_of(client, "/plan/chapter-3/")
    assert re.search(r'依托<a href="[^"]*">辛大学燃烧国家工程实验室</a>研究基础优势', fields)
    annex = page_of(client, "/plan/annex-1/")
    assert '<td class="plan-table__number">266 .</td>' in annex
    assert re.search(r"<span id=\"line-\d+\">新</span><span id=\"line-\d+\">材</span>料</a>", annex)
    contents = page_of(client, "/plan/")
    assert "SHA-256 相符" in contents
    assert "load_plan_text" not in contents


def test_what_names_a_place_leads_to_its_line(
    browse: Callable[[str], Client], client: Client, seeded: Plan, target: Callable[[str], Target]
) -> None:
    link = '<a href="/plan/chapter-2/#line-61">规划第二章 三</a>'
    assert link in page_of(client, "/targets/rd-intensity/")
    assert link in page_of(browse("demo-staff"), "/workspace/registered-results/2018/")
    assert '<a href="/plan/chapter-3/#line-87">规划第三章 一</a>' in page_of(client, "/fields/new-materials/")
    Target.objects.update(line=None)
    assert "规划第二章 三</footer>" in page_of(client, "/targets/rd-intensity/")


def test_parts_follow_each_other_and_others_are_not_there(client: Client, seeded: Plan) -> None:
    ways = {
        code: re.findall(r'rel="(prev|next)" href="/plan/([\w-]+)/"', page)
        for code, page in parts_of(client, seeded).items()
    }
    codes = list(ways)
    assert codes == [*(f"chapter-{number}" for number in range(1, 9)), "annex-1", "annex-2", "annex-3"]
    assert ways["chapter-1"] == [("next", "chapter-2")]
    assert ways["annex-1"] == [("prev", "chapter-8"), ("next", "annex-2")]
    assert ways["annex-3"] == [("prev", "annex-2")]
    for absent in ("chapter-9", "annex-0", "x"):
        page_of(client, f"/plan/{absent}/", status=404)


def test_a_part_of_many_rows_asks_as_often_as_one_of_few(
    client: Client, sample_plan: Plan, text: bytes, django_assert_num_queries: Callable[[int], Any]
) -> None:
    text_load(plan=sample_plan, source=text)
    for part in ("annex-1", "annex-2", "chapter-2", "chapter-4"):
        with django_assert_num_queries(3 + len(Kind)):
            page_of(client, f"/plan/{part}/")
    with django_assert_num_queries(3 + len(Kind)):
        page_of(client, "/plan/")


def test_in_english_the_plan_stays_chinese_and_says_so(client: Client, sample_plan: Plan, text: bytes) -> None:
    text_load(plan=sample_plan, source=text)
    client.cookies["language"] = "en"
    page = page_of(client, "/plan/chapter-2/")
    assert "<title>Chapter 2 蓝图" in page
    assert 'class="plan-text__line" lang="zh-Hans"' in page
    assert '<h1 lang="zh-Hans">' in page


if PLAN_SOURCE.is_file():

    def test_the_official_text_is_shown_whole_and_linked_both_ways(client: Client, seeded: Plan) -> None:
        source = PLAN_SOURCE.read_bytes()
        text_load(plan=seeded, source=source)
        refuse_broken_places(client, seeded)
        refuse_lost_words(client, seeded, source.decode())
