"""Every page, as who uses it, in both themes, on a phone and on a desk: nothing is wrong that a browser can tell."""

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser

from planportal.ops.bench.weights import BYTES_IN_KB, most_kb, reader, weigh
from planportal.ops.look import scene
from planportal.ops.look.eye import MOST_SHIFT, Eye
from planportal.ops.look.pages import ACCOUNTS, OFFICIAL, PUBLIC, Page, every_page
from planportal.ops.look.sketch import APPROVAL, sketch
from planportal.ops.run import ROOT
from tests.browser.conftest import DEMO_PASSWORD, DESK

AXE = ROOT / "planportal" / "portal" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
GRAVE = ("serious", "critical")
# With 24 px targets, which axe leaves out unless asked.
ALL_RULES = {"rules": {"target-size": {"enabled": True}}}
# What another width or theme can change in a page whose mark-up is the same.
RULES_OF_LOOKS = {"runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}
# Swagger UI is a program of its own: it brings itself along, and its mark-up is not ours.
NOT_OURS = {"api-docs": "#swagger-ui"}


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def receipt(portal: str, tmp_path: Path, settings: Any) -> int:
    """A round, a map, and figures in every state; the number of an event whose receipt staff may see."""
    settings.CITY_MAP_FILE, settings.CITY_MAP_APPROVAL = str(sketch(tmp_path)), APPROVAL
    call_command("seed", "--demo", stdout=io.StringIO())
    return scene.play(portal, DEMO_PASSWORD)


@pytest.fixture
def eye(chromium: Browser, portal: str) -> Iterator[Callable[[str], Eye]]:
    """The window of a role, signed in."""
    contexts = []

    def opened(role: str) -> Eye:
        contexts.append(chromium.new_context(viewport=DESK, locale="zh-CN"))
        found = Eye(contexts[-1], portal)
        if role in ACCOUNTS:
            found.sign_in(ACCOUNTS[role], DEMO_PASSWORD)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("roles", [(PUBLIC,), tuple(ACCOUNTS)], ids=["public", "signed-in"])
def test_every_page(receipt: int, eye: Callable[[str], Eye], roles: tuple[str, ...]) -> None:
    windows = {role: eye(role) for role in roles}
    faults = {page.name: faults_of(windows[page.role], page) for page in every_page(receipt) if page.role in roles}
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_public_page_fits_a_phone_in_english_too(receipt: int, portal: str, eye: Callable[[str], Eye]) -> None:
    seen = eye(PUBLIC)
    seen.page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": portal}])
    seen.page.set_viewport_size(PHONE)
    faults = {page.name: in_english(seen, page) for page in every_page(receipt) if page.role == PUBLIC}
    assert {name: found for name, found in faults.items() if found} == {}


def in_english(eye: Eye, page: Page) -> list[str]:
    """English words are longer, and do not break anywhere."""
    faults = [*eye.open(page), *eye.too_wide()]
    return faults if eye.page.evaluate("document.documentElement.lang") == "en" else [*faults, "not in English"]


def test_what_is_weighed_without_a_browser_is_what_a_browser_loads(portal: str, eye: Callable[[str], Eye]) -> None:
    for address, role in (("/", PUBLIC), ("/targets/high-tech-enterprises/", PUBLIC), ("/dashboard/", OFFICIAL)):
        seen = eye(role)
        assert seen.open(Page("", role, address)) == []
        found = weigh(portal, address, reader(portal, role, DEMO_PASSWORD))
        assert found.page == address
        # The browser counts headers too.
        assert 0.8 < found.total / sum(seen.transferred.values()) < 1


BROKEN = """<!doctype html><title>x</title><p class="wide" style="width: 3000px">x</p>
<script>fetch("https://example.org/").catch(() => {}); window.nothing.at.all;</script>"""
TALL = "document.body.prepend(Object.assign(document.createElement('hr'), { style: 'height: 300px' }))"


def test_what_is_wrong_with_a_page_is_told(portal: str, eye: Callable[[str], Eye]) -> None:
    seen = eye(PUBLIC)
    seen.page.route("**/broken/", lambda route: route.fulfill(body=BROKEN, content_type="text/html", status=203))
    seen.page.route("https://example.org/", lambda route: route.abort())
    broken = Page("broken", PUBLIC, "/broken/")
    told = "; ".join(seen.open(broken))
    for fault in ("answered 203, not 200", "script: Cannot read", "somebody else was called: https://example.org/"):
        assert fault in told
    assert seen.too_wide() == ["wider than the window: page, p.wide"]
    assert head_faults(seen) == ["the title is 'x'", "the language is ''", "there is no description", "there are 0 h1"]
    assert any(fault.startswith("html-has-lang") for fault in grave(seen, broken, ALL_RULES))
    assert seen.open(Page("moved", PUBLIC, "/workspace/"))[0].startswith(f"led to {portal}/accounts/login/")
    seen.page.evaluate(TALL)
    assert seen.shift() > MOST_SHIFT
    seen.page.route("**/plain/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    assert "has the theme '', not 'dark'" in seen.open(Page("plain", PUBLIC, "/plain/", theme="dark"))


def faults_of(eye: Eye, page: Page) -> list[str]:
    """A first load on a desk in the light theme, and one on a phone in the dark one."""
    eye.page.set_viewport_size(DESK)
    eye.page.emulate_media(color_scheme="light")
    faults = [*eye.open(page), *too_heavy(eye, page), *head_faults(eye), *eye.too_wide(), *grave(eye, page, ALL_RULES)]
    eye.page.set_viewport_size(PHONE)
    eye.page.emulate_media(color_scheme="dark")
    on_phone = [*eye.open(page), *eye.too_wide(), *grave(eye, page, RULES_OF_LOOKS)]
    return faults + [f"phone: {fault}" for fault in on_phone]


def too_heavy(eye: Eye, page: Page) -> list[str]:
    whole, most = sum(eye.transferred.values()) / BYTES_IN_KB, most_kb(page.address)
    heavy = whole > most and page.name not in NOT_OURS
    return [f"weighs {whole:.1f} KB, allowed are {most}: {eye.transferred}"] if heavy else []


def head_faults(eye: Eye) -> list[str]:
    """What search engines and screen readers begin with."""
    title, language, description, headings = eye.page.evaluate(
        """() => [document.title, document.documentElement.lang,
                  document.querySelector('meta[name="description"]')?.content ?? "",
                  document.querySelectorAll("h1").length]"""
    )
    faults = [] if re.fullmatch(r"\S.* · \S+进展", title) else [f"the title is {title!r}"]
    faults += [] if language == "zh-Hans" else [f"the language is {language!r}"]
    faults += [] if description.strip() else ["there is no description"]
    return faults + ([] if headings == 1 else [f"there are {headings} h1"])


def grave(eye: Eye, page: Page, how: dict[str, Any]) -> list[str]:
    """The serious and critical violations that axe finds, with the first element of each."""
    excluded = [NOT_OURS[page.name]] if page.name in NOT_OURS else []
    eye.page.evaluate(axe())
    found = eye.page.evaluate(
        "([exclude, how]) => axe.run({ exclude }, { ...how, resultTypes: ['violations'] })", [excluded, how]
    )
    return [
        f"{each['id']}: {len(each['nodes'])} times, such as {each['nodes'][0]['html'][:120]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
