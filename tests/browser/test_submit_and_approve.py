"""In a browser: a figure is entered, submitted and approved, and what the public sees changes with it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

NAME = "国家级高新技术企业"
PUBLIC = "/targets/high-tech-enterprises/?as_of_year=2017"
DASHBOARD = "/dashboard/?as_of_year=2017"
PHONE = {"width": 360, "height": 740}

SignIn = Callable[..., Page]
Window = Callable[..., Page]


@pytest.mark.parametrize("how", [{"scripts": True}, {"scripts": False}], ids=["with-scripts", "without-scripts"])
def test_a_figure_from_entry_to_the_public(window: Window, sign_in: SignIn, how: dict[str, bool]) -> None:
    public = window(**how)
    public.goto(PUBLIC)
    expect(lamp_of(public)).to_have_attribute("data-status", "no_data")
    expect(lamp_of(public)).to_have_text("暂无数据")
    expect(public.locator(".trajectory__actual")).to_have_count(0)

    staff = sign_in("demo-staff", **how)
    enter_and_submit(staff)
    public.reload()
    expect(lamp_of(public)).to_have_attribute("data-status", "no_data")

    reviewer = sign_in("demo-reviewer", **how)
    reviewer.goto(DASHBOARD)
    expect(dashboard_row(reviewer).locator(".lamp")).to_have_attribute("data-status", "no_data")
    approve(reviewer)

    public.reload()
    expect(lamp_of(public)).to_have_attribute("data-status", "on_track")
    expect(public.locator(".finding").first).to_contain_text("929")
    drawing = public.locator("[data-chart-canvas]" if how["scripts"] else ".trajectory--wide")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("实际 929")
    reviewer.goto(DASHBOARD)
    expect(dashboard_row(reviewer)).to_contain_text("929")
    expect(dashboard_row(reviewer).locator(".lamp")).to_have_attribute("data-status", "on_track")


def enter_and_submit(staff: Page) -> None:
    staff.get_by_role("link", name=f"尚未报送 {NAME} 2017年").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text(NAME)
    staff.get_by_label("数值").fill("929")
    staff.get_by_label("来源").fill("高新技术企业认定名单")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status")).to_contain_text("已提交审核")
    expect(staff.get_by_role("link", name=f"待审核 {NAME} 2017年")).to_be_visible()


def approve(reviewer: Page) -> None:
    reviewer.get_by_role("link", name="审核", exact=True).click()
    expect(reviewer.locator(".compare__cell--proposed")).to_contain_text("929")
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")
    expect(reviewer.get_by_role("main")).to_contain_text("没有待审核的数据")


def lamp_of(page: Page) -> Locator:
    return page.locator(".page-head .lamp")


def dashboard_row(page: Page) -> Locator:
    """The target's row in the list of all targets, the last one on the page that names it."""
    return page.locator("tr.target-row", has=page.get_by_role("link", name=NAME)).last


PUBLIC_PAGES = [
    "/",
    "/targets/",
    "/targets/high-tech-enterprises/",
    "/targets/rd-intensity/",
    "/fields/",
    "/fields/new-materials/",
    "/directions/",
    "/alliances/",
    "/platforms/",
    "/cities/",
    "/method/",
    "/data/",
    "/changes/",
    "/targets/rd-intensity/?basis=first",
    "/accounts/login/",
]
STAFF_PAGES = [
    "/workspace/",
    "/workspace/high-tech-enterprises/2017/",
    "/workspace/rd-intensity/2018/",
    "/dashboard/",
]
REVIEWER_PAGES = ["/review/", "/workspace/"]


def test_no_page_is_wider_than_a_phone(window: Window, sign_in: SignIn) -> None:
    public, staff = window(size=PHONE), sign_in("demo-staff", size=PHONE)
    wide = [address for address in PUBLIC_PAGES if is_too_wide(public, address)]
    wide += [address for address in STAFF_PAGES if is_too_wide(staff, address)]
    staff.goto("/workspace/")
    enter_and_submit(staff)
    reviewer = sign_in("demo-reviewer", size=PHONE)
    wide += [address for address in REVIEWER_PAGES if is_too_wide(reviewer, address)]
    assert wide == []


def is_too_wide(page: Page, address: str) -> bool:
    page.goto(address)
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


@pytest.mark.parametrize("how", [{"scripts": True}, {"scripts": False}], ids=["with-scripts", "without-scripts"])
def test_a_wrong_value_is_told_beside_the_field_and_kept(
    sign_in: SignIn, complaints: list[str], how: dict[str, bool]
) -> None:
    staff = sign_in("demo-staff", **how)
    staff.goto("/workspace/high-tech-enterprises/2017/")
    staff.get_by_label("数值").fill("九百二十九")
    staff.get_by_label("备注").fill("待核实")
    staff.get_by_role("button", name="存为草稿").click()
    expect(staff.get_by_role("alert")).to_contain_text("不是数值")
    expect(staff.get_by_label("数值")).to_have_value("九百二十九")
    expect(staff.get_by_label("备注")).to_have_value("待核实")
    assert [complaint for complaint in complaints if "400 (Bad Request)" not in complaint] == []
    complaints.clear()
