"""The official text is stored where it is the very one that the facts were read from; anything else stores nothing."""

import hashlib
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from planportal.plan.models import Plan, PlanText
from planportal.plan.official_text import loaded_text


@pytest.fixture
def file(tmp_path: Path, seeded: Plan, sample: str) -> Path:
    """A text whose SHA-256 is that of the plan's facts."""
    path = tmp_path / "plan.txt"
    path.write_bytes(sample.encode())
    Plan.objects.update(source_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def run(*arguments: str) -> str:
    printed = io.StringIO()
    call_command("load_plan_text", *arguments, stdout=printed)
    return printed.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 1
    assert "\n" not in str(caught.value)
    assert not PlanText.objects.exists()
    return str(caught.value)


def test_the_text_is_loaded_once_and_taken_out_again(file: Path, sample: str) -> None:
    plan = Plan.objects.get()
    assert "已载入《黑龙江省“十三五”科技创新规划》原文" in run(str(file))
    first = PlanText.objects.get()
    assert first.text == sample
    assert "没有变化" in run(str(file))
    assert PlanText.objects.get().loaded_at == first.loaded_at
    text = loaded_text(plan)
    assert text is not None
    assert "\n".join(line.text for line in text.lines) + "\n" == sample
    assert "已移除" in run("--remove")
    assert loaded_text(plan) is None
    assert "没有载入过原文" in run("--remove", "--plan", plan.code)


def test_another_text_is_refused_with_both_sums(file: Path, sample: str) -> None:
    wanted = Plan.objects.get().source_sha256
    file.write_text(sample.replace("目标丁", "目标丁丁"), encoding="utf-8")
    said = refused(str(file))
    assert wanted in said
    assert hashlib.sha256(file.read_bytes()).hexdigest() in said


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b"", "文件是空的"),
        ("规划\n".encode("gb18030"), "不是 UTF-8 编码"),
        ("规\0划\n".encode(), "空字符"),
        (b"a", "截断"),
    ],
)
def test_a_text_that_could_not_be_read_is_refused_even_with_the_right_sum(
    file: Path, damaged: bytes, reason: str
) -> None:
    file.write_bytes(damaged)
    Plan.objects.update(source_sha256=hashlib.sha256(damaged).hexdigest())
    assert reason in refused(str(file))


def test_what_is_not_there_or_not_said_is_refused(file: Path) -> None:
    assert "没有规划“other”" in refused(str(file), "--plan", "other")
    assert "无法读取文件" in refused(str(file.with_name("absent.txt")))
    assert "无法读取文件" in refused(str(file.parent))
    assert "请写明原文文件" in refused()
    assert "请写明原文文件" in refused(str(file), "--remove")


def test_a_plan_that_tells_no_sum_is_refused_in_words(file: Path) -> None:
    Plan.objects.update(source_sha256="")
    assert "没有写明原文的 SHA-256，无法核对" in refused(str(file))


def test_a_text_that_cannot_be_found_is_not_loaded(file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_entry RENAME TO elsewhere")
    with pytest.raises(ProgrammingError):
        run(str(file))
    assert not PlanText.objects.exists()


def test_a_text_that_the_facts_are_no_longer_read_from_is_not_shown(file: Path) -> None:
    run(str(file))
    Plan.objects.update(source_sha256="0" * 64)
    assert loaded_text(Plan.objects.get()) is None
