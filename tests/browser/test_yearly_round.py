"""A whole round in a browser: set up by the administrator, reported by two departments, reviewed, and made public."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

YEAR = 2017
HARBIN_TIME = ZoneInfo("Asia/Shanghai")
# The figures of 2017 are asked for from January and due on 31 March 2018.
WINTER = datetime(2018, 1, 8, 9, tzinfo=HARBIN_TIME)
SPRING = datetime(2018, 4, 2, 9, tzinfo=HARBIN_TIME)
FIRMS, INCUBATORS, RESULTS = "国家级高新技术企业", "科技企业孵化器", "登记科技成果"
HATCHED = "科技企业孵化器孵化企业"
SignIn = Callable[..., Page]
Window = Callable[..., Page]


def configure(admin: Page, code: str, why: str, **chosen: str) -> None:
    """Changes how a target is reported."""
    admin.goto(f"/manage/targets/{code}/")
    for label, option in chosen.items():
        admin.get_by_label(label).first.select_option(option)
    admin.get_by_label("理由").fill(why)
    admin.get_by_role("button", name="保存").click()
    expect(admin.get_by_role("status")).to_be_visible()


def open_round(admin: Page) -> None:
    admin.goto("/manage/")
    admin.get_by_role("row", name=str(YEAR)).get_by_role("link", name="开启报送").click()
    admin.get_by_role("main").get_by_role("button", name="开启报送").click()
    expect(admin.get_by_role("status")).to_contain_text(f"已开启 {YEAR} 年报送")


def group(page: Page, name: str) -> Locator:
    """A group of the workspace."""
    return page.locator("section", has=page.get_by_role("heading", name=name))


def enter(staff: Page, code: str, value: str, *, button: str = "提交审核", **texts: str) -> None:
    staff.goto(f"/workspace/{code}/{YEAR}/")
    staff.get_by_label("数值").fill(value)
    for label, typed in texts.items():
        staff.get_by_label(label).fill(typed)
    staff.get_by_role("button", name=button).click()


def review(reviewer: Page, name: str) -> None:
    reviewer.goto("/review/")
    reviewer.get_by_role("navigation", name="待审队列").get_by_role("link", name=name).click()


def test_a_round_from_its_opening_to_the_public(window: Window, sign_in: SignIn, complaints: list[str]) -> None:
    with time_machine.travel(WINTER):
        admin = sign_in("demo-admin", led_to="/manage/")
        configure(admin, "registered-results", "公报 8 月才发布", 来源发布月份="8")
        configure(admin, "incubated-firms", "归口调整", 责任单位="省知识产权局")
        open_round(admin)
    with time_machine.travel(SPRING):
        staff, reviewer = sign_in("demo-staff"), sign_in("demo-reviewer", led_to="/review/")
        a_late_source_is_not_overdue(staff)
        what_is_overdue_is_told(staff)
        what_does_not_exist_is_not_asked_for_again(staff)
        a_unit_slip_is_caught_and_mended(staff)
        a_returned_figure_is_corrected_and_approved(staff, reviewer)
        a_warning_is_passed_with_a_reason(staff, reviewer)
        public = window()
        the_reason_is_a_public_footnote(public)
        a_correction_is_public_with_old_new_and_why(staff, reviewer, public)
        the_second_department_reports_what_is_its_own(sign_in("demo-other"), reviewer, public)
    told = ("400 (Bad Request)", "403 (Forbidden)")
    assert [complaint for complaint in complaints if not any(status in complaint for status in told)] == []
    complaints.clear()


def a_late_source_is_not_overdue(staff: Page) -> None:
    expect(group(staff, "已到期")).to_contain_text(INCUBATORS)
    expect(group(staff, "已到期")).to_contain_text("蓝色催报")
    expect(group(staff, "已到期")).not_to_contain_text(RESULTS)
    expect(group(staff, "未到填报期")).to_contain_text(RESULTS)
    expect(group(staff, "未到填报期")).to_contain_text("2017 年数据预计 2018 年 8 月发布")
    staff.goto("/completeness/")
    assert "未到填报期" in year_cell(staff, RESULTS)
    assert "逾期" in year_cell(staff, INCUBATORS)


def year_cell(page: Page, target: str) -> str:
    """What the matrix says of the round's year."""
    return page.get_by_role("row", name=target).first.get_by_role("cell").nth(YEAR - 2015).inner_text()


def what_is_overdue_is_told(staff: Page) -> None:
    call_command("notices", verbosity=0)
    staff.goto("/notices/")
    expect(staff.get_by_role("main")).to_contain_text(INCUBATORS)
    expect(staff.get_by_role("main")).not_to_contain_text(RESULTS)


def what_does_not_exist_is_not_asked_for_again(staff: Page) -> None:
    staff.goto(f"/workspace/young-talents/{YEAR}/")
    staff.get_by_text("这项数据暂时没有").click()
    staff.get_by_label("到哪一天为止").fill("2018-12-31")
    staff.get_by_label("暂无数据的理由").fill("2017 年没有开展评审")
    staff.get_by_role("button", name="声明暂无数据").click()
    expect(staff.get_by_role("status").first).to_contain_text("已声明暂无数据")
    expect(group(staff, "已声明暂无数据")).to_contain_text("没有开展评审")
    expect(group(staff, "已到期").get_by_role("link", name="青年科技创新人才", exact=True)).to_have_count(0)
    staff.goto("/completeness/")
    row = staff.get_by_role("row", name="青年科技创新人才 省科技厅")
    expect(row.get_by_role("cell").nth(YEAR - 2015)).to_contain_text("至 2018-12-31")


def a_unit_slip_is_caught_and_mended(staff: Page) -> None:
    staff.goto(f"/workspace/high-tech-enterprises/{YEAR}/")
    staff.get_by_label("数值").fill("９２,９００ 家")
    expect(staff.locator(".value-check")).to_contain_text("将保存为 92,900 家")
    expect(staff.locator(".value-check")).to_contain_text("100 倍")
    staff.get_by_label("来源").fill("认定名单")
    staff.get_by_role("button", name="存为草稿").click()
    expect(staff.get_by_role("status").first).to_contain_text("已存为草稿")
    staff.goto(f"/workspace/high-tech-enterprises/{YEAR}/")
    expect(staff.locator(".value-check")).to_contain_text("100 倍")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status").first).to_contain_text("尚未提交审核")
    staff.get_by_label("数值").fill("920")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status").first).to_contain_text("已提交审核")
    expect(staff.get_by_role("status").first).to_contain_text("下一条")


def a_returned_figure_is_corrected_and_approved(staff: Page, reviewer: Page) -> None:
    review(reviewer, FIRMS)
    reviewer.get_by_label("退回的理由").fill("名单上是 929 家")
    reviewer.get_by_role("button", name="退回").click()
    staff.goto("/workspace/")
    expect(group(staff, "被退回")).to_contain_text("退回理由：名单上是 929 家")
    group(staff, "被退回").get_by_role("link", name=FIRMS).first.click()
    staff.get_by_label("数值").fill("929")
    staff.get_by_label("添加链接").fill("https://example.org/list-2017")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status").first).to_contain_text("已提交审核")
    review(reviewer, FIRMS)
    for words in ("名单上是 929 家", "https://example.org/list-2017", "合理区间"):
        expect(reviewer.get_by_role("article")).to_contain_text(words)
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")


def a_warning_is_passed_with_a_reason(staff: Page, reviewer: Page) -> None:
    enter(staff, "incubators", "1190", 情况说明="口径扩大到众创空间")
    expect(staff.get_by_role("status").first).to_contain_text("已提交审核")
    review(reviewer, INCUBATORS)
    expect(reviewer.get_by_role("article")).to_contain_text("10 倍")
    expect(reviewer.get_by_role("article")).to_contain_text("说明：口径扩大到众创空间")
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")


def the_reason_is_a_public_footnote(public: Page) -> None:
    public.goto(f"/targets/incubators/?as_of_year={YEAR}")
    expect(public.get_by_role("main")).to_contain_text("填报时的提示：")
    expect(public.get_by_role("main")).to_contain_text("说明：口径扩大到众创空间")


def a_correction_is_public_with_old_new_and_why(staff: Page, reviewer: Page, public: Page) -> None:
    enter(staff, "high-tech-enterprises", "935", button="存为草稿", 更正理由="补录六家")
    expect(staff.get_by_role("alert")).to_contain_text("请选择更正原因")
    staff.get_by_label("更正原因").select_option("更正差错")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status").first).to_contain_text("已提交审核")
    public.goto(f"/targets/high-tech-enterprises/?as_of_year={YEAR}")
    expect(public.locator(".finding").first).to_contain_text("929")
    review(reviewer, FIRMS)
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")
    public.reload()
    expect(public.locator(".finding").first).to_contain_text("935")
    public.goto("/changes/")
    row = public.get_by_role("row", name=FIRMS)
    for words in ("929 家", "935 家", "更正差错", "补录六家"):
        expect(row).to_contain_text(words)


def the_second_department_reports_what_is_its_own(other: Page, reviewer: Page, public: Page) -> None:
    expect(group(other, "已到期")).to_contain_text(HATCHED)
    expect(other.get_by_role("main")).not_to_contain_text(FIRMS)
    other.goto(f"/workspace/high-tech-enterprises/{YEAR}/")
    expect(other.get_by_role("main")).to_contain_text("由省科技厅负责填报")
    enter(other, "incubated-firms", "520", 来源="孵化器年报")
    expect(other.get_by_role("status").first).to_contain_text("已提交审核")
    review(reviewer, HATCHED)
    expect(reviewer.get_by_role("article")).to_contain_text("省知识产权局")
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")
    public.goto(f"/targets/incubated-firms/?as_of_year={YEAR}")
    expect(public.get_by_role("main")).to_contain_text("520")
