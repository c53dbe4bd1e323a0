"""In a browser: a state is cited and found again, and people at work look at what waits."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from planportal.ops.look.scene import Desk
from tests.browser.conftest import DEMO_PASSWORD

CODE = "high-tech-enterprises"


@pytest.fixture
def staff(portal: str) -> Desk:
    return Desk(portal, "demo-staff", DEMO_PASSWORD)


def test_a_cited_state_is_kept_until_a_correction_and_then_told_of(
    window: Callable[..., Page], portal: str, staff: Desk
) -> None:
    page = window(scripts=False)
    page.goto("/targets/")
    page.get_by_role("link", name="固定链接（引用此状态）").click()
    cited = page.url
    expect(page.get_by_role("status")).to_contain_text("内容与引用时一致，至今没有变化。")
    expect(page.get_by_role("link", name="固定链接（引用此状态）")).to_have_count(0)

    correction = staff.submit(target=CODE, year=2020, value="1940", cause="error", reason="复核后更正")
    Desk(portal, "demo-reviewer", DEMO_PASSWORD).decide(correction, "approve")
    page.goto(cited)
    warning = page.get_by_role("status")
    expect(warning).to_contain_text("固定链接：内容与引用时不一致。")
    expect(page.get_by_role("main")).to_contain_text("1,940")
    warning.get_by_role("link", name="看按今天所知的情况").click()
    expect(page).to_have_url(f"{portal}/targets/?as_of_year=2020")
    expect(page.get_by_role("status")).to_have_count(0)


def test_what_waits_is_counted_by_a_switch_and_left_out_again(sign_in: Callable[..., Page], staff: Desk) -> None:
    staff.submit(target=CODE, year=2020, value="1940", cause="error", reason="复核后更正")
    page = sign_in("demo-staff", led_to="/targets/?as_of_year=2020")
    switch = page.get_by_role("navigation", name="计入哪些数据")
    row = page.get_by_role("row").filter(has_text="国家级高新技术企业")
    for chosen, value, waits in (("含待审核", "1,940", 1), ("已审核", "1,932", 0)):
        switch.get_by_role("link", name=chosen, exact=True).press("Enter")
        expect(switch.locator("[aria-current]")).to_have_text(chosen)
        expect(row).to_contain_text(value)
        expect(row.get_by_text("待审核")).to_have_count(waits)
