"""Searches without results: what is kept of them, for how long, and what administrators do about them."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.search import misses
from planportal.search.indexing import index
from planportal.search.miss import Miss
from planportal.web.refusals import Forbidden
from tests.reading import table
from tests.targets.test_second_plan import second
from tests.waiting import PATIENCE_SECONDS, Start

__all__ = ["second"]  # a fixture

MANAGE = "/manage/searches/"
# What a write that must not be lost waits for a lock, by settings.py.
WRITES_WAIT_SECONDS = 10


def kept(plan: Plan) -> list[tuple[str, int]]:
    return [(miss.words, miss.count) for miss in misses.open_misses(plan)]


def test_page_and_api_note_what_found_nothing_and_count_it(client: Client, seeded: Plan, second: Plan) -> None:
    for query in ("zzzz", " ＺＺＺＺ！ ", "嚞 zzzz"):
        assert client.get("/search/", {"q": query}).status_code == 200
    for query in ({"q": "Zzzz"}, {"q": "zzzz", "kind": "target"}):
        assert client.get("/api/v1/search/", query).json()["count"] == 0
    assert kept(seeded) == [("zzzz", 4), ("嚞 zzzz", 1)]
    for query in ({"q": "石墨"}, {"q": "石墨", "kind": "platform"}, {"q": ""}, {"q": "？！"}, {"q": "嚞" * 101}):
        client.get("/search/", query)
        client.get("/api/v1/search/", query)
    client.get("/search/suggest/", {"q": "zzzz"})
    assert kept(seeded) == [("zzzz", 4), ("嚞 zzzz", 1)]
    # Filters do not hide that the plan has nothing of it.
    client.get("/search/", {"q": "zzzz", "kind": "target", "field": "new-materials"})
    index(second)
    client.get("/p/next-plan/search/", {"q": "石墨电极"})
    assert kept(seeded)[0] == ("zzzz", 5)
    assert kept(second) == [("石墨电极", 1)]


PERSONAL = (
    "wang@example.com",
    "ｗａｎｇ＠example.com",
    "23010219800101123X",
    "13900001111 嚞嚞",
    "0451-8262 9888",
    "１３９ ００００ １１１１",
)


def test_what_may_name_a_person_is_not_kept(client: Client, seeded: Plan) -> None:
    for query in PERSONAL:
        assert "没有找到" in client.get("/search/", {"q": query}).content.decode()
    assert not Miss.objects.exists()


def test_the_rarest_and_oldest_make_room(seeded: Plan, second: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "SEARCH_MISSES_KEPT", 3)
    for words in ("zzc", "zza", "zza", "zzb", "zzd", "zzd"):
        misses.note_miss(seeded, words)
    misses.note_miss(second, "zzother")
    assert [words for words, _ in kept(seeded)] == ["zzd", "zza", "zzb"]
    settled = Miss.objects.get(words="zzb")
    misses.miss_settle(by=User.objects.get(username="demo-admin"), miss=settled)
    misses.note_miss(seeded, "zze")
    misses.note_miss(seeded, "zzf")
    assert [words for words, _ in kept(seeded)] == ["zzd", "zza", "zzf"]
    assert Miss.objects.filter(words="zzb").exists()
    assert kept(second) == [("zzother", 1)]


def test_a_settled_one_is_listed_again_when_it_is_searched_again(
    browse: Callable[[str], Client], people: dict[str, User], seeded: Plan
) -> None:
    admin = browse("demo-admin")
    misses.note_miss(seeded, "zzzz")
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
    misses.note_miss(seeded, "zzzz")
    miss.refresh_from_db()
    assert (miss.count, miss.settled_at, miss.settled_by) == (2, None, None)
    with pytest.raises(Forbidden):
        misses.miss_settle(by=people["demo-staff"], miss=miss)


def test_only_administrators_see_and_settle_them_each_plan_its_own(
    as_person: Callable[[str], Client], seeded: Plan, second: Plan
) -> None:
    misses.note_miss(seeded, "zzzz")
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
    for words in ("zzrare", "=嚞嚞", "zzoften", "zzoften", "石墨"):
        misses.note_miss(seeded, words)
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
        misses.note_miss(seeded, words)
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


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_counted_twice_and_a_held_row_is_not_waited_for(
    seeded: Plan, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def note() -> None:
        misses.note_miss(seeded, "zzzz")

    monkeypatch.setattr(misses, "LONGEST_WAIT_MS", PATIENCE_SECONDS * 1000)
    with transaction.atomic():
        note()
        second_note = start(note)
    second_note.result(PATIENCE_SECONDS)
    assert kept(seeded) == [("zzzz", 2)]
    assert caplog.records == []

    monkeypatch.setattr(misses, "LONGEST_WAIT_MS", 300)
    with transaction.atomic():
        note()
        start(note).result(WRITES_WAIT_SECONDS / 2)
    assert kept(seeded) == [("zzzz", 3)]
    assert ["lock timeout" in record.getMessage() for record in caplog.records] == [True]
