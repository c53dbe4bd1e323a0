"""Evidence in a real browser, without scripts: attached on a phone, refused in words, read by the reviewer, saved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.targets.pieces import PDF, office

ENTRY = "/workspace/incubators/2018/"
PHONE = {"width": 360, "height": 740}


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side; a page without scripts is measured from outside."""
    widths = [box["x"] + box["width"] for item in page.locator("main *").all() if (box := item.bounding_box())]
    return max(widths) <= PHONE["width"]


def test_a_figure_is_proved_and_its_proof_read(sign_in: Callable[..., Page], complaints: list[str]) -> None:
    staff = sign_in("demo-staff", size=PHONE, scripts=False)
    staff.goto(ENTRY)
    staff.get_by_label("数值").fill("140")
    staff.get_by_label("添加文件").set_input_files([file("名单.xlsx", office("xlsx")), file("公告.docx", PDF)])
    staff.get_by_role("button", name="存为草稿").click()
    summary = staff.get_by_role("alert")
    expect(summary).to_contain_text("“公告.docx”的内容是 PDF，文件名应以 .pdf 结尾。")
    expect(summary).to_contain_text("请重新选择：名单.xlsx、公告.docx")
    expect(staff.get_by_label("数值")).to_have_value("140")
    assert fits(staff)
    # The browser itself notes that the answer was a 400.
    complaints.clear()
    long_name = f"{'各市地科技企业孵化器名单' * 6}.xlsx"
    staff.get_by_label("添加文件").set_input_files([file(long_name, office("xlsx")), file("公告.pdf", PDF)])
    staff.get_by_label("添加链接").fill(f"https://kjt.hlj.gov.cn/{'a' * 300}")
    staff.get_by_role("button", name="存为草稿").click()
    staff.goto(ENTRY)
    assert fits(staff)
    staff.get_by_label(f"移除{long_name}").check()
    staff.get_by_role("button", name="提交审核").click()
    expect(staff.get_by_text("已提交审核")).to_be_visible()

    reviewer = sign_in("demo-reviewer", size=PHONE)
    reviewer.goto("/review/")
    expect(reviewer.get_by_role("heading", name="佐证材料")).to_contain_text("2 份")
    assert fits(reviewer)
    with reviewer.expect_download() as saved:
        reviewer.get_by_role("link", name="公告.pdf").click()
    assert saved.value.suggested_filename == "公告.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF
