"""The quality card in a real browser, on a phone and by keyboard alone, without scripts."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

PHONE = {"width": 360, "height": 740}
MOST_STEPS = 200


def fits(page: Page, part: str) -> bool:
    """Whether nothing of a part sticks out to the side; a page without scripts is measured from outside."""
    boxes = [box for item in page.locator(part).all() if (box := item.bounding_box())]
    return bool(boxes) and max(box["x"] + box["width"] for box in boxes) <= PHONE["width"]


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the link of this name has the focus."""
    link = page.get_by_role("link", name=name, exact=True)
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if link.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_from_the_target_to_the_card_and_back(window: Callable[..., Page]) -> None:
    page = window(size=PHONE, scripts=False)
    page.goto("/targets/technology-contract-value/?as_of_year=2020")
    page.get_by_text("此前的 2 条规则为什么不适用").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("不适用：目标值为 160.00 亿元。")).to_be_visible()
    assert fits(page, ".columns *")
    tab_to(page, "2020 年数据的质量卡")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("技术合同成交额：2020 年全省数据")
    expect(page.get_by_text("2020 年全省为 265.20 亿元：取自公开发布的统计或报道，正式数；现行有效。")).to_be_visible()
    assert fits(page, "main *")
    tab_to(page, "技术合同成交额")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="怎么算")).to_be_visible()
