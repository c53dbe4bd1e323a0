"""In a browser, without scripts: an approved figure is corrected, and a target amended, and the public sees why."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

NAME = "国家级高新技术企业"
ENTRY = "/workspace/high-tech-enterprises/2020/"
AMEND = "/manage/targets/high-tech-enterprises/amend/"

SignIn = Callable[..., Page]
Window = Callable[..., Page]


def test_the_public_sees_old_new_and_why(window: Window, sign_in: SignIn, complaints: list[str]) -> None:
    public = window(scripts=False)
    public.goto("/changes/")
    expect(public.get_by_role("main")).to_contain_text("已审核的数据还没有更正过。")

    staff = sign_in("demo-staff", scripts=False)
    staff.goto(ENTRY)
    staff.get_by_label("数值").fill("1940")
    staff.get_by_label("更正理由").fill("复核后更正")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("alert")).to_contain_text("请选择更正原因。")
    expect(staff.get_by_label("更正理由")).to_have_value("复核后更正")
    staff.get_by_label("更正原因").select_option("更正差错")
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_role("status")).to_contain_text("已提交审核")
    public.reload()
    expect(public.get_by_role("main")).to_contain_text("已审核的数据还没有更正过。")

    reviewer = sign_in("demo-reviewer", scripts=False)
    reviewer.get_by_role("link", name="审核", exact=True).click()
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_role("status")).to_contain_text("已通过")
    public.reload()
    row = public.get_by_role("row", name=NAME)
    for words in ("1,932 家", "1,940 家", "更正差错", "复核后更正"):
        expect(row).to_contain_text(words)
    assert [complaint for complaint in complaints if "400 (Bad Request)" not in complaint] == []
    complaints.clear()


def test_an_administrator_amends_a_target_in_two_steps(window: Window, sign_in: SignIn, complaints: list[str]) -> None:
    admin = sign_in("demo-admin", scripts=False)
    admin.goto(AMEND)
    admin.get_by_label("调整后的目标值").fill("2000")
    admin.get_by_label("决定日期").fill("2018-10-01")
    admin.get_by_label("依据的文件").fill("关于调整部分规划指标的通知")
    admin.get_by_label("理由").fill("认定办法修订")
    admin.get_by_role("button", name="下一步").click()
    expect(admin.get_by_role("main")).to_contain_text("截至 2020 年的结论由“已完成”变为“未完成”。")
    admin.get_by_role("button", name="登记这项调整").click()
    expect(admin.get_by_role("status")).to_contain_text("已登记目标调整")
    public = window(scripts=False)
    public.goto("/targets/high-tech-enterprises/?as_of_year=2020")
    expect(public.locator(".finding")).to_contain_text("没有达到目标 2,000 家")
    public.goto("/targets/high-tech-enterprises/?as_of_year=2017")
    expect(public.get_by_role("region", name="目标调整")).to_contain_text("决定晚于所看年份")
    # The workspace that signing in leads to is not an administrator's.
    assert [complaint for complaint in complaints if "403 (Forbidden)" not in complaint] == []
    complaints.clear()
