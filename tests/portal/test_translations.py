"""The language of a page: Chinese unless English was chosen; and the English catalogue is true to the sources."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from planportal.plan.models import Plan
from targets.models import Target

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "planportal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ("planportal/**/*.py", "targets/**/*.py", "fields/*.py", "alliances/*.py", "platforms/*.py")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z0-9]+")


def entries() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [entry for entry in read_po(file, locale="en") if entry.id]


def texts() -> str:
    """Everything a msgid can come from; variables of templates are written as the catalogue writes them."""
    paths = [path for pattern in (*SOURCES, "fixtures/*.json", "templates/**/*.html") for path in ROOT.glob(pattern)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))
    return re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text)


def test_every_entry_is_translated_and_keeps_its_placeholders() -> None:
    for entry in entries():
        assert entry.string, entry.id
        assert not entry.fuzzy
        assert sorted(PLACEHOLDER.findall(str(entry.id))) == sorted(PLACEHOLDER.findall(str(entry.string)))


def test_no_entry_is_stale() -> None:
    known = texts()
    assert [entry.id for entry in entries() if str(entry.id) not in known] == []


def test_every_target_has_an_english_name_and_unit(seeded: Plan) -> None:
    translated = {str(entry.id) for entry in entries()}
    targets = Target.objects.filter(plan=seeded)
    assert {target.name for target in targets} <= translated
    assert {target.unit for target in targets} - {"%"} <= translated


def test_a_page_is_chinese_whatever_the_browser_prefers(client: Client, seeded: Plan) -> None:
    response = client.get("/fields/", headers={"Accept-Language": "en"})
    assert response.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans">' in response.content.decode()
    assert ">优先领域</a>" in response.content.decode()


def test_english_is_chosen_and_left_again(client: Client, seeded: Plan) -> None:
    chosen = client.post("/i18n/setlang/", {"language": "en", "next": "/fields/"})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/fields/")
    page = client.get("/fields/").content.decode()
    assert '<html lang="en">' in page
    assert ">Priority fields</a>" in page
    assert ">New materials</a>" in page
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/fields/"})
    assert ">优先领域</a>" in client.get("/fields/").content.decode()


def test_a_null_character_is_called_one_in_every_form_and_answer(
    client: Client, browse: Callable[[str], Client], api: Callable[[str], APIClient]
) -> None:
    signing_in = client.post("/accounts/login/", {"username": "a\x00b", "password": "c"})
    amendment = {"action": "look", "amendments": "0", "document": "文\x00件"}
    amending = browse("demo-admin").post("/manage/targets/incubators/amend/", amendment)
    figure = {"target": "incubators", "year": 2018, "value": "1", "note": "a\x00b"}
    drafting = api("demo-staff").post("/api/v1/figures/", figure, format="json")
    for answer in (signing_in, amending, drafting):
        assert "含有不可见的空字符（NUL），请删去后再试。" in answer.content.decode()
        assert "空字符串" not in answer.content.decode()


@pytest.mark.parametrize("cookie", ["de", "xx", "../en", ""])
def test_a_language_that_is_not_offered_stays_chinese(client: Client, seeded: Plan, cookie: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    assert client.get("/fields/").headers["Content-Language"] == "zh-hans"


def test_the_api_answers_in_chinese_whatever_was_chosen(client: Client, seeded: Plan) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    message = client.get("/api/v1/fields/?page_size=999").json()["errors"][0]["message"]
    assert "不能用作 page_size" in message
