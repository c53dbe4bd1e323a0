"""Pages in English: no Chinese but names, the plan's own words and what people wrote; the record is Chinese."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from planportal.accounts.models import AccountEvent, City, User
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent, Round, Task
from targets.models import Figure, FigureEvent
from tests.portal.test_translations import CATALOGUE
from tests.targets.desk import Desk
from tests.targets.test_city_map import collection
from tests.targets.test_freshness import PAGES

HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]")
CHINESE_RUN = re.compile(r"[^<>\"]{0,30}[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60][^<>\"]{0,30}")
HARBIN, QIQIHAR = "230100", "230200"
OURS = ("planportal.", "targets", "fields", "alliances", "platforms")
# Said in their own language on purpose: the way back to Chinese, the plan's words, and what the API answers.
ALWAYS_CHINESE = re.compile(r'<(button|a)\b[^>]*lang="zh-Hans".*?</\1>|<pre\b.*?</pre>|<!--.*?-->', re.DOTALL)
# As the data of a drawing write every character that is not of ASCII.
ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")


def stored_words() -> list[str]:
    """Every Chinese text that the database holds and the catalogue does not translate, longest first."""
    with CATALOGUE.open("rb") as file:
        translated = {entry.id for entry in read_po(file, locale="en") if entry.id}
    found: set[str] = {settings.SITE_OWNER, settings.SITE_CONTACT}
    for model in apps.get_models():
        if model.__module__.startswith(OURS):
            columns = [field.name for field in model._meta.fields if isinstance(field, CharField | TextField)]
            found |= {
                text for row in model._base_manager.values_list(*columns) for text in row if isinstance(text, str)
            }
    found -= translated
    for note, warnings in Figure.objects.values_list("note", "warnings"):
        found |= {note, *(warning["message"] for warning in warnings)}
    return sorted((text for text in found if HAN.search(text)), key=len, reverse=True)


def chinese_on(page: HttpResponse, words: list[str]) -> list[str]:
    """What a page says in Chinese beside the stored words, each with what stands around it."""
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), ALWAYS_CHINESE.sub("", page.content.decode()))
    text = unescape(text)
    for word in words:
        text = text.replace(word, "")
    return CHINESE_RUN.findall(text)


@pytest.fixture
def english(browse: Callable[[str], Client]) -> Callable[[str], Client]:
    """A person's browser that asked for English; "" is the public's."""

    def reading(username: str = "") -> Client:
        reader = browse(username) if username else Client()
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return reader

    return reading


Reader = Callable[..., Client]


def refuse_chinese(reader: Client, *addresses: str) -> None:
    """Fails with every address that says something in Chinese that it should not, and what."""
    words = stored_words()
    found = [f"{address}: {text}" for address in addresses for text in chinese_on(reader.get(address), words)]
    assert not found, "Chinese on English pages:\n" + "\n".join(found)


def test_public_pages_and_refusals_are_english(english: Reader, seeded: Plan) -> None:
    figure = Figure.objects.filter(target__code="high-tech-enterprises").latest("pk")
    known = [address.format(figure=figure.pk) for address, _ in PAGES.values() if address != "/dashboard/"]
    others = [
        "/targets/rd-intensity/what-if/?as_of_year=2018",
        "/targets/new-tech-firms/what-if/?as_of_year=2019&y2019=1&y2020=x",
        "/targets/?as_of_year=2018&known_by=2019-12-31&state=000000000000",
        "/targets/?as_of_year=2018&state=000000000000",
        "/targets/?state=x",
        "/cities/compare/?city=230100",
        "/cities/compare/?city=1&city=2",
        "/cities/?target=x",
        "/cities/?year=x",
        "/targets/rd-intensity/",
        "/targets/rd-intensity/?basis=first&as_of_year=2018&known_by=2019-12-31",
        "/targets/technology-contract-value/?as_of_year=2017",
        "/?as_of_year=2018",
        "/directions/?q=nothing",
        "/alliances/?q=nothing",
        "/targets/?kind=wrong",
        "/targets/?as_of_year=1900",
        "/targets/?page=x",
        "/accounts/login/",
        "/nowhere/",
    ]
    refuse_chinese(english(), *known, *others)


@pytest.fixture
def reported(api: Callable[..., APIClient]) -> list[str]:
    """Figures of two prefectures and the province, one corrected and one on another basis: their own addresses."""
    desk = Desk(api)
    firms = {"target": "high-tech-enterprises", "area": HARBIN}
    contents: tuple[dict[str, Any], ...] = (
        firms | {"year": 2019, "value": "800"},
        firms | {"year": 2020, "value": "950", "cause": "error", "reason": "x"},
        {"target": "registered-results", "year": 2019, "value": "412", "area": HARBIN},
        {"target": "registered-results", "year": 2019, "value": "412", "area": QIQIHAR, "provisional": True},
        {"target": "rd-intensity", "year": 2019, "value": "1.50", "area": HARBIN, "basis": "rebased"},
        {"target": "rd-intensity", "year": 2019, "value": "1.40", "area": HARBIN, "basis": "first"},
    )
    figures = [desk.in_state("approved", **content) for content in contents]
    figures.append(desk.in_state("submitted", target="registered-results", year=2018, value="929"))
    return [f"/targets/{figure['target']}/figures/{figure['id']}/" for figure in figures]


@pytest.fixture
def mapped(seeded: Plan, settings: Any, tmp_path: Path) -> None:
    """A map of invented outlines."""
    file = tmp_path / "map.geojson"
    file.write_text(json.dumps(collection(list(City.objects.values_list("code", flat=True)))), encoding="utf-8")
    settings.CITY_MAP_FILE, settings.CITY_MAP_APPROVAL = str(file), "S(2020)001"


@pytest.mark.usefixtures("mapped")
def test_prefectures_and_quality_cards_are_english(english: Reader, seeded: Plan, reported: list[str]) -> None:
    target = "/targets/high-tech-enterprises/?as_of_year=2019"
    link = re.search(r'class="question__permalink" href="([^"]+)"', english().get(target).content.decode())
    assert link
    pages = [
        "/cities/",
        "/cities/?target=registered-results&year=2019",
        f"/cities/{HARBIN}/",
        f"/cities/{QIQIHAR}/?as_of_year=2018",
        f"/cities/compare/?city={HARBIN}&city={QIQIHAR}",
        "/targets/high-tech-enterprises/" + unescape(link[1]),
        *reported[:-1],
    ]
    refuse_chinese(english(), *pages)
    refuse_chinese(english("demo-staff"), *reported, "/targets/registered-results/?view=reported")
    refuse_chinese(english("demo-harbin"), "/dashboard/", "/cities/")


def test_the_desks_are_english(
    english: Reader,
    people: dict[str, User],
    submitted: Callable[..., Figure],
    returned: Callable[..., Figure],
    task: Task,
) -> None:
    returned(code="incubators", year=2016, reason="x")
    doubtful = submitted(value="92900", reason="x")
    entry = f"/workspace/{doubtful.target.code}/{doubtful.year}/"
    staff = ["/workspace/", entry, "/workspace/incubators/2016/", "/workspace/rd-intensity/2018/", "/notices/"]
    receipt = FigureEvent.objects.latest("pk").pk
    refuse_chinese(english("demo-staff"), *staff, "/completeness/", f"/receipts/{receipt}/")
    refuse_chinese(english("demo-reviewer"), "/review/", f"/review/{doubtful.pk}/", "/notices/", "/manage/")
    refuse_chinese(english("demo-harbin"), "/dashboard/", "/dashboard/?view=reported", "/accounts/password/")
    refuse_chinese(english("demo-harbin"), f"/cities/{HARBIN}/", f"/cities/{QIQIHAR}/")


def test_administration_is_english(english: Reader, people: dict[str, User], overdue: Round, task: Task) -> None:
    pages = [
        "/manage/",
        "/manage/rounds/2017/",
        "/manage/rounds/2017/dates/",
        "/manage/rounds/2018/open/",
        f"/manage/tasks/{task.pk}/",
        "/manage/targets/",
        "/manage/targets/incubators/",
        "/manage/targets/incubators/amend/",
        "/manage/mail/",
        "/manage/accounts/",
        "/manage/accounts/new/",
        f"/manage/accounts/{people['demo-staff'].pk}/",
    ]
    refuse_chinese(english("demo-admin"), *pages)


def test_what_a_form_refuses_is_said_in_english(english: Reader, overdue: Round) -> None:
    entry = {"action": "submit", "value": "a lot", "link_address": "ftp://a"}
    answers = [
        english("demo-staff").post("/workspace/high-tech-enterprises/2017/", entry),
        english("demo-staff").post("/workspace/high-tech-enterprises/2017/", entry | {"value": "-1.23456"}),
        english("demo-admin").post("/manage/accounts/new/", {"username": "demo-staff", "role": "staff"}),
        english("demo-admin").post("/manage/rounds/2017/dates/", {"opens_on": "x", "due_on": "2001-01-01"}),
        english("demo-admin").post("/manage/targets/incubators/amend/", {"action": "look", "amendments": "0"}),
        english().post("/appearance/", {"theme": "x"}),
        english().post("/accounts/login/", {"username": "demo-staff", "password": "wrong"}),
    ]
    words = stored_words()
    assert [chinese_on(answer, words) for answer in answers] == [[]] * len(answers)


def test_what_is_stored_is_chinese_whatever_the_page_was(
    english: Reader, people: dict[str, User], overdue: Round, task: Task
) -> None:
    admin, staff = english("demo-admin"), people["demo-staff"]
    entry = {"action": "draft", "value": "92900", "link_address": "https://a.example/"}
    english("demo-staff").post("/workspace/high-tech-enterprises/2017/", entry)
    admin.post(f"/manage/tasks/{task.pk}/", {"action": "pause", "pause-until": "2099-03-31", "pause-reason": "x"})
    admin.post("/manage/rounds/2017/dates/", {"opens_on": "2018-01-01", "due_on": "2099-03-31", "reason": "x"})
    admin.post("/manage/targets/incubators/", {"department": "zscqj", "asks_cities": "on", "reason": "x"})
    changed = {"action": "change", "name": "x", "role": "reviewer", "department": "kjt"}
    admin.post(f"/manage/accounts/{staff.pk}/", changed)
    figure = Figure.objects.get(target=task.target, year=2017, created_by=staff)
    stored: list[Any] = [warning["message"] for warning in figure.warnings]
    stored += figure.events.values_list("why", flat=True)
    stored += ReportingEvent.objects.exclude(action="round_opened").order_by("pk").values_list("detail", flat=True)
    stored += AccountEvent.objects.filter(action="changed").values_list("detail", flat=True)
    assert stored == [
        "92,900 家约为 2015 年 693 家的 100 倍，像是单位或小数点有误（本指标单位：家）。",
        "附上佐证材料：https://a.example/",
        "暂停至2099年3月31日",
        "2018年1月1日—2018年3月31日 改为 2018年1月1日—2099年3月31日",
        "责任单位：省科技厅 → 省知识产权局；分市（地）报送：否 → 是",
        "姓名：演示填报人 → x；角色：填报人 → 审核人",
    ]
