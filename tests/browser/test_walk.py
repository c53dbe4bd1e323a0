"""The walk that the portal is for: from the home page to a direction, its field, its alliances, an institution,
and the line of the plan that names it; by mouse, without scripts, by keyboard alone, and with the text loaded."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from planportal.plan.models import Plan
from tests.plan.clauses import load_clauses

PHONE = {"width": 360, "height": 740}
# What is taken on each page, the first of its kind, and where it leads; the field is one that names an institution.
FIELD = "/fields/new-energy/"
STEPS = (
    ("main a[href='/directions/']", r"/directions/"),
    (f"main .numbered__item:has([href='{FIELD}']) [href^='/directions/']", r"/directions/\d+/"),
    (f".page-head a[href='{FIELD}']", FIELD),
    ("main a[href^='/alliances/']", r"/alliances/\d+/"),
    (f"main h2 a[href='{FIELD}']", FIELD),
    ("main a[href^='/institutions/']", r"/institutions/\d+/"),
    ("main .source-clause a[href^='/plan/']", r"/plan/chapter-\d/#line-\d+"),
)
# More links than stand before any of these in the content of its page.
MOST_TABS = 150
# Whether what has the focus is seen to have it. The inside of a control of the browser's own is the browser's to show.
IS_SEEN = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const middle = (box.top + box.bottom) / 2, seen = box.width > 0 && middle > 0 && middle < innerHeight;
    return (element.matches(":focus-visible") && drawn && seen) || element.type === "date";
}"""


@pytest.mark.parametrize("how", [{}, {"scripts": False}, {"size": PHONE}], ids=["scripts", "no-scripts", "phone"])
def test_by_mouse(window: Callable[..., Page], how: dict[str, object]) -> None:
    walk(window(**how), lambda _page, link: link.click())


def test_by_keyboard(window: Callable[..., Page]) -> None:
    walk(window(), by_keyboard)


def test_into_the_text_of_the_plan(window: Callable[..., Page], seeded: Plan) -> None:
    load_clauses(seeded)
    page = window()
    walk(page, lambda _page, link: link.click())
    expect(page.locator("p.plan-text__line:target a[href^='/institutions/']")).to_be_visible()


def walk(page: Page, follow: Callable[[Page, Locator], None]) -> None:
    page.goto("/")
    institution = ""
    for selector, leads_to in STEPS:
        link = page.locator(selector).first
        said = link.inner_text()
        follow(page, link)
        expect(page).to_have_url(re.compile(rf"//[^/]+{leads_to}$"))
        if leads_to.endswith(r"\d+/"):
            # The page of an item says the name that led there.
            expect(page.locator("h1")).to_contain_text(said)
            institution = said
    assert_in_view(page, page.url.partition("#")[2], institution)


def by_keyboard(page: Page, link: Locator) -> None:
    """Past the navigation by the skip link, on by Tab, with the focus seen at every stop, and in by Enter."""
    page.keyboard.press("Tab")
    skip = page.locator("a.skip-link")
    expect(skip).to_be_focused()
    page.wait_for_function(IS_SEEN)
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _stop in range(MOST_TABS):
        page.keyboard.press("Tab")
        # The browser slides to what has the focus.
        page.wait_for_function(IS_SEEN)
        if link.evaluate("link => link === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{MOST_TABS} stops do not lead to {link}")


def assert_in_view(page: Page, line: str, said: str) -> None:
    """The line of the plan is the page's target, names whom it was reached from, and stands whole in the window."""
    target = page.locator(":target")
    expect(target).to_have_id(line)
    expect(target).to_contain_text(said)
    expect(target).to_be_in_viewport(ratio=1)
