"""Prefectures in a browser: the own one in front after signing in, a comparison by keyboard, a phone."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

PHONE = {"width": 360, "height": 740}
ADDRESSES = ("/cities/", "/cities/230100/", "/cities/230700/", "/cities/compare/?city=230100&city=230200&city=230600")


def test_an_official_compares_the_own_prefecture_by_keyboard(window: Callable[..., Page]) -> None:
    page = window(scripts=False)
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("demo-harbin")
    page.get_by_label("密码").fill("demo-password-1")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    own = page.get_by_role("region", name="哈尔滨市")
    expect(own).to_contain_text("第 1 位（共 2 个报送）")
    own.get_by_role("link", name="历年数据与位次").click()
    expect(page.locator(".finding__sentence")).to_contain_text("国家级高新技术企业 2020 年占全省 61.0%")
    page.get_by_role("link", name="与别的市（地）并列比较").press("Enter")
    for name in ("比较哈尔滨市", "比较齐齐哈尔市"):
        page.get_by_role("checkbox", name=name).press("Space")
    page.get_by_role("button", name="并列比较所选").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("比较：哈尔滨市、齐齐哈尔市")
    row = page.get_by_role("region", name="每项指标取所选市（地）中最新有数据的一年").get_by_role("row").nth(1)
    expect(row).to_contain_text("1,180")
    expect(row).to_contain_text("95")


def test_nothing_is_wider_than_a_phone(window: Callable[..., Page]) -> None:
    page = window(size=PHONE)
    wide: list[Any] = []
    for address in ADDRESSES:
        page.goto(address)
        wide += page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth ? [location.href] : []"
        )
    assert wide == []
