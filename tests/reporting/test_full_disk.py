"""The disk is full: nothing is saved and nothing typed is lost, whoever reads gets what was built before."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.web.full_disk import is_full_disk
from targets import recompute
from targets.models import Figure, FigureEvent, Target, TargetBuild
from tests.targets.desk import FIGURES, Api, faults

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
TYPED = {"value": "929", "source": "年度统计", "note": "磁盘满时写的备注", "action": "draft"}
TABLES = ("targets_figure", "targets_figureevent", "targets_targetbuild", "accounts_accountevent")


def fill_disk() -> None:
    """PostgreSQL refuses every write to these tables as it does when its disk takes no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        for table in TABLES:
            cursor.execute(
                f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
            )


@pytest.fixture
def full_disk(seeded: Plan) -> Iterator[None]:
    fill_disk()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")


def test_a_form_comes_back_as_it_was_typed(browse: Callable[[str], Client], full_disk: None) -> None:
    answer = browse("demo-staff").post(ENTRY, TYPED)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "没有保存：服务器的磁盘已满或不能写入。" in page
    assert 'value="929"' in page
    assert TYPED["note"] in page
    assert not Figure.objects.filter(note=TYPED["note"]).exists()


def test_the_api_says_that_nothing_was_stored(api: Api, full_disk: None) -> None:
    body = {"target": CODE, "year": YEAR, "value": "929"}
    answer = api("demo-staff").post(FIGURES, body, format="json")
    assert (answer.status_code, faults(answer)) == (503, [("", "not_stored")])


def test_every_other_form_says_so_too(browse: Callable[[str], Client], full_disk: None) -> None:
    person = {"username": "zhang-san", "name": "张三", "role": "auditor", "department": "", "city": ""}
    answer = browse("demo-admin").post("/manage/accounts/new/", person)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "没有保存：服务器的磁盘已满或不能写入。" in page
    assert "<h1>没有保存</h1>" in page
    assert '<h2 id="ways-on">' in page
    assert 'href="/correction/?page=/manage/accounts/new/"' in page
    assert not User.objects.filter(username="zhang-san").exists()


def test_what_is_refused_is_refused_though_no_event_can_say_so(api: Api, full_disk: None) -> None:
    body = {"target": CODE, "year": YEAR, "value": "NaN"}
    answer = api("demo-staff").post(FIGURES, body, format="json")
    assert (answer.status_code, faults(answer)) == (400, [("value", "not_a_number")])
    assert not FigureEvent.objects.filter(action="refused").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_gets_what_was_built_before(transactional_db: None, seeded: Plan, client: Client) -> None:
    recompute.want([Target.objects.get(code=CODE).pk], rings=False)
    fill_disk()
    try:
        answer = client.get("/api/v1/dashboard/?as_of_year=2020")
        assert (answer.status_code, answer.json()["pending"]) == (200, True)
        assert client.get(f"/targets/{CODE}/").status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room CASCADE")
    assert TargetBuild.objects.stale().count() == 1


def test_another_failure_of_the_database_is_not_taken_for_a_full_disk(seeded: Plan) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(OperationalError) as failed, transaction.atomic():
            cursor.execute("SELECT pg_sleep(5)")
        cursor.execute("SET LOCAL statement_timeout = 0")
    assert not is_full_disk(failed.value)


def test_sqlite_names_a_full_disk_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.sqlite3")) as small:
        small.execute("PRAGMA max_page_count = 2")
        small.execute("CREATE TABLE things (name text)")
        with pytest.raises(sqlite3.OperationalError) as full:
            small.execute("INSERT INTO things VALUES (?)", ["x" * 100_000])
    failure = OperationalError("database or disk is full")
    failure.__cause__ = full.value
    assert is_full_disk(failure)
