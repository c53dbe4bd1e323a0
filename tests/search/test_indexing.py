"""The index: made by seed, the same when made again, up to date after a change, one for each plan."""

import hashlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone, translation

from fields.models import Direction, NationalProject
from planportal.accounts.models import Department
from planportal.plan.models import Heading, Plan, PlanText
from planportal.search import held
from planportal.search.held import load_synonyms
from planportal.search.indexing import index
from planportal.search.models import Entry, IndexVersion
from planportal.search.searching import built_at, search, suggest
from tests.waiting import PATIENCE_SECONDS, Start

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
    text = "\n".join(lines) + "\n"
    seeded.source_sha256 = hashlib.sha256(text.encode()).hexdigest()
    PlanText.objects.create(plan=seeded, text=text, loaded_at=timezone.now())
    index(seeded)
    hit = search(seeded, "飞跃").hits[0]
    assert (hit.kind, hit.key) == ("page", "line-57")
    assert [piece.text for piece in hit.snippet if piece.is_hit] == ["飞跃"]
    assert "".join(piece.text for piece in hit.snippet).startswith("第二章 三 ")
    # The facts come from another text by now: the pages show this one no longer.
    seeded.source_sha256 = "0" * 64
    index(seeded)
    assert found(seeded, "飞跃") == []


def test_what_has_the_key_of_another_one_is_found_too(seeded: Plan) -> None:
    project = NationalProject.objects.earliest("pk")
    other = seeded.fields.exclude(pk=project.field_id).latest("pk")
    NationalProject.objects.create(field=other, position=99, name=project.name)
    Department.objects.create(code="method", name="省方法厅")
    before, count = IndexVersion.objects.get(plan=seeded).version, Entry.objects.count()
    for number in (91, 92):
        Heading.objects.create(plan=seeded, part="chapter-1", level="section", number=number, title=f"新节{number}")
    index(seeded)
    assert Entry.objects.count() == count + 4
    assert found(seeded, project.name).count(("page", project.name)) == 2
    assert found(seeded, "省方法厅")[0] == ("page", "method")
    assert found(seeded, "怎么算")[0] == ("page", "method")
    assert found(seeded, "新节")[:2] == [("page", "line-None")] * 2
    Heading.objects.create(plan=seeded, part="chapter-1", level="section", number=92, title="又一节")
    with pytest.raises(CommandError, match=r"两项同是“heading:chapter-1:section:92”：“新节92”和“又一节”"):
        call_command("index_search", stdout=io.StringIO())
    assert IndexVersion.objects.get(plan=seeded).version == before + 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_once(seeded: Plan, start: Start) -> None:
    before = IndexVersion.objects.get(plan=seeded).version
    with transaction.atomic():
        Direction.objects.filter(number=33).update(name="金刚狼材料")
        assert index(seeded) == 1
        second = start(lambda: index(seeded))
    assert second.result(PATIENCE_SECONDS) == 0
    assert IndexVersion.objects.get(plan=seeded).version == before + 1


@pytest.mark.django_db(transaction=True)
def test_many_threads_read_an_index_once_and_whole_and_answer_from_the_last_one_meanwhile(
    seeded: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    reading, go_on, together = threading.Event(), threading.Event(), threading.Barrier(6)

    def watched(execute: Any, sql: str, *rest: Any) -> Any:
        if 'FROM "search_entry"' in sql:
            reads.append(sql)
            reading.set()
            assert go_on.wait(PATIENCE_SECONDS)
        return execute(sql, *rest)

    def hold(barrier: threading.Barrier | None = None) -> held.Held:
        try:
            with connection.execute_wrapper(watched):
                if barrier:
                    barrier.wait(PATIENCE_SECONDS)
                got = held.held_index(seeded)
                assert got is not None
                return got
        finally:
            connections.close_all()

    monkeypatch.setattr(held, "_indexes", {})  # as in a new process
    with ThreadPoolExecutor(6) as pool:
        first = [pool.submit(hold, together) for _ in range(6)]
        assert reading.wait(PATIENCE_SECONDS)
        assert not any(one.done() for one in first)
        go_on.set()
        got = [one.result(PATIENCE_SECONDS) for one in first]
        assert {id(one) for one in got} == {id(got[0])}
        assert len(got[0].index.documents) == Entry.objects.filter(plan=seeded).count()
        assert len(reads) == 1
        reading.clear()
        go_on.clear()
        IndexVersion.objects.update(version=F("version") + 1, built_at=timezone.now())
        newer = pool.submit(hold)
        assert reading.wait(PATIENCE_SECONDS)
        meanwhile = pool.submit(hold).result(PATIENCE_SECONDS)
        assert meanwhile is got[0]
        go_on.set()
        assert newer.result(PATIENCE_SECONDS).built_at == built_at(seeded) > meanwhile.built_at
    assert len(reads) == 2


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
