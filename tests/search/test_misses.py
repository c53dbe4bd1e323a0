"""Searches without results: what is kept of them, for how long, and what administrators do about them."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.search import misses
from planportal.search.indexing import index
from planportal.search.miss import Miss, MissSender
from planportal.web.refusals import Forbidden
from tests.reading import table, text
from tests.targets.test_second_plan import second
from tests.waiting import PATIENCE_SECONDS, Start

__all__ = ["second"]  # a fixture

MANAGE = "/manage/searches/"
# What a write that must not be lost waits for a lock, by settings.py.
WRITES_WAIT_SECONDS = 10


def kept(plan: Plan) -> list[tuple[str, int]]:
    return [(miss.words, miss.count) for miss in misses.open_misses(plan)]


def note(plan: Plan, *searched: str, sender: str = "198.51.100.1") -> None:
    for words in searched:
        misses.note_miss(plan, words, sender)


def hours_pass(hours: int) -> None:
    """All that is kept of searches was kept so much earlier."""
    earlier = timedelta(hours=hours)
    Miss.objects.update(first_at=F("first_at") - earlier, last_at=F("last_at") - earlier)
    MissSender.objects.update(counted_at=F("counted_at") - earlier)


def test_page_and_api_note_what_found_nothing_once_a_sender_and_hour(
    client: Client, seeded: Plan, second: Plan
) -> None:
    def ask(sender: int, address: str, **query: str) -> HttpResponse:
        return client.get(address, query, REMOTE_ADDR=f"198.51.100.{sender}")

    for sender, query in ((1, "zzzz"), (2, " ＺＺＺＺ！ "), (1, "嚞 zzzz"), (1, "zzzz"), (2, "zzzz")):
        assert ask(sender, "/search/", q=query).status_code == 200
    for sender, api_query in ((3, {"q": "Zzzz"}), (4, {"q": "zzzz", "kind": "target"}), (4, {"q": "zzzz"})):
        assert ask(sender, "/api/v1/search/", **api_query).json()["count"] == 0
    assert kept(seeded) == [("zzzz", 4), ("嚞 zzzz", 1)]
    # Nor what is found, or found without filters; what was not asked for; or what nobody reads.
    for query in ({"q": "石墨"}, {"q": "石墨", "field": "biotechnology"}, {"q": ""}, {"q": "？！"}, {"q": "嚞" * 101}):
        ask(5, "/search/", **query)
        ask(5, "/api/v1/search/", **query)
    ask(5, "/search/suggest/", q="zzzz")
    for address in ("/search/", "/api/v1/search/"):
        assert client.head(address, {"q": "zzzz"}, REMOTE_ADDR="198.51.100.5").status_code == 200
    assert kept(seeded) == [("zzzz", 4), ("嚞 zzzz", 1)]
    # Filters do not hide that the plan has nothing of it.
    ask(6, "/search/", q="zzzz", kind="target", field="new-materials")
    index(second)
    ask(6, "/p/next-plan/search/", q="石墨电极")
    assert kept(seeded)[0] == ("zzzz", 5)
    assert kept(second) == [("石墨电极", 1)]


def test_a_sender_counts_again_after_an_hour_and_is_forgotten_after_a_day(seeded: Plan) -> None:
    note(seeded, "zzzz", "zzzz")
    hours_pass(1)
    note(seeded, "zzzz", "嚞嚞")
    miss = Miss.objects.get(words="zzzz")
    assert (miss.count, miss.senders) == (2, 1)
    digests = MissSender.objects.values_list("sender", flat=True)
    # Nobody tells from them what else the same sender searched.
    assert [len(digest) for digest in set(digests)] == [64, 64]
    hours_pass(24)
    sweep = io.StringIO()
    call_command("sweep", stdout=sweep)
    assert not MissSender.objects.exists()
    note(seeded, "zzzz")
    miss.refresh_from_db()
    assert (miss.count, miss.senders) == (3, 2)


def test_new_words_are_limited_by_the_hour_and_known_ones_are_not(
    seeded: Plan, second: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misses, "NEW_WORDS_AN_HOUR", 2)
    note(seeded, "zza")
    note(second, "zzb")
    note(seeded, "zzc")
    note(seeded, "zza", sender="198.51.100.2")
    assert kept(seeded) == [("zza", 2)]
    hours_pass(1)
    note(seeded, "zzc")
    assert [words for words, _ in kept(seeded)] == ["zza", "zzc"]


PERSONAL = (
    "wang@example.com",
    "ｗａｎｇ＠example.com",
    "23010219800101123X",
    "13900001111 嚞嚞",
    "0451-8262 9888",
    "１３９ ００００ １１１１",
    "8262988",
    "嚞QQ 1234567",
    "8262-9888",
)


def test_what_may_name_a_person_is_not_kept(client: Client, seeded: Plan) -> None:
    for query in PERSONAL:
        assert "没有找到" in client.get("/search/", {"q": query}).content.decode()
    assert not Miss.objects.exists()


def test_throw_away_words_make_room_before_what_several_asked_for(
    seeded: Plan, second: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misses, "SEARCH_MISSES_KEPT", 3)
    for sender in ("198.51.100.1", "198.51.100.2"):
        note(seeded, "zzwanted", sender=sender)
    hours_pass(1)
    note(second, "zzother")
    for _hour in range(3):
        note(seeded, "zza", "zzb")
        hours_pass(1)
    note(seeded, "zzc")
    assert dict(kept(seeded)) == {"zzwanted": 2, "zzb": 3, "zzc": 1}
    settled = Miss.objects.get(words="zzb")
    misses.miss_settle(by=User.objects.get(username="demo-admin"), miss=settled)
    note(seeded, "zze", "zzf")
    assert {words for words, _ in kept(seeded)} == {"zzwanted", "zze", "zzf"}
    assert Miss.objects.filter(words="zzb").exists()
    assert kept(second) == [("zzother", 1)]


def test_a_settled_one_is_listed_again_when_it_is_searched_again(
    browse: Callable[[str], Client], people: dict[str, User], seeded: Plan
) -> None:
    admin = browse("demo-admin")
    note(seeded, "zzzz")
    miss = Miss.objects.get()
    said = admin.post(f"{MANAGE}{miss.pk}/settle/", follow=True).content.decode()
    assert "“zzzz”已处理；再有人查不到时会重新列出。" in said
    assert "没有待处理的查找。" in said
    assert "“zzzz”已经处理过了。" in admin.post(f"{MANAGE}{miss.pk}/settle/", follow=True).content.decode()
    miss.refresh_from_db()
    assert (miss.settled_by, miss.settled_at is not None) == (people["demo-admin"], True)
    # Who administers looks whether it is found by now.
    assert "没有找到" in admin.get("/search/", {"q": "zzzz"}).content.decode()
    assert kept(seeded) == []
    note(seeded, "zzzz")
    miss.refresh_from_db()
    assert (miss.count, miss.settled_at, miss.settled_by) == (2, None, None)
    with pytest.raises(Forbidden):
        misses.miss_settle(by=people["demo-staff"], miss=miss)


def test_only_administrators_see_and_settle_them_each_plan_its_own(
    as_person: Callable[[str], Client], seeded: Plan, second: Plan
) -> None:
    note(seeded, "zzzz")
    pk = Miss.objects.get().pk
    for person, status in (("", 302), ("demo-staff", 403), ("demo-auditor", 403), ("demo-admin", 200)):
        reader = as_person(person)
        assert [reader.get(at).status_code for at in (MANAGE, f"{MANAGE}download/")] == [status, status]
        if person != "demo-admin":
            assert reader.post(f"{MANAGE}{pk}/settle/").status_code == status
    admin = as_person("demo-admin")
    assert admin.get(f"{MANAGE}{pk}/settle/").status_code == 405
    assert admin.post(f"/p/next-plan{MANAGE}{pk}/settle/").status_code == 404
    assert "zzzz" not in admin.get(f"/p/next-plan{MANAGE}").content.decode()
    assert Miss.objects.get().settled_at is None


def test_the_list_has_the_frequent_first_says_what_finds_by_now_and_can_be_downloaded(
    browse: Callable[[str], Client], seeded: Plan
) -> None:
    note(seeded, "zzrare", "=嚞嚞", "zzoften", "石墨")
    note(seeded, "zzoften", sender="198.51.100.2")
    Miss.objects.filter(words="zzrare").update(last_at=timezone.now() - timedelta(days=9))
    admin = browse("demo-admin")
    rows = table(admin.get(MANAGE), "<caption")
    assert [row.cells[0] for row in rows] == ["zzoften", "石墨", "嚞嚞", "zzrare"]
    assert [row.cells[1] for row in rows] == ["2", "1", "1", "1"]
    assert ["现在能找到" in row.cells[4] for row in rows] == [False, True, False, False]
    assert rows[1].addresses == ["/search/?q=%E7%9F%B3%E5%A2%A8"]
    answer = admin.get(f"{MANAGE}download/")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(line["words"], line["count"]) for line in lines] == [
        ("zzoften", "2"),
        ("石墨", "1"),
        ("嚞嚞", "1"),
        ("zzrare", "1"),
    ]
    assert all(line["last_at"].endswith("+08:00") for line in lines)


def test_many_searches_are_listed_with_as_many_queries_as_one(browse: Callable[[str], Client], seeded: Plan) -> None:
    admin = browse("demo-admin")
    asked = []
    for words in ("zza", "zzb", "zzc", "石墨"):
        note(seeded, words)
        admin.get(MANAGE)
        with CaptureQueriesContext(connection) as queries:
            admin.get(MANAGE)
        asked.append(len(queries))
    assert len(set(asked)) == 1


@pytest.fixture
def full_disk(seeded: Plan) -> Iterator[None]:
    """PostgreSQL refuses every note as it does when its disk takes no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON search_miss"
            " FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")


def test_a_full_disk_does_not_fail_the_search(
    client: Client, full_disk: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert "“zzzz”：没有找到" in client.get("/search/", {"q": "zzzz"}).content.decode()
    assert client.get("/api/v1/search/", {"q": "zzzz"}).json()["count"] == 0
    told = [record.getMessage().partition(" device")[0] for record in caplog.records]
    assert told == ["a search without results was not noted: No space left on"] * 2


def cut(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
    """The connection is gone when the note is written, as when an operator or a restart ended it."""
    if "search_miss" in sql:
        connection.connection.close()
    return execute(sql, *others)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_does_not_fail_the_search(
    transactional_db: None, client: Client, seeded: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(cut):
        response = client.get("/search/?q=qxqx")
    assert response.status_code == 200
    assert "“qxqx”：没有找到" in text(response)
    assert "a search without results was not noted" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_counted_twice_and_a_held_row_is_not_waited_for(
    seeded: Plan, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def note_of(sender: int) -> Callable[[], None]:
        return partial(note, seeded, "zzzz", sender=f"198.51.100.{sender}")

    monkeypatch.setattr(misses, "LONGEST_WAIT_MS", PATIENCE_SECONDS * 1000)
    with transaction.atomic():
        note_of(1)()
        second_note = start(note_of(2))
    second_note.result(PATIENCE_SECONDS)
    assert kept(seeded) == [("zzzz", 2)]
    assert caplog.records == []

    monkeypatch.setattr(misses, "LONGEST_WAIT_MS", 300)
    with transaction.atomic():
        note_of(3)()
        start(note_of(4)).result(WRITES_WAIT_SECONDS / 2)
    assert kept(seeded) == [("zzzz", 3)]
    assert ["lock timeout" in record.getMessage() for record in caplog.records] == [True]


def test_administrators_see_the_file_of_synonyms_and_its_faults(
    browse: Callable[[str], Client], seeded: Plan, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "synonyms.txt"
    settings.SEARCH_SYNONYMS = str(file)
    admin = browse("demo-admin")
    file.write_text("铅笔芯 = 石墨\n只有一个\n", encoding="utf-8")
    said = text(admin.get(MANAGE))
    assert [part in said for part in (str(file), "1 组在用", "第 2 行：", "最近一次读取：20")] == [True] * 4
    file.write_bytes(b"\xff\xfe\x00\x94")
    said = text(admin.get(MANAGE))
    assert "1 组在用。文件现在读不出来，用的是上一次读到的。" in said.replace(" 文件", "文件")
    assert "无法读取文件" in said
