"""In a browser: an official reads the dashboard by keyboard, and the address keeps what they look at."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK

SignIn = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_is_said_of_the_province_is_on_the_first_screen_and_the_own_prefecture_comes_first_of_all_figures(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    page = sign_in("demo-harbin", led_to="/dashboard/", size=size)
    said = page.locator(".finding__sentence")
    expect(said).to_contain_text("全省：13 项指标中")
    seen = said.bounding_box()
    assert seen is not None
    assert seen["y"] + seen["height"] <= size["height"]
    tables = page.get_by_role("main").get_by_role("table")
    expect(tables.first).to_contain_text("1,180")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_official_chooses_year_and_rows_by_keyboard(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    page = sign_in("demo-harbin", led_to="/dashboard/", scripts=scripts)
    headings = page.get_by_role("main").get_by_role("heading", level=2)
    expect(headings.first).to_contain_text("哈尔滨市")
    expect(headings.nth(1)).to_have_text("全省")

    page.get_by_role("link", name="2018", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/dashboard/\?as_of_year=2018$"))
    expect(page.get_by_role("link", name="2018", exact=True)).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("main")).to_contain_text("本页：截至 2018 年、按今天所知。")

    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "status=" in sent.url else None)
    page.get_by_label("状态", exact=True).focus()
    for _status in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"as_of_year=2018.*#targets$"))
    expect(page).to_have_url(re.compile(r"status=regressing"))
    names = page.locator(".target-row__name a")
    expect(names).to_have_text(["研究与试验发展经费投入强度"] * 2)
    # The choices that the arrows passed on the way were never asked for.
    assert len(asked) == 1

    page.get_by_label("按哪一天所知").fill("2019-12-31")
    page.get_by_label("按哪一天所知").press("Enter")
    expect(page).to_have_url(re.compile(r"known_by=2019-12-31"))
    seen = page.get_by_role("main").inner_text()
    assert "本页：截至 2018 年、按 2019年12月31日所知。" in seen
    page.reload()
    assert page.get_by_role("main").inner_text() == seen
    expect(page.get_by_label("状态", exact=True)).to_have_value("regressing")
    for address in ("as_of_year=2018", "status=regressing", "known_by=2019-12-31"):
        assert address in page.url
