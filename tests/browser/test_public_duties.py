"""What a public site owes, in a browser: large text that loses nothing, a report of an error, a citation to copy."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from planportal.corrections.models import Correction
from planportal.ops.look.eye import Eye
from planportal.ops.look.pages import PUBLIC, every_page
from planportal.ops.look.pages import Page as Where
from tests.browser.conftest import DESK
from tests.browser.test_every_page import ALL_RULES, PHONE, RULES_OF_LOOKS, grave
from tests.waiting import PATIENCE_SECONDS

# All lists and kinds of pages; the rest differ from these in what they show alone.
MAIN_PAGES = {
    *("home", "target-list", "target-detail", "what-if-increments", "field-detail", "direction-list"),
    *("city-detail", "city-compare", "method", "data", "change-list", "about", "correction", "not-found-near"),
    *("plan-text", "plan-coverage"),
}
# Other colours and less room are asked of a page with rows and of one with fields.
LOOKED_AT_IN_THE_DARK = {"target-list", "correction"}
# Between a phone and a desk tables have the least room for larger type.
TABLET = {"width": 768, "height": 1024}
SMALL_CONTROLS = """
() => [...document.querySelectorAll(
    ".button, :is(.site-bar, .theme) button, :is(.site-bar, .site-nav__list) a, .field input:not([type=radio])",
  )]
  .filter((part) => part.checkVisibility() && part.getBoundingClientRect().height < 44)
  .map((part) => part.outerHTML.slice(0, 80))
"""

# A choice whose words are cut, and words or signs that touch their neighbour.
CUT_OR_TOUCHING = """
() => {
  const faults = [];
  for (const choice of document.querySelectorAll("select")) {
    const free = choice.cloneNode();
    free.append(...[...choice.selectedOptions].map((option) => new Option(option.text)));
    document.body.append(free);
    Object.assign(free.style, { position: "absolute", width: "auto", maxWidth: "none", minWidth: "0" });
    const wanted = free.getBoundingClientRect().width;
    free.remove();
    const isCut = wanted > choice.getBoundingClientRect().width + 1;
    if (choice.checkVisibility() && isCut) faults.push(`cut: ${choice.name}`);
  }
  const edges = (part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return range.getBoundingClientRect();
  };
  const apart = (what, one, other, least) => {
    const beside = one.bottom > other.top && other.bottom > one.top;
    const gap = Math.round(other.left - one.right);
    if (beside && gap < least) faults.push(`${what}: ${gap} px apart`);
  };
  for (const row of document.querySelectorAll(".target-row")) {
    const [pace, lamp] = [".target-row__pace", ".target-row__lamp > *"].map((part) => row.querySelector(part));
    if (pace?.textContent.trim() && lamp) apart("pace", edges(pace), lamp.getBoundingClientRect(), 8);
  }
  for (const count of document.querySelectorAll(".unread")) {
    apart("unread", edges(count.parentElement.firstChild), count.getBoundingClientRect(), 4);
  }
  return faults;
}
"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of anybody."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_large_text_loses_nothing_on_the_main_pages(portal: str, context: BrowserContext) -> None:
    eye = Eye(context, portal)
    eye.page.goto(portal)
    regular = size(eye.page)
    enlarge(eye)
    assert 1.25 <= size(eye.page) / regular <= 1.3
    pages = [where for where in every_page() if where.role == PUBLIC and where.name in MAIN_PAGES]
    assert {where.name for where in pages} == MAIN_PAGES
    assert lost_in(eye, pages) == {}


def enlarge(eye: Eye) -> None:
    eye.page.get_by_role("button", name="大字版").click()
    expect(eye.page.get_by_role("button", name="标准字号")).to_be_visible()


def lost_in(eye: Eye, pages: list[Where]) -> dict[str, list[str]]:
    """What is wrong on each page in large text, on a desk, a tablet and a phone."""
    faults: dict[str, list[str]] = {}
    for where in pages:
        eye.page.set_viewport_size(DESK)
        found = [*eye.open(where), *grave(eye, where, ALL_RULES)]
        for window in (DESK, TABLET, PHONE):
            eye.page.set_viewport_size(window)
            looks = [*too_wide(eye), *eye.page.evaluate(SMALL_CONTROLS), *eye.page.evaluate(CUT_OR_TOUCHING)]
            if where.name in LOOKED_AT_IN_THE_DARK and window == PHONE:
                eye.page.emulate_media(color_scheme="dark")
                looks += grave(eye, where, RULES_OF_LOOKS)
                eye.page.emulate_media(color_scheme="light")
            if not eye.page.locator("h1").first.is_visible():
                looks.append("the headline is not to be seen")
            found += [f"{window['width']}: {fault}" for fault in looks]
        faults[where.name] = found
    return {name: found for name, found in faults.items() if found}


def too_wide(eye: Eye) -> list[str]:
    """What stays wider than the window: a drawing takes the size of its box a moment after the box has it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    found = eye.too_wide()
    while found and time.monotonic() < deadline:
        found = eye.too_wide()
    return found


def size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


def test_anybody_reports_an_error_by_keyboard(portal: str, page: Page) -> None:
    page.goto(f"{portal}/targets/incubators/?as_of_year=2018")
    page.get_by_role("link", name="这一页有错？").press("Enter")
    expect(page.get_by_label("哪个页面")).to_have_value("/targets/incubators/?as_of_year=2018")
    # What nobody sees is not on the way.
    page.get_by_label("联系方式").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="提交")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("radio", name="与规划原文不符").press("Space")
    page.get_by_label("哪里有误，应是什么").fill("规划写的是一百五十家，这里写成别的了。")
    thanks = page.get_by_role("heading", name="已收到，谢谢")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not thanks.is_visible():
        # Faster than anybody types: it is asked for once more, with all that was typed.
        assert time.monotonic() < deadline
        page.get_by_role("button", name="提交").press("Enter")
        page.wait_for_load_state()
    made = Correction.objects.get()
    assert (made.kind, made.page) == ("plan", "/targets/incubators/?as_of_year=2018")
    assert made.reference in urlsplit(page.url).path


def test_a_citation_is_copied_or_selected(portal: str, chromium: Browser, context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=portal)
    open_citation(portal, page)
    shown = page.locator("[data-cite]").inner_text()
    page.get_by_role("button", name="复制").press("Enter")
    expect(page.locator(".cite").get_by_role("status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == shown
    plain = chromium.new_context(java_script_enabled=False)
    open_citation(portal, plain.new_page())
    assert plain.pages[0].get_by_role("button", name="复制").count() == 0
    assert plain.pages[0].locator("[data-cite]").inner_text() == shown
    plain.close()


def open_citation(portal: str, page: Page) -> None:
    page.goto(f"{portal}/targets/incubators/")
    page.get_by_text("引用本页").press("Enter")
    expect(page.locator("[data-cite]")).to_be_visible()
