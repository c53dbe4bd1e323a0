"""Pages of errors: what happened, what was meant, where to go on; too much that was sent is told with the limit."""

import logging
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from planportal.plan.models import Plan
from planportal.portal.public_pages import PUBLIC_PAGES
from planportal.web import error_pages
from targets.models import Figure


class Uncollected(ManifestStaticFilesStorage):
    """As a manifest that knows no file."""

    manifest_name = "none.json"


ENTRY = "/workspace/high-tech-enterprises/2017/"
TYPED = {"value": "929", "source": "年度统计", "note": "别丢", "action": "draft"}
Browse = Callable[[str], Client]


def files(count: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{number}.pdf", b"x") for number in range(count)]


@pytest.mark.parametrize(
    ("limit", "given", "words"),
    [
        ({"DATA_UPLOAD_MAX_NUMBER_FILES": 12}, {"attachments": files(13)}, "文件超过 12 个"),
        ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 3}, {}, "栏目超过 3 项"),
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 2048}, {"reason": "长" * 2000}, "最多 2.0\xa0KB"),
    ],
)
@pytest.mark.parametrize("username", ["demo-staff", ""])
def test_too_much_is_refused_with_the_limit(
    as_person: Browse,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    username: str,
    limit: dict[str, int],
    given: dict[str, Any],
    words: str,
) -> None:
    for name, most in limit.items():
        setattr(settings, name, most)
    caplog.set_level(logging.DEBUG, logger="planportal")
    answer = as_person(username).post(ENTRY, TYPED | given)
    page = re.sub(r"<[^>]+>", "", answer.content.decode())
    assert answer.status_code == 400
    assert words in page
    assert "没有保存任何内容" in page
    assert "请返回上一页" in page
    told = [(record.levelname, record.exc_info) for record in caplog.records]
    assert told == [("WARNING", None)]
    assert not Figure.objects.filter(state="draft").exists()


def test_a_whole_folder_chosen_by_mistake_costs_nothing_typed(browse: Browse) -> None:
    answer = browse("demo-staff").post(ENTRY, TYPED | {"attachments": files(150)})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert answer.context["form"]["note"].value() == "别丢"
    assert "连同已附的共有 150 份佐证材料，每条数据最多 10 份" in page
    assert "9.pdf等 150 个文件" in page
    assert "10.pdf" not in page


@pytest.mark.parametrize(
    ("address", "told", "near"),
    [
        ("/targets/rd-intensty/", "没有代码为“rd-intensty”的指标。", "/targets/rd-intensity/"),
        ("/targets/INCUBATOR/what-if/", "没有代码为“INCUBATOR”的指标。", "/targets/incubators/"),
        ("/fields/new-material/", "没有代码为“new-material”的优先领域。", "/fields/new-materials/"),
        ("/cities/23010/", "没有行政区划代码为“23010”的市（地）。", "/cities/230100/"),
        ("/directions/400/", "研发方向共 362 个，没有 400 号。", "/directions/362/"),
        ("/alliances/0/", "联盟共 51 个，没有 0 号。", "/alliances/1/"),
        ("/platforms/8/", "平台共 7 个，没有 8 号。", "/platforms/7/"),
        ("/targets/zzz/", "没有代码为“zzz”的指标。", ""),
        ("/target/incubators", "网址可能有误", "/targets/incubators/"),
        ("/feilds/none/", "网址可能有误", "/fields/none/"),
        ("/direction/", "网址可能有误", "/directions/"),
        ("/Search/", "网址可能有误", "/search/"),
        ("/institution/7/", "网址可能有误", "/institutions/7/"),
        ("/plans/", "网址可能有误", "/plan/"),
        ("/national-project/", "网址可能有误", "/national-projects/"),
        ("/corrections/", "网址可能有误", "/correction/"),
        ("/abuot/", "网址可能有误", "/about/"),
        ("/account/log-in/", "网址可能有误", "/accounts/login/"),
        ("/no-such-page/", "网址可能有误", ""),
        ("/directions/?page=99", "没有第 99 页，共 8 页。", ""),
        ("/p/none/", "没有代码为“none”的规划。", ""),
        ("/targets/incubators/figures/999999/", "网址可能有误", ""),
    ],
)
def test_a_page_that_is_not_there_tells_what_is_near_and_leads_on(
    client: Client, seeded: Plan, address: str, told: str, near: str
) -> None:
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f'<p class="lead">{told}' in page
    shown = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span class="muted">', page)
    assert (shown[:1] or [""])[0] == near
    assert f"/correction/?page={address.partition('?')[0]}" in page
    for part in ("/", "/targets/", "/directions/", "/alliances/", "/cities/"):
        assert f'<li><a href="{part}">' in page
    assert "请与主办单位联系" in page


def test_every_public_page_without_arguments_is_near_by_its_title(client: Client, seeded: Plan) -> None:
    for page in PUBLIC_PAGES:
        try:
            address = reverse(page.name)
        except NoReverseMatch:
            continue
        if address.count("/") == 2:
            answer = client.get(f"{address[:-1]}x/").content.decode()
            found = re.findall(rf'<li><a href="{address}">([^<]+)</a> <span class="muted">', answer)
            assert found, address
            assert "/" not in found[0]


def test_a_wrong_question_leads_to_the_page_without_it(client: Client, seeded: Plan) -> None:
    page = client.get("/targets/?as_of_year=x").content.decode()
    assert '<a href="/targets/">或者不带这些内容打开这一页</a>' in page
    assert '<h2 id="ways-on">' in page


def test_a_page_of_a_server_error_is_styled_and_can_be_reported(settings: Any) -> None:
    request = RequestFactory().get('/targets/"><script>/?as_of_year=2018&basis=first')
    settings.SITE_OWNER, settings.SITE_CONTACT = "某厅", "0451-12345678"
    page = error_pages.server_error(request).content.decode()
    sheet = re.search(r'<link rel="stylesheet" href="(/static/portal/portal[^"]*\.css)">', page)
    assert sheet
    assert sheet[1] == error_pages.static("portal/portal.css")
    reported = re.search(r'href="(/correction/\?page=[^"]+)"', page)
    assert reported
    given = parse_qs(urlsplit(unescape(reported[1])).query)["page"]
    assert given == ["/targets/%22%3E%3Cscript%3E/?as_of_year=2018&basis=first"]
    assert "主办单位：某厅，0451-12345678。" in page
    assert "<title>服务器出错 · 黑龙江省“十三五”科技创新规划进展</title>" in page
    # Nothing that may have failed is needed: no file was collected, no database is there.
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "tests.web.test_error_pages.Uncollected"}}
    bare = error_pages.server_error(request)
    assert bare.status_code == 500
    assert "stylesheet" not in bare.content.decode()
    assert "服务器出错" in bare.content.decode()
