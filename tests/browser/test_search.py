"""In a browser: somebody looks for something from any page, by keyboard, by pointer, and without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK

Window = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
SUGGESTED = re.compile(r"/search/suggest/\?q=")


def type_into_header(page: Page, words: str) -> None:
    """As many keys do, the slash leads to the box; the first suggestions are there when this returns."""
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("banner").get_by_role("combobox", name="在规划中查找")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    box.press_sequentially(words)
    expect(box).to_have_attribute("aria-expanded", "true")


def test_a_suggestion_is_chosen_by_arrow_keys_and_opened(window: Window) -> None:
    page = window()
    type_into_header(page, "石墨")
    box, options = page.get_by_role("banner").get_by_role("combobox"), page.get_by_role("option")
    expect(page.get_by_role("banner").locator("[aria-live]")).to_have_text(
        f"有 {options.count()} 条建议，用上下箭头选择"
    )
    assert options.first.locator("mark").inner_text() == "石墨"
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Home")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    address = options.first.get_attribute("data-address")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_escape_and_leaving_close_the_list_and_the_words_stay(window: Window) -> None:
    page = window()
    type_into_header(page, "材料")
    box, listed = page.get_by_role("banner").get_by_role("combobox"), page.get_by_role("listbox")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("材料")
    page.keyboard.press("ArrowDown")
    expect(listed).to_be_visible()
    page.keyboard.press("Tab")
    expect(listed).to_be_hidden()
    box.fill("zzzz")
    expect(page.get_by_role("banner").locator("[aria-live]")).to_have_text("没有建议")
    expect(listed).to_be_hidden()
    box.fill("石墨/")  # while somebody types, a slash is a slash
    expect(box).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_suggestion_is_opened_by_pointer_and_nothing_moves_before(window: Window, size: dict[str, int]) -> None:
    page = window(size=size)
    page.goto("/")
    heading = page.get_by_role("heading", level=1)
    before = heading.bounding_box()
    type_into_header(page, "石墨")
    assert heading.bounding_box() == before
    option = page.get_by_role("option").last
    seen = option.bounding_box()
    assert seen is not None
    assert seen["x"] >= 0
    assert seen["x"] + seen["width"] <= size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    address = option.get_attribute("data-address")
    option.click()
    page.wait_for_url(f"**{address}")


def test_nothing_is_asked_while_an_input_method_composes_and_older_requests_are_given_up(window: Window) -> None:
    page = window()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if SUGGESTED.search(sent.url) else None)
    page.goto("/search/")
    box = page.get_by_role("combobox")
    box.focus()
    keys = page.context.new_cdp_session(page)
    for composed in ("s", "sh", "shi", "shi mo"):
        keys.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
    # An arrow that chooses among what an input method offers asks for nothing either.
    box.dispatch_event("keydown", {"key": "ArrowDown", "keyCode": 229})
    page.wait_for_timeout(400)
    assert asked == []
    with page.expect_response(SUGGESTED):
        keys.send("Input.insertText", {"text": "石墨"})
    expect(page.get_by_role("option").first).to_contain_text("石墨")
    assert len(asked) == 1

    held: list[str] = []

    def hold_first(route: Route) -> None:
        held.append(route.request.url)
        if len(held) > 1:
            route.continue_()

    given_up: list[str] = []
    page.on("requestfailed", lambda sent: given_up.append(sent.url))
    page.route(SUGGESTED, hold_first)
    with page.expect_request(SUGGESTED):
        box.fill("材料")
    with page.expect_response(SUGGESTED):
        box.fill("机器人")
    expect(page.get_by_role("option").first).to_contain_text("机器人")
    assert given_up == held[:1]


# Both before the pause after typing is over.
TYPE_AND_ARROW = """(box) => {
  box.value = "石墨";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
}"""


def test_an_arrow_asks_at_once_and_once_and_what_it_chooses_stays(window: Window) -> None:
    page = window()
    page.goto("/search/")
    later: list[Route] = []
    asked: list[Route] = []

    def hold_second(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            later.append(route)
        else:
            route.continue_()

    page.route(SUGGESTED, hold_second)
    box, first = page.get_by_role("combobox"), page.get_by_role("option").first
    box.focus()
    box.evaluate(TYPE_AND_ARROW)
    expect(first).to_contain_text("石墨")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    page.wait_for_timeout(400)
    for route in later:
        with page.expect_response(SUGGESTED):
            route.continue_()
    expect(first).to_have_attribute("aria-selected", "true")
    assert len(asked) == 1
    address = first.get_attribute("data-address")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_a_suggestion_is_opened_beside_as_a_link_is(window: Window) -> None:
    page = window()
    ways: tuple[dict[str, Any], ...] = ({"button": "middle"}, {"modifiers": ["Control"]})
    for way in ways:
        type_into_header(page, "石墨")
        option = page.get_by_role("option").last
        address = option.get_attribute("data-address")
        with page.expect_popup() as opened:
            option.click(**way)
        opened.value.wait_for_url(f"**{address}")
        expect(page).to_have_url(re.compile(r"/$"))
        opened.value.close()
        page.bring_to_front()


def test_who_switches_keys_off_is_led_nowhere_by_a_slash(window: Window) -> None:
    page = window()
    page.goto("/")
    box = page.get_by_role("banner").get_by_label("在规划中查找")
    expect(box).to_have_attribute("aria-keyshortcuts", "/")
    page.get_by_role("group", name="快捷键").get_by_role("button", name="关").click()
    expect(page.locator("html")).to_have_attribute("data-shortcuts", "off")
    expect(box).not_to_have_attribute("aria-keyshortcuts", "/")
    page.keyboard.press("/")
    expect(box).not_to_be_focused()
    page.get_by_role("group", name="快捷键").get_by_role("button", name="开").click()
    expect(page.locator("html")).not_to_have_attribute("data-shortcuts", "off")
    page.keyboard.press("/")
    expect(box).to_be_focused()


@pytest.mark.parametrize(("size", "scripts"), [(PHONE, False), (DESK, True)], ids=["phone-no-scripts", "desk-scripts"])
def test_enter_leads_to_results_that_are_filtered_and_paged_by_keyboard(
    window: Window,
    size: dict[str, int],
    scripts: bool,  # noqa: FBT001
) -> None:
    page = window(size=size, scripts=scripts)
    page.goto("/")
    box = page.get_by_role("banner").get_by_label("在规划中查找")
    box.fill("技术")
    box.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("“技术”：找到")
    expect(page).to_have_title(re.compile("“技术”：找到"))
    expect(page.get_by_label("在规划中查找")).to_have_value("技术")
    seen = page.locator(".result").first.bounding_box()
    assert seen is not None
    assert seen["y"] + seen["height"] <= size["height"]
    chip = page.get_by_role("navigation", name="按类别看").get_by_role("link", name="研发方向")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kind=direction$"))
    expect(chip).to_have_attribute("aria-current", "true")
    expect(heading).to_contain_text("（只看：研发方向）")
    page.get_by_label("领域").focus()
    page.get_by_label("领域").select_option("biotechnology")
    if not scripts:
        page.get_by_role("button", name="筛选").press("Enter")
    expect(heading).to_contain_text("（只看：研发方向、生物")
    expect(page.get_by_role("combobox" if scripts else "textbox", name="在规划中查找")).to_have_value("技术")
    page.get_by_role("link", name="清除").click()
    expect(page.locator(".result")).to_have_count(20)
    page.get_by_role("link", name="下一页").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("page=2$"))
    expect(page.locator("ol.results")).to_have_attribute("start", "21")
