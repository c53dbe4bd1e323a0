"""What is sent in too great a number or length is refused with the limit, in one line of the log."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from targets.models import Figure

ENTRY = "/workspace/high-tech-enterprises/2017/"
TYPED = {"value": "929", "source": "年度统计", "note": "别丢", "action": "draft"}
Browse = Callable[[str], Client]


def files(count: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{number}.pdf", b"x") for number in range(count)]


@pytest.mark.parametrize(
    ("limit", "given", "words"),
    [
        ({"DATA_UPLOAD_MAX_NUMBER_FILES": 12}, {"attachments": files(13)}, "文件超过 12 个"),
        ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 3}, {}, "栏目超过 3 项"),
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 2048}, {"reason": "长" * 2000}, "最多 2.0\xa0KB"),
    ],
)
@pytest.mark.parametrize("username", ["demo-staff", ""])
def test_too_much_is_refused_with_the_limit(
    as_person: Browse,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    username: str,
    limit: dict[str, int],
    given: dict[str, Any],
    words: str,
) -> None:
    for name, most in limit.items():
        setattr(settings, name, most)
    caplog.set_level(logging.DEBUG, logger="planportal")
    answer = as_person(username).post(ENTRY, TYPED | given)
    page = re.sub(r"<[^>]+>", "", answer.content.decode())
    assert answer.status_code == 400
    assert words in page
    assert "没有保存任何内容" in page
    assert "请返回上一页" in page
    told = [(record.levelname, record.exc_info) for record in caplog.records]
    assert told == [("WARNING", None)]
    assert not Figure.objects.filter(state="draft").exists()


def test_a_whole_folder_chosen_by_mistake_costs_nothing_typed(browse: Browse) -> None:
    answer = browse("demo-staff").post(ENTRY, TYPED | {"attachments": files(150)})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert answer.context["form"]["note"].value() == "别丢"
    assert "连同已附的共有 150 份佐证材料，每条数据最多 10 份" in page
    assert "9.pdf等 150 个文件" in page
    assert "10.pdf" not in page
