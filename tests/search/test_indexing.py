"""The index: made by seed, the same when made again, up to date after a change, one for each plan."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from fields.models import Direction
from planportal.plan.models import Plan, PlanText
from planportal.search.held import load_synonyms
from planportal.search.indexing import index
from planportal.search.models import Entry, IndexVersion
from planportal.search.searching import built_at, search, suggest

Queries = Callable[[int], Any]


def found(plan: Plan, text: str, **how: Any) -> list[tuple[str, str]]:
    return [(hit.kind, hit.key) for hit in search(plan, text, **how).hits]


def test_seed_makes_it_and_again_writes_nothing(seeded: Plan) -> None:
    before = IndexVersion.objects.get(plan=seeded)
    kinds = {kind: Entry.objects.filter(kind=kind).count() for kind in ("target", "field", "direction", "alliance")}
    assert kinds == {"target": 13, "field": 8, "direction": 362, "alliance": 51}
    assert index(seeded) == 0
    call_command("seed", stdout=io.StringIO())
    after = IndexVersion.objects.get(plan=seeded)
    assert (after.version, after.built_at) == (before.version, before.built_at)


def test_what_has_changed_is_found_by_the_next_search(seeded: Plan, django_assert_num_queries: Queries) -> None:
    before = IndexVersion.objects.get(plan=seeded).version
    assert found(seeded, "金刚狼") == []
    Direction.objects.filter(number=33).update(name="金刚狼材料")
    Direction.objects.filter(number=34).delete()
    assert found(seeded, "金刚狼") == []
    assert index(seeded) == 2
    assert found(seeded, "jingang lang") == [("direction", "33")]
    assert found(seeded, "大功率储能材料") == []
    version = IndexVersion.objects.get(plan=seeded)
    assert (version.version, version.built_at) == (before + 1, built_at(seeded))
    # The index is held; which one is in force is asked each time.
    with django_assert_num_queries(1):
        search(seeded, "金刚狼", stop=None)
    with django_assert_num_queries(1):
        suggest(seeded, "材料")


def test_the_text_of_the_plan_is_found_where_it_is_loaded(seeded: Plan) -> None:
    lines = [""] * 700
    # Under the heading of line 57, 发展目标.
    lines[59] = "　　到2020年，进入飞跃发展的新阶段。"
    PlanText.objects.create(plan=seeded, text="\n".join(lines), loaded_at=timezone.now())
    index(seeded)
    hit = search(seeded, "飞跃").hits[0]
    assert (hit.kind, hit.key) == ("page", "line-57")
    assert [piece.text for piece in hit.snippet if piece.is_hit] == ["飞跃"]


def test_a_plan_finds_its_own_alone_and_links_below_its_address(seeded: Plan) -> None:
    other = Plan.objects.create(
        code="next-plan",
        title="下一个规划",
        start_year=2021,
        end_year=2025,
        issued_on=timezone.localdate(),
        loaded_at=timezone.now(),
    )
    assert search(other, "技术").count == 0
    assert built_at(other) == other.loaded_at
    index(other)
    assert found(other, "石墨") == []
    page = search(other, "怎么算").hits[0]
    assert (page.key, page.address) == ("method", "/p/next-plan/method/")
    assert search(seeded, "怎么算").hits[0].address == "/method/"
    # Who signs in signs in to all plans.
    assert search(other, "登录").hits[0].address == search(seeded, "登录").hits[0].address == "/accounts/login/"


def test_an_english_reader_reads_english_where_there_is_any(seeded: Plan) -> None:
    with translation.override("en"):
        hit = search(seeded, "modern").hits[0]
        assert (hit.key, hit.label) == ("modern-agriculture", "Priority field")
        assert [(piece.text, piece.is_hit) for piece in hit.title] == [("Modern", True), (" agriculture", False)]
        direction = search(seeded, "石墨电极").hits[0]
        assert "".join(piece.text for piece in direction.title) == "石墨电极材料"
        assert "".join(piece.text for piece in direction.snippet) == "New materials"
        assert search(seeded, "航空发动机").hits[0].label == "National project"


def test_suggestions_are_names_that_begin_so(seeded: Plan) -> None:
    assert [hit.key for hit in suggest(seeded, "石")][:2] == ["15", "33"]
    assert [hit.key for hit in suggest(seeded, "shim")][:2] == ["15", "33"]
    assert suggest(seeded, "") == ()
    assert len(suggest(seeded, "技术", limit=3)) == 3
    # A field's directions are found by its name, which is their text, but no suggestion for it.
    assert "12" not in {hit.key for hit in suggest(seeded, "新材料", limit=50)}


@pytest.fixture
def editors(settings: Any, tmp_path: Path) -> Path:
    """The editors' own file of synonyms."""
    settings.SEARCH_SYNONYMS = str(tmp_path / "synonyms.txt")
    return tmp_path / "synonyms.txt"


def test_editors_change_the_synonyms_and_the_next_search_knows(seeded: Plan, editors: Path) -> None:
    editors.write_text("铅笔芯 = 石墨\n", encoding="utf-8")
    assert search(seeded, "铅笔芯").also == ("石墨",)
    assert found(seeded, "铅笔芯")[0] == ("alliance", "15")
    editors.write_text("# 没有\n", encoding="utf-8")
    assert found(seeded, "铅笔芯") == []
    editors.unlink()
    assert found(seeded, "石墨")[0] == ("alliance", "15")


def test_a_file_in_gbk_counts_and_the_last_good_one_while_it_cannot_be_read(seeded: Plan, editors: Path) -> None:
    editors.write_bytes("铅笔芯 = 石墨\n".encode("gb18030"))
    assert search(seeded, "铅笔芯").also == ("石墨",)
    for broken in (b"\xff\xfe\x00\x94", b"", "# 头\n铅笔芯 = 石墨".encode()[:-1]):
        editors.write_bytes(broken)
        assert search(seeded, "铅笔芯").also == ("石墨",)
    editors.unlink()
    assert search(seeded, "铅笔芯").also == ("石墨",)
    editors.write_text("铅笔芯 = 石墨电极\n", encoding="utf-8")
    assert search(seeded, "铅笔芯").also == ("石墨电极",)
    told = io.StringIO()
    editors.write_bytes("铅笔芯 = 石墨\n".encode("gb18030"))
    call_command("index_search", stdout=told)
    assert "文件不是 UTF-8 编码，已按 GB18030（GBK）读取" in told.getvalue()


def test_a_wrong_line_is_left_out_and_told_with_its_number(seeded: Plan, editors: Path) -> None:
    wrong = "# 头\n铅笔芯 = 石墨\n只有一个\n甲 = = 乙\n丙 ＝ 丙\n"
    editors.write_text(wrong, encoding="utf-8")
    assert found(seeded, "铅笔芯")[0] == ("alliance", "15")
    assert found(seeded, "qianbixin") == []
    call_command("index_search")
    assert found(seeded, "qianbixin")[0] == ("alliance", "15")
    told = io.StringIO()
    call_command("index_search", stdout=told)
    assert "写入或移除 0" in told.getvalue()
    assert "同义词 1 组，有误 3 行" in told.getvalue()
    assert [line in told.getvalue() for line in ("第 3 行：", "第 4 行：", "第 5 行：")] == [True] * 3


def test_a_file_that_cannot_be_read_is_told(seeded: Plan, editors: Path) -> None:
    editors.write_bytes(b"\xff\xfe\x00\x94")
    told = io.StringIO()
    call_command("index_search", stdout=told)
    assert "无法读取文件" in told.getvalue()
    assert "同义词 0 组，有误 1 行" in told.getvalue()


def test_the_file_that_comes_along_is_good(settings: Any) -> None:
    synonyms, faults = load_synonyms(Path(settings.SEARCH_SYNONYMS))
    assert faults == ()
    assert synonyms is not None
    assert synonyms.group_count >= 60
