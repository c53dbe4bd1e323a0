"""The language of a page: Chinese unless English was chosen; and the English catalogue is true to the sources."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize
from rest_framework.test import APIClient

from planportal.plan.models import Plan
from targets.models import Target

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "planportal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ("planportal/**/*.py", "targets/**/*.py", "fields/*.py", "alliances/*.py", "platforms/*.py")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z0-9]+")
# What Django itself makes of a template for xgettext: calls of gettext and pgettext between blanks.
TEMPLATE_CALL = re.compile(r"""\b(p?gettext|_)\(\s*((?:u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*,?\s*)+)""")
CONTEXT_FIRST = {"pgettext", "pgettext_lazy"}
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"} | CONTEXT_FIRST
Key = tuple[str, str]  # context, "" without one, and msgid


def entries() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [entry for entry in read_po(file, locale="en") if entry.id]


def translated_keys() -> set[Key]:
    return {(entry.context or "", str(entry.id)) for entry in entries()}


def python_messages(path: Path) -> Iterator[Key]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if texts:
                yield (texts[0], texts[1]) if node.func.id in CONTEXT_FIRST else ("", texts[0])


def template_messages(path: Path) -> Iterator[Key]:
    for mark, arguments in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        read = ast.literal_eval(f"({arguments.rstrip().rstrip(',')},)")
        yield (read[0], read[1]) if mark in CONTEXT_FIRST else ("", read[0])


@pytest.fixture(scope="module")
def sources() -> dict[Key, str]:
    """Every text that sources mark for translation, and the file that it is in."""
    found: dict[Key, str] = {}
    for reads, patterns in ((python_messages, SOURCES), (template_messages, ("templates/**/*.*",))):
        for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
            found |= dict.fromkeys(reads(path), str(path.relative_to(ROOT)))
    return found


def test_every_text_of_the_sources_has_an_english_one(sources: dict[Key, str]) -> None:
    translated = translated_keys()
    missing = [f"{path}: {key[1]}" for key, path in sorted(sources.items(), key=str) if key not in translated]
    assert not missing, "without an entry in the English catalogue:\n" + "\n".join(missing)


def test_every_entry_is_translated_and_keeps_its_placeholders() -> None:
    for entry in entries():
        assert entry.string, entry.id
        assert not entry.fuzzy
        assert sorted(PLACEHOLDER.findall(str(entry.id))) == sorted(PLACEHOLDER.findall(str(entry.string)))


def test_no_entry_is_stale(sources: dict[Key, str]) -> None:
    names = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("fixtures/*.json"))
    stale = [key for key in translated_keys() if key not in sources and f'"{key[1]}"' not in names]
    assert stale == []


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
