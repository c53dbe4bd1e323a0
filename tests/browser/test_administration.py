"""An administrator in a real browser: a round is opened, a task extended, and a colleague let in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Window = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
PAGES = [
    "/manage/",
    "/manage/rounds/2019/open/",
    "/manage/rounds/2018/",
    "/manage/rounds/2018/dates/",
    "/manage/targets/",
    "/manage/targets/high-tech-enterprises/",
    "/manage/accounts/",
    "/manage/accounts/new/",
]


def open_round(admin: Page, year: int) -> None:
    admin.goto("/manage/")
    admin.get_by_role("row", name=str(year)).get_by_role("link", name="开启报送").click()
    admin.get_by_role("main").get_by_role("button", name="开启报送").click()
    expect(admin.get_by_role("status")).to_contain_text(f"已开启 {year} 年报送")


@pytest.mark.parametrize("how", [{"scripts": True}, {"scripts": False}], ids=["with-scripts", "without-scripts"])
def test_a_round_is_opened_and_a_task_extended(sign_in: SignIn, how: dict[str, bool]) -> None:
    admin = sign_in("demo-admin", led_to="/manage/", **how)
    open_round(admin, 2018)
    admin.get_by_role("link", name="重点领域创新团队").click()
    admin.get_by_label("新的截止日期").fill("2099-12-31")
    admin.get_by_label("理由").first.fill("评审推迟")
    admin.get_by_role("button", name="更改截止日期").click()
    expect(admin.get_by_role("complementary")).to_contain_text("2099年12月31日")
    expect(admin.locator(".timeline")).to_contain_text("理由：评审推迟")


def test_a_colleague_is_let_in_and_out_again(sign_in: SignIn, window: Window, complaints: list[str]) -> None:
    admin = sign_in("demo-admin", led_to="/manage/")
    admin.goto("/manage/accounts/new/")
    admin.get_by_label("用户名").fill("zhang-san")
    admin.get_by_label("姓名").fill("张三")
    admin.get_by_label("角色").select_option(label="填报人")
    admin.get_by_role("main").get_by_role("button", name="新建账号").click()
    expect(admin.get_by_role("alert")).to_contain_text("填报人必须属于一个单位")
    complaints.clear()
    admin.get_by_label("单位").select_option(label="省科技厅")
    admin.get_by_role("main").get_by_role("button", name="新建账号").click()
    password = admin.locator(".initial-password code").last.inner_text()
    colleague = window()
    colleague.goto("/accounts/login/")
    colleague.get_by_label("用户名").fill("zhang-san")
    colleague.get_by_label("密码").fill(password)
    colleague.get_by_role("main").get_by_role("button", name="登录").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("工作台")
    admin.get_by_role("link", name="已记下").click()
    admin.get_by_role("button", name="停用账号").click()
    expect(admin.get_by_role("status")).to_contain_text("已停用：张三")
    colleague.reload()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("登录")


def test_no_page_is_wider_than_a_phone(sign_in: SignIn) -> None:
    admin = sign_in("demo-admin", led_to="/manage/", size=PHONE)
    open_round(admin, 2018)
    task = admin.locator("table tbody th a").first.get_attribute("href")
    person = "/manage/accounts/?q=demo-staff"
    wide = [address for address in [*PAGES, str(task), person] if is_too_wide(admin, address)]
    admin.get_by_role("link", name="演示填报人").click()
    assert [*wide, *([admin.url] if measures_too_wide(admin) else [])] == []


def is_too_wide(page: Page, address: str) -> bool:
    page.goto(address)
    return measures_too_wide(page)


def measures_too_wide(page: Page) -> bool:
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))
