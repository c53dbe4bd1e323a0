"""What a public site owes: whose it is and how it is registered, how to cite it, what robots are told."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from planportal.plan.models import Plan
from planportal.portal.site import MINISTRY_REGISTRY
from tests.portal.test_settings import GOOD, start
from tests.reading import text

RECORDS = {
    "SITE_ICP": "黑ICP备12345678号-1",
    "SITE_POLICE": "黑公网安备 23010202010001号",
    "SITE_CODE": "2300000001",
    "SITE_EMAIL": "plan@example.gov.cn",
    "SITE_PHONE": "0451-12345678",
    "SITE_LICENCE": "署名 4.0",
    "SITE_LICENCE_URL": "https://example.org/by/4.0/",
}


def footer(client: Client, address: str = "/fields/") -> str:
    return unescape(client.get(address).content.decode().split('<footer class="site-footer">')[1])


def test_the_footer_says_what_is_set_and_nothing_of_what_is_not(client: Client, seeded: Plan, settings: Any) -> None:
    bare = footer(client)
    assert "主办单位：黑龙江省科学技术厅" in bare
    assert "请与主办单位联系" in bare
    assert not re.search(r"beian|备案|标识码|mailto|电话|site-footer__records", bare)
    for name, value in RECORDS.items():
        setattr(settings, name, value)
    full = footer(client)
    assert f'<a href="{MINISTRY_REGISTRY}" rel="external noopener">黑ICP备12345678号-1</a>' in full
    assert 'href="https://beian.mps.gov.cn/#/query/webSearch?code=23010202010001"' in full
    assert "网站标识码：2300000001" in full
    assert "请与主办单位联系 · 电话 0451-12345678 · " in full
    assert '<a href="mailto:plan@example.gov.cn">' in full


def test_the_footer_leads_to_what_every_reader_may_ask(client: Client, seeded: Plan) -> None:
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', footer(client))
    names = [name for _address, name in links]
    wanted = ["关于本站", "数据下载", "更正记录", "计算方法", "数据接口", "纠错"]
    assert [name for name in names if name in wanted] == wanted
    assert {client.get(address).status_code for address, name in links if name in wanted} == {200}


@pytest.mark.parametrize(
    "wrong",
    [
        {"SITE_ICP": "12345678"},
        {"SITE_ICP": "黑ICP备号"},
        {"SITE_POLICE": "黑公网安备2301号"},
        {"SITE_CODE": "23000000011"},
        {"SITE_CODE": "bm123"},
        {"SITE_EMAIL": "nobody"},
        {"SITE_PHONE": "call me"},
        {"SITE_LICENCE": "署名 4.0", "SITE_LICENCE_URL": "javascript:alert(1)"},
        {"SITE_LICENCE_URL": "https://example.org/"},
    ],
    ids="".join,
)
def test_a_wrong_record_stops_the_start_and_names_itself(wrong: dict[str, str]) -> None:
    done = start(**GOOD, **wrong)
    assert done.returncode == 1
    assert re.search(r"SITE_\w+(=.* is not usable: allowed | is missing)", done.stderr)
    assert list(wrong)[-1] in done.stderr
    assert "Traceback" not in done.stderr


def test_right_records_start(seeded: Plan) -> None:
    assert start(**GOOD, **RECORDS).returncode == 0
    assert start(**GOOD, SITE_ICP="京ICP证030173号", SITE_CODE="bm05000001").returncode == 0


def test_the_licence_is_said_where_the_data_are(client: Client, seeded: Plan, settings: Any) -> None:
    for address in ("/about/", "/data/"):
        assert "本站没有另行规定许可" in client.get(address).content.decode()
    settings.SITE_LICENCE, settings.SITE_LICENCE_URL = RECORDS["SITE_LICENCE"], RECORDS["SITE_LICENCE_URL"]
    for address in ("/about/", "/data/"):
        page = client.get(address).content.decode()
        assert '<a href="https://example.org/by/4.0/" rel="license">署名 4.0</a>' in page
        assert "本站没有另行规定许可" not in page


CITATION = re.compile(
    r"黑龙江省科学技术厅\. ([^<]+?)\[([ED])[BS]/OL\]\. \(\d{4}-\d\d-\d\d\)\[\d{4}-\d\d-\d\d\]\. (http\S+)\.<"
)


def test_what_is_cited_is_there_and_a_target_as_it_was(client: Client, seeded: Plan) -> None:
    cited = {
        # For the screen it can be opened, and it stands a second time for paper.
        address: list(dict.fromkeys(CITATION.findall(unescape(client.get(address).content.decode()))))
        for address in ("/about/", "/targets/incubators/", "/fields/new-materials/", "/data/")
    }
    assert {address: len(found) for address, found in cited.items()} == {
        "/about/": 3,
        "/targets/incubators/": 1,
        "/fields/new-materials/": 1,
        "/data/": 1,
    }
    assert cited["/data/"][0][1] == "D"
    [(title, _mark, kept)] = cited["/targets/incubators/"]
    assert title == f"科技企业孵化器——{seeded.title}进展"
    _site, state, figure = (address for _title, _mark, address in cited["/about/"])
    for permanent in (kept, state):
        assert "固定链接：内容与引用时一致" in text(client.get(permanent))
    for _title, _mark, address in (each for found in cited.values() for each in found):
        assert client.get(address).status_code == 200
    assert re.fullmatch(r"http://testserver/targets/[-\w]+/figures/\d+/", figure)


def test_robots_are_kept_from_peoples_work_and_from_endless_addresses(client: Client, empty: None) -> None:
    """Also before a plan is loaded, and once for all plans."""
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    for path in ("/workspace/", "/review/", "/manage/", "/accounts/", "/notices/", "/search/?", "/p/*/manage/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /targets/*/what-if/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert not {f"Disallow: {path}" for path in ("/", "/targets/", "/search/", "/correction/", "/api/")} & set(lines)
    assert client.get("/favicon.ico").status_code == 204
    assert client.post("/robots.txt").status_code == 405
