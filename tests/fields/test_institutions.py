"""The pages of institutions and national projects: only what the plan says of them, place by place."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fields.models import Institution, NationalProject
from planportal.plan.models import Plan


def text_of(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_list_has_every_institution_with_fields_words_and_places(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/institutions/")
    assert "规划点名了 24 个单位：11 个写进 5 个领域，13 个在其他各处提到。" in page
    carrying, others = page.split("第三章依托或发挥优势的单位")[1].split("规划其他各处提到的单位")
    assert carrying.count('scope="row"') == 11
    assert re.search(r'18</td>.*?中国科学院</a></th>.*?href="/plan/chapter-1/#line-24".*?>4</td>', others, re.DOTALL)
    rows = re.findall(r'href="/institutions/(\d+)/">([^<]*)</a></th>(.*?)</tr>', page, re.DOTALL)
    assert [int(number) for number, _name, _row in rows] == list(range(1, 25))
    seventh = rows[6][2]
    assert (
        '<a href="/fields/next-generation-it/">新一代信息技术</a> <span class="tag">发挥优势、依托</span>' in seventh
    )
    assert re.findall(r">(\d+)</td>", seventh) == ["6"]


def test_an_institution_has_its_fields_every_other_place_and_its_laboratories(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/institutions/7/")
    assert "规划有 6 处提到它，把它写进 2 个领域。" in page
    assert "发挥哈尔滨工业大学信息技术领域研究基础优势" in page
    assert "依托哈尔滨工业大学基础优势" in page
    assert re.findall(r"规划(第.章 .)</a></footer>", page) == [
        "第三章 五",
        "第三章 五",
        "第三章 八",
        "第一章 一",
        "第六章 二",
        "第七章 四",
    ]
    assert "支持哈尔滨工业大学建设宇航科学与技术国家实验室" in page
    kin = page.split("它的实验室")[1].split("</ul>")[0]
    assert re.findall(r'href="/institutions/(\d+)/"', kin) == ["6", "9"]
    assert 'href="/national-projects/#next-generation-it-3"' in page
    assert 'href="/fields/livelihood-technology/#directions">民生科技的 30 个研发方向</a>' in page


def test_a_laboratory_leads_to_its_university(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/institutions/6/")
    kin = page.split("所属单位")[1].split("</ul>")[0]
    assert re.findall(r'href="/institutions/(\d+)/"', kin) == ["7"]
    assert "规划的正文没有在别处提到它。" in page
    assert ('rel="prev" href="/institutions/5/"' in page, 'rel="next" href="/institutions/7/"' in page) == (True, True)


def test_an_institution_of_no_field_has_every_place_that_names_it(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/institutions/18/")
    assert "规划有 4 处提到它，没有把它写进哪个领域。" in page
    assert page.count('<blockquote class="source-clause">') == 4
    assert "推动中国科学院生物航油技术" in page
    assert ("规划在哪里提到它" in page, "这些领域里还有" in page, "规划把它写进的领域" in page) == (True, False, False)


@pytest.mark.parametrize("address", ["/institutions/0/", "/institutions/25/", "/institutions/x/"])
def test_an_unknown_institution_is_404(client: Client, seeded: Plan, address: str) -> None:
    assert "没有这个页面" in text_of(client, address, status=404)


def test_every_project_has_its_own_place_on_the_page(client: Client, seeded: Plan) -> None:
    page = text_of(client, "/national-projects/")
    anchors = re.findall(r'<li class="projects__item" id="([\w-]+)"><h3>([^<]*)</h3>', page)
    wanted = [
        (f"{project.field.code}-{project.position}", project.name)
        for project in NationalProject.objects.select_related("field").order_by("field__number", "position")
    ]
    assert (anchors, len(anchors)) == (wanted, 8)
    assert "对接国家“深海空间站”项目" in page
    assert "规划有 4 个领域写明对接 8 个国家项目。" in page


def test_pages_ask_as_often_for_many_as_for_few(client: Client, seeded: Plan) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(client, address)
        return len(queries)

    assert asked("/institutions/7/") == asked("/institutions/1/")
    before = asked("/institutions/"), asked("/national-projects/")
    Institution.objects.filter(number__gt=2).delete()
    NationalProject.objects.filter(position__gt=1).delete()
    assert (asked("/institutions/"), asked("/national-projects/")) == before


def test_the_home_page_and_the_lists_beside_lead_there(client: Client, seeded: Plan) -> None:
    for address in ("/", "/alliances/", "/platforms/", "/fields/"):
        page = text_of(client, address)
        assert 'href="/institutions/"' in page
        assert 'href="/national-projects/"' in page
    entry = re.search(r'<a href="/alliances/"([^>]*)>联盟与平台', text_of(client, "/institutions/7/"))
    assert entry is not None
    assert 'aria-current="true"' in entry[1]


def test_a_plan_that_names_nobody_says_so(client: Client, seeded: Plan) -> None:
    Institution.objects.all().delete()
    NationalProject.objects.all().delete()
    assert "规划没有点名单位" in text_of(client, "/institutions/")
    assert "规划没有写明对接的国家项目" in text_of(client, "/national-projects/")
