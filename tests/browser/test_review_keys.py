"""In a browser: a reviewer walks the queue, returns and approves from the keyboard, and approves several at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from planportal.accounts.models import User
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, State, Target

SignIn = Callable[..., Page]
LOW = {"width": 1440, "height": 320}


def submitted(people: dict[str, User], code: str, *, year: int = 2017, value: str = "50") -> Figure:
    staff, target = people["demo-staff"], Target.objects.get(code=code)
    content = Content(value=value, source="台账", reason="核定")
    figure = services.figure_draft(by=staff, target=target, city=None, year=year, content=content)
    return services.figure_submit(by=staff, figure=figure, if_version=1)


def state_of(figure: Figure) -> str:
    return Figure.objects.get(pk=figure.pk).state


def seen_to_its_end(page: Page) -> None:
    expect(page.locator("#figure-end[data-seen]")).to_be_attached()


def test_from_the_keyboard(sign_in: SignIn, people: dict[str, User]) -> None:
    first = submitted(people, "registered-results", value="1500")
    second = submitted(people, "incubated-firms", value="4000")
    third = submitted(people, "high-tech-enterprises", value="929")
    page = sign_in("demo-reviewer")
    page.goto("/review/")
    expect(page.locator(".bench__head h2")).to_contain_text("登记科技成果")
    for key, name in [("j", "孵化企业"), ("j", "高新技术企业"), ("k", "孵化企业"), ("k", "登记科技成果")]:
        page.keyboard.press(key)
        expect(page.locator(".bench__head h2")).to_contain_text(name)

    # Without a reason, r leads to where it is written; letters are letters there.
    reason = page.get_by_label("退回的理由")
    page.keyboard.press("r")
    expect(reason).to_be_focused()
    page.keyboard.type("raj")
    expect(reason).to_have_value("raj")
    assert state_of(first) == State.SUBMITTED
    page.keyboard.press("Escape")
    expect(reason).not_to_be_focused()
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("已退回：登记科技成果")
    assert (state_of(first), first.events.get(action="returned").why) == (State.RETURNED, "raj")

    expect(page.locator(".bench__head h2")).to_contain_text("孵化企业")
    seen_to_its_end(page)
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("已通过：科技企业孵化器孵化企业")
    assert (state_of(second), state_of(third)) == (State.APPROVED, State.SUBMITTED)


def test_a_key_approves_nothing_that_was_not_shown_to_its_end(sign_in: SignIn, people: dict[str, User]) -> None:
    figure = submitted(people, "high-tech-enterprises", value="929")
    page = sign_in("demo-reviewer", size=LOW)
    page.goto("/review/")
    expect(page.locator("#figure-end")).not_to_be_in_viewport()
    page.keyboard.press("a")
    expect(page.locator("#figure-end")).to_be_in_viewport()
    assert state_of(figure) == State.SUBMITTED
    seen_to_its_end(page)
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("已通过")
    assert state_of(figure) == State.APPROVED


def test_several_at_once(sign_in: SignIn, people: dict[str, User]) -> None:
    first = submitted(people, "registered-results", value="1500")
    second = submitted(people, "high-tech-enterprises", value="929")
    Figure.objects.filter(pk=second.pk).update(warnings=[{"code": "large_change", "message": "较上年变化较大"}])
    third = submitted(people, "incubated-firms", value="4000")
    page = sign_in("demo-reviewer")
    page.goto("/review/")
    assert page.get_by_role("checkbox").count() == 2
    page.get_by_role("checkbox", name="选中 登记科技成果 2017 年（全省）").check()
    expect(page.get_by_role("button", name="通过所选 1")).to_be_visible()
    page.get_by_role("button", name="全选").click()
    page.get_by_role("button", name="通过所选 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 条已通过")
    assert [state_of(figure) for figure in (first, second, third)] == ["approved", "submitted", "approved"]
