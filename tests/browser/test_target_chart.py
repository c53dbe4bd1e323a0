"""In a browser: a target's drawing under pointer and keys, and figures supposed by sliders or by a plain form."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

Window = Callable[..., Page]
ADDRESS = "/targets/rd-intensity/?as_of_year=2017"
PHONE = {"width": 360, "height": 800}
# What moved by itself since the page was opened, added up.
SHIFTS = """() => new Promise((done) => new PerformanceObserver((list) => done(
    list.getEntries().reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0)
)).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 500))"""

# How long the lines of figures are that are drawn, solid and dashed.
ACCENT_LENGTHS = """() => {
    const lengths = { solid: [], dashed: [] };
    for (const line of document.querySelectorAll('[data-chart-canvas] path[stroke="#0b5d69"][fill="none"]')) {
        lengths[line.getAttribute("stroke-dasharray") ? "dashed" : "solid"].push(line.getTotalLength());
    }
    return lengths;
}"""

# Whether each hollow dot of a supposed figure lies on the supposed line.
DOTS_ON_LINE = """() => {
    const shapes = [...document.querySelectorAll("[data-chart-canvas] svg path")];
    const line = shapes.find((one) => one.getAttribute("stroke") === "#a8500b" && one.getAttribute("fill") === "none");
    const dots = shapes.filter((one) => one.getAttribute("stroke") === "#a8500b" && one !== line);
    return dots.map((dot) => {
        const box = dot.getBoundingClientRect();
        const centre = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
        const place = centre.matrixTransform(line.getScreenCTM().inverse());
        Object.assign(line.style, { strokeWidth: "4px", strokeDasharray: "none" });
        return line.isPointInStroke(place);
    });
}"""


def chart_of(page: Page) -> Locator:
    """The drawing, once it has taken the place of the server's."""
    expect(page.locator(".chart--live")).to_be_attached()
    return page.get_by_role("application")


def table_of(page: Page) -> dict[str, list[str]]:
    """The numbers of the year table: actual, change, scheduled; what is not there is left out."""
    rows = page.locator("table", has=page.locator("#years")).locator("tbody tr").all()
    cells = {row.locator("th").inner_text()[:4]: row.locator("td.table__number").all_inner_texts() for row in rows}
    return {year: [text.split("\n")[0] for text in texts if not text.startswith("—")] for year, texts in cells.items()}


def colour_of(page: Page) -> str:
    """The colour of the actual line, the thickest that is drawn."""
    line: Any = page.locator('[data-chart-canvas] path[stroke-width="2.5"]').first.get_attribute("stroke")
    return str(line)


def test_pointer_and_keys_read_out_the_table(window: Window) -> None:
    for size in ({"width": 1440, "height": 900}, PHONE):
        page = window(size=size)
        page.goto(ADDRESS)
        chart, tip = chart_of(page), page.locator("[data-chart-tip]")
        assert page.evaluate(SHIFTS) < 0.01
        expect(page.locator(".trajectory").first).to_be_hidden()
        numbers = table_of(page)
        assert [len(numbers[year]) for year in ("2016", "2020")] == [3, 1]
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box
        page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
        first = page.locator(".chart__year").inner_text()
        assert first == "2015"
        assert all(number in tip.inner_text() for number in numbers[first])
        page.mouse.move(box["x"] + 40, box["y"] - 40)
        expect(tip).to_be_hidden()

        chart.focus()
        said = page.locator("[data-chart-said]")
        for year, told in numbers.items():
            page.keyboard.press("ArrowRight")
            expect(said).to_contain_text(f"{year}：")
            assert all(number in (said.text_content() or "") for number in told)
            assert page.locator(".chart__year").inner_text() == year
        page.keyboard.press("ArrowLeft")
        expect(said).to_contain_text("2019：")
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        expect(chart).not_to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_follows_the_theme_and_leaves_paper_to_the_servers_drawing(window: Window) -> None:
    page = window()
    page.goto(ADDRESS)
    chart_of(page)
    assert colour_of(page) == "#0b5d69"
    page.emulate_media(color_scheme="dark")
    expect(page.locator('[data-chart-canvas] path[stroke="#63c3cc"]').first).to_be_attached()
    page.get_by_role("button", name="浅色").click()
    chart_of(page)
    expect(page.locator('[data-chart-canvas] path[stroke="#0b5d69"]').first).to_be_attached()
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="深色").click()
    chart_of(page)
    expect(page.locator('[data-chart-canvas] path[stroke="#63c3cc"]').first).to_be_attached()
    page.emulate_media(media="print")
    expect(page.locator(".trajectory--wide")).to_be_visible()
    expect(page.locator(".chart__canvas")).to_be_hidden()


def test_sliders_ask_the_server_and_draw_what_is_supposed(window: Window, complaints: list[str]) -> None:
    page = window()
    page.goto(ADDRESS)
    chart_of(page)
    section = page.get_by_role("region", name="如果余下各年是另一个样子")
    result, last = section.locator("[data-what-if-result]"), section.get_by_role("textbox", name="2020 年数值")
    expect(result).to_contain_text("未完成")
    assert "假设" not in page.locator("[data-chart-canvas]").inner_text()
    section.get_by_role("link", name="刚好达标").click()
    expect(last).to_have_value("2.00")
    expect(result).to_contain_text("已完成")
    expect(page.locator("[data-chart-canvas]")).to_contain_text("假设 2.00")
    expect(page.get_by_text("假设的数，不是数据")).to_be_visible()
    assert page.evaluate(DOTS_ON_LINE) == [True, True, True]
    slider = section.get_by_role("slider", name="2020 年数值")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(last).to_have_value("1.99")
    expect(section.locator("[data-what-if-said]")).to_contain_text("没有达到目标 2.00%，还差 0.01 个百分点")
    expect(result).to_contain_text("未完成")
    expect(page.locator("[data-chart-canvas]")).to_contain_text("假设 1.99")
    last.fill("")
    expect(result).to_contain_text("2020 年没有填数")
    expect(last).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-chart-canvas]")).not_to_contain_text("假设")
    assert complaints.pop().endswith("(Bad Request)")
    last.fill("25")
    expect(result).to_contain_text("25.00%")
    expect(last).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-chart-canvas]")).to_contain_text("假设 25.00")
    expect(page.get_by_role("application")).to_have_accessible_description(
        re.compile("假设（不是数据）：.*2020 年 25.00")
    )
    last.fill("½")
    fault = section.locator("#what-if-fault-y2020")
    expect(fault).to_contain_text("“½”不是数值")
    result.get_by_role("link", name="“½”不是数值").click()
    expect(last).to_be_focused()
    expect(last).to_have_value("½")
    assert complaints.pop().endswith("(Bad Request)")
    last.fill("2.10")
    expect(fault).to_be_hidden()
    expect(result.get_by_role("link", name="这一假设的地址")).to_have_attribute(
        "href", re.compile("y2020=2.10#what-if$")
    )
    page.context.set_offline(offline=True)
    last.fill("2.20")
    failed = section.get_by_role("alert").get_by_text("现在算不出来")
    expect(failed).to_be_visible()
    expect(result).to_have_class(re.compile("what-if__result--old"))
    assert "ERR_INTERNET_DISCONNECTED" in complaints.pop()
    page.context.set_offline(offline=False)
    last.fill("2.30")
    expect(result).to_contain_text("2.30%")
    expect(failed).to_be_hidden()
    expect(result).not_to_have_class(re.compile("what-if__result--old"))
    assert ADDRESS in page.url


def test_a_session_that_ended_is_said_and_nothing_typed_is_lost(sign_in: Window) -> None:
    page = sign_in("demo-staff")
    page.wait_for_url("**/workspace/")
    page.goto(f"{ADDRESS}&view=reported")
    chart_of(page)
    section = page.get_by_role("region", name="如果余下各年是另一个样子")
    page.context.clear_cookies()
    section.get_by_role("textbox", name="2020 年数值").fill("2.10")
    expect(section.get_by_role("alert").get_by_text("登录已失效，没有计算")).to_be_visible()
    expect(section.locator("[data-what-if-result]")).not_to_contain_text("用户名")
    section.get_by_role("link", name="重新登录，再算这一假设").click()
    page.wait_for_url(re.compile(r"/accounts/login/\?next=.*y2020%3D2.10"))


def test_a_year_without_data_is_no_solid_line_and_a_target_without_any_is_drawn_once_supposed(
    window: Window, complaints: list[str]
) -> None:
    page = window()
    page.goto("/targets/high-tech-enterprises/?as_of_year=2019")
    chart_of(page)
    expect(page.get_by_text("其间年份无数据")).to_be_visible()
    solid, dashed = (sum(page.evaluate(ACCENT_LENGTHS)[kind]) for kind in ("solid", "dashed"))
    assert solid < 1
    assert dashed > 300

    for size in (PHONE, {"width": 1440, "height": 900}):
        page = window(size=size)
        page.goto("/targets/registered-results/")
        expect(page.get_by_text("还没有可画的数据")).to_be_visible()
        expect(page.locator(".chart__key")).to_be_hidden()
        section = page.get_by_role("region", name="如果余下各年是另一个样子")
        section.get_by_role("link", name="刚好达标").click()
        chart = chart_of(page)
        expect(page.locator("[data-chart-canvas]")).to_contain_text("假设")
        expect(page.get_by_text("还没有可画的数据")).to_be_hidden()
        expect(page.locator(".chart__key")).to_contain_text("纵轴从 1,600 起，不从 0 起。")
        assert page.evaluate(DOTS_ON_LINE) == [True] * 5
        chart.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-chart-said]")).to_contain_text("2016：实际 暂无数据，假设（不是数据）")
        section.get_by_role("textbox", name="2020").fill("")
        expect(page.get_by_text("还没有可画的数据")).to_be_visible()
        assert complaints.pop().endswith("(Bad Request)")
        section.get_by_role("textbox", name="2020").fill("1")
        expect(page.locator("[data-chart-canvas]")).to_contain_text("假设")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_drawing_is_the_servers_and_the_form_is_sent(
    window: Window, complaints: list[str]
) -> None:
    page = window(scripts=False)
    page.goto(ADDRESS)
    expect(page.locator(".trajectory--wide")).to_be_visible()
    expect(page.locator(".chart__live")).to_be_hidden()
    section = page.get_by_role("region", name="如果余下各年是另一个样子")
    expect(section.locator('input[type="range"]').first).to_be_hidden()
    section.get_by_role("textbox", name="2020 年数值").fill("2.5")
    section.get_by_role("button", name="计算").click()
    assert "/targets/rd-intensity/what-if/?as_of_year=2017&y2018=" in page.url
    expect(section).to_contain_text("若真如此：2020 年为 2.50%，达到目标 2.00%")
    expect(page.locator(".trajectory--wide .trajectory__label--hypothetical")).to_have_text("假设 2.50")
    section.get_by_role("textbox", name="2020 年数值").fill("2.555")
    section.get_by_role("button", name="计算").click()
    expect(section).to_contain_text("2020 年：“2.555”小数位过多，该指标最多 2 位小数。")
    assert complaints.pop().endswith("(Bad Request)")
