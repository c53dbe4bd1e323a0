"""Backup and restore on both databases: what was acknowledged comes back, and nothing bad is let in."""

import hashlib
import json
import resource
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from planportal.ops.run import ROOT
from tests.ops.archives import manifest_of, members_of, with_manifest, write
from tests.ops.portals import KINDS, Portal, fill, new_portal, on_server

# Drafts and withdraws figures until it is ended; prints the key of each one once it is acknowledged.
WRITER = """
from datetime import datetime, UTC
from planportal.accounts.models import User
from targets import services
from targets.figure_rules import Content
from targets.models import Target
staff = User.objects.get(username="demo-staff")
teams = Target.objects.get(code="innovation-teams")
while True:
    figure = services.figure_draft(by=staff, target=teams, city=None, year=2018, content=Content(value="9"))
    services.figure_withdraw(by=staff, figure=figure, if_version=1, reason="重新填报")
    print(figure.pk, datetime.now(UTC).isoformat(), flush=True)
"""


# What does not depend on the kind of database, and what one of them alone does.
SQLITE_ALONE = pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
POSTGRESQL_ALONE = pytest.mark.parametrize("filled", ["postgresql"], indirect=True)


@pytest.fixture(scope="module", params=KINDS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with data, made once for each kind of database; tests work on copies."""
    with new_portal(request.param, tmp_path_factory.mktemp("filled") / "data") as portal:
        fill(portal)
        yield portal


@pytest.fixture
def portal(filled: Portal, tmp_path: Path) -> Iterator[Portal]:
    """A copy with data, for this test alone."""
    with new_portal(filled.kind, tmp_path / "data", like=filled) as copy:
        yield copy


@pytest.fixture(scope="module")
def archive(filled: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the portal with data."""
    path = tmp_path_factory.mktemp("archive") / "good.tar.gz"
    filled.done("backup", str(path))
    return path


@pytest.fixture
def vacant(filled: Portal, tmp_path: Path) -> Iterator[Portal]:
    """A portal of the same kind with nothing in it."""
    with new_portal(filled.kind, tmp_path / "vacant") as portal:
        yield portal


def test_a_destroyed_database_comes_back_with_its_evidence(portal: Portal, tmp_path: Path) -> None:
    before, tables = portal.state, portal.sql("SELECT count(*) FROM targets_snapshot")
    assert len(before[1]) == 1
    wanted = dict(portal.sql("SELECT target_id, wanted_seq FROM targets_targetbuild"))
    archive = tmp_path / "kept.tar.gz"
    said = portal.done("backup", str(archive))
    assert "不含密钥" in said
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in said
    assert archive.stat().st_mode & 0o777 == 0o600
    portal.destroy()
    # A file that is no database may be one that somebody can still save.
    forced = ["--force"] if portal.kind == "sqlite" else []
    if forced:
        assert "--force" in portal.refused("restore", str(archive))
    said = portal.done("restore", str(archive), *forced)
    assert "与清单一致" in said
    assert manifest_of(archive)["complete_until"] in said
    assert portal.state == before
    assert portal.sql("SELECT count(*) FROM targets_snapshot") == tables
    assert "13 项指标与数据一致" in portal.done("reconcile")
    # Each target was wanted once more, and built.
    now = dict(portal.sql("SELECT target_id, wanted_seq FROM targets_targetbuild WHERE built_seq = wanted_seq"))
    assert now == {target: sequence + 1 for target, sequence in wanted.items()}


def test_every_row_acknowledged_before_its_point_is_in_a_backup_under_load(
    portal: Portal, vacant: Portal, tmp_path: Path
) -> None:
    acknowledged: list[tuple[int, datetime]] = []
    enough = threading.Semaphore(0)

    def listen() -> None:
        for line in writer.stdout or ():
            key, moment = line.split()
            acknowledged.append((int(key), datetime.fromisoformat(moment)))
            enough.release()

    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "-c", WRITER]
    with subprocess.Popen(command, env=portal.environment, stdout=subprocess.PIPE, text=True) as writer:
        listener = threading.Thread(target=listen)
        listener.start()
        try:
            assert all(enough.acquire(timeout=30) for _row in range(5))
            archive = tmp_path / "under-load.tar.gz"
            portal.done("backup", str(archive))
            # Writers went on all the time, and were not refused.
            assert all(enough.acquire(timeout=30) for _row in range(5))
        finally:
            writer.send_signal(signal.SIGKILL)
            listener.join()
    until = datetime.fromisoformat(manifest_of(archive)["complete_until"])
    before = {key for key, moment in acknowledged if moment <= until}
    assert len(before) >= 5
    assert before < {key for key, _moment in acknowledged}
    vacant.done("restore", str(archive))
    restored = {key for (key,) in vacant.sql("SELECT id FROM targets_figure")}
    assert before <= restored
    steps = vacant.sql(
        "SELECT count(*) FROM targets_figure f LEFT JOIN targets_figureevent e ON e.figure_id = f.id"
        " WHERE e.id IS NULL AND f.origin = 'entered'"
    )
    assert steps == [(0,)]


def test_the_manifest_tells_what_is_inside(filled: Portal, archive: Path) -> None:
    manifest = manifest_of(archive)
    members = members_of(archive)
    del members["manifest.json"]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in members.items()} == manifest["members"]
    assert manifest["database"] == filled.kind
    assert manifest["plan"] == "hlj-sti-13fyp"
    assert "targets.0001_initial" in manifest["migrations"]
    assert manifest["rows"]["targets_figure"] == filled.sql("SELECT count(*) FROM targets_figure")[0][0]
    assert manifest["started_at"] <= manifest["complete_until"] <= manifest["finished_at"]
    assert manifest["evidence_faults"] == []
    dump = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}[filled.kind]
    assert [name.split("/")[0] for name in members] == [dump, "evidence"]
    assert not any(b"SECRET_KEY" in content for content in members.values())


def test_the_drill_restores_counts_and_computes_anew_and_leaves_nothing(filled: Portal, archive: Path) -> None:
    before = filled.state
    said = filled.done("restore", "--verify", str(archive))
    assert "演练" in said
    assert "每份评估独立重算，结果相同" in said
    assert filled.state == before
    if filled.kind == "postgresql":
        assert filled.sql("SELECT datname FROM pg_database WHERE datname LIKE 'portal_verify%'") == []


def test_the_drill_finds_a_snapshot_that_is_not_what_the_figures_say(portal: Portal, tmp_path: Path) -> None:
    portal.sql(
        "UPDATE targets_snapshot SET status = 'achieved' WHERE as_of_year = 2016 AND view = 'approved'"
        " AND target_id = (SELECT id FROM targets_target WHERE code = 'incubators')"
    )
    portal.done("backup", str(tmp_path / "wrong.tar.gz"))
    ran = portal.manage("restore", "--verify", str(tmp_path / "wrong.tar.gz"))
    assert ran.returncode == 1
    assert "incubators 2016 approved status：存 achieved" in ran.stdout


@SQLITE_ALONE
def test_a_backup_has_its_usual_name_and_never_replaces_one(portal: Portal, tmp_path: Path) -> None:
    portal.done("backup")
    made = list((portal.data / "backups").iterdir())
    assert [path.name[:14] for path in made] == ["hlj-sti-13fyp-"]
    content = made[0].read_bytes()
    assert "已存在，不会覆盖" in portal.refused("backup", str(made[0]))
    assert made[0].read_bytes() == content
    assert "没有文件夹" in portal.refused("backup", str(tmp_path / "no" / "where.tar.gz"))


@SQLITE_ALONE
def test_a_file_that_rows_ask_for_in_vain_is_named_by_backup_and_restore(
    portal: Portal, vacant: Portal, tmp_path: Path
) -> None:
    (lost,) = portal.evidence()
    (portal.data / "evidence" / lost).unlink()
    archive = tmp_path / "short.tar.gz"
    assert lost in portal.refused("backup", str(archive))
    assert manifest_of(archive)["evidence_faults"] == [lost]
    ran = vacant.manage("restore", str(archive))
    assert ran.returncode == 1
    assert f"佐证文件缺失或与登记的 SHA-256 不符：{lost}" in ran.stdout


@SQLITE_ALONE
def test_a_table_with_another_count_than_the_manifest_ends_it_with_an_error(
    filled: Portal, vacant: Portal, archive: Path, tmp_path: Path
) -> None:
    rows = manifest_of(archive)["rows"]
    more = rows | {"targets_figure": rows["targets_figure"] + 1}
    other = write(tmp_path / "other.tar.gz", with_manifest(members_of(archive), rows=more))
    words = f"表 targets_figure：清单 {more['targets_figure']} 行，恢复后 {rows['targets_figure']} 行"
    for portal, command in ((filled, ["restore", "--verify"]), (vacant, ["restore"])):
        ran = portal.manage(*command, str(other))
        assert ran.returncode == 1
        assert words in ran.stdout
        assert "与备份清单不一致" in ran.stderr


@SQLITE_ALONE
def test_a_full_disk_leaves_no_half_archive(portal: Portal, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()

    def little_room() -> None:
        # As a disk that takes no more of a file; Python has the signal ignored and sees the error.
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    ran = portal.manage("backup", str(folder / "never.tar.gz"), preexec_fn=little_room)
    assert ran.returncode == 1
    assert ran.stderr.startswith(("backup:", "CommandError: backup:"))
    assert list(folder.iterdir()) == []


@SQLITE_ALONE
def test_a_backup_that_is_ended_leaves_no_half_archive(portal: Portal, tmp_path: Path) -> None:
    folder = tmp_path / "ended"
    folder.mkdir()
    # So large a file, full of nothing, takes longer to write than to end the run.
    big = portal.data / "evidence" / "big"
    with big.open("wb") as file:
        file.truncate(50_000_000_000)
    command = [sys.executable, str(ROOT / "manage.py"), "backup", str(folder / "never.tar.gz")]
    with subprocess.Popen(command, env=portal.environment, stderr=subprocess.DEVNULL) as run:
        while not list(folder.glob(".never*.part")):
            assert run.poll() is None
        run.terminate()
        assert run.wait(20) == 128 + signal.SIGTERM
    assert list(folder.iterdir()) == []


def test_a_database_with_rows_is_replaced_only_by_force(portal: Portal, archive: Path) -> None:
    before = portal.state
    portal.sql("UPDATE targets_target SET source_hint = 'later'")
    rows = sum(
        portal.sql(f"SELECT count(*) FROM {table}")[0][0]
        for table in manifest_of(archive)["rows"]
        if table not in {"django_migrations", "django_content_type", "auth_permission"}
    )
    assert f"现有 {rows} 行数据将被备份替换" in portal.refused("restore", str(archive))
    assert portal.sql("SELECT DISTINCT source_hint FROM targets_target") == [("later",)]
    portal.done("restore", "--force", str(archive))
    assert portal.state == before
    assert ("later",) not in portal.sql("SELECT DISTINCT source_hint FROM targets_target")


@SQLITE_ALONE
def test_evidence_of_the_same_name_is_replaced_only_by_force(vacant: Portal, filled: Portal, archive: Path) -> None:
    ((name, sha256),) = filled.evidence().items()
    other = vacant.data / "evidence" / name
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another file")
    assert name in vacant.refused("restore", str(archive))
    assert other.read_bytes() == b"another file"
    vacant.done("restore", "--force", str(archive))
    assert vacant.evidence() == {name: sha256}
    assert other.stat().st_mode & 0o777 == 0o600


def test_a_backup_goes_into_an_empty_database_that_is_named(portal: Portal, vacant: Portal, archive: Path) -> None:
    before = portal.state
    assert "不是空的" in portal.refused("restore", "--into", portal.url, str(archive))
    portal.done("restore", "--into", vacant.url, str(archive))
    assert vacant.sql("SELECT count(*) FROM targets_figure") == portal.sql("SELECT count(*) FROM targets_figure")
    assert portal.state == before


def test_an_older_backup_is_migrated_forward(portal: Portal, vacant: Portal, tmp_path: Path) -> None:
    portal.done("migrate", "--verbosity", "0", "targets", "0005")
    portal.done("backup", str(tmp_path / "older.tar.gz"))
    inside = manifest_of(tmp_path / "older.tar.gz")["migrations"]
    assert "targets.0005_replays" in inside
    assert not any(name.endswith("_canary") for name in inside)
    vacant.done("restore", str(tmp_path / "older.tar.gz"))
    assert vacant.sql("SELECT count(*) FROM targets_canary") == [(0,)]


def test_a_dump_that_cannot_be_restored_leaves_the_database_as_it_was(
    portal: Portal, archive: Path, tmp_path: Path
) -> None:
    before = portal.state
    members = members_of(archive)
    dump = next(iter(members))
    broken = members[dump][: len(members[dump]) * 3 // 4]
    digests = json.loads(members["manifest.json"])["members"] | {dump: hashlib.sha256(broken).hexdigest()}
    write(tmp_path / "bad.tar.gz", with_manifest(members | {dump: broken}, members=digests))
    portal.refused("restore", "--force", str(tmp_path / "bad.tar.gz"))
    assert portal.state == before
    assert not list(portal.data.glob(".*"))


def test_a_database_without_tables_is_not_backed_up(vacant: Portal, tmp_path: Path) -> None:
    assert vacant.refused("backup", str(tmp_path / "none.tar.gz"))
    assert list(tmp_path.glob("*none*")) == []


@POSTGRESQL_ALONE
def test_a_restore_that_fails_late_is_taken_back_whole(portal: Portal, archive: Path) -> None:
    portal.sql("UPDATE targets_target SET source_hint = 'later'")
    # Indexes are made after all tables and their rows.
    portal.sql(
        "CREATE SCHEMA guard; CREATE FUNCTION guard.refuse() RETURNS event_trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no index today'; END $$;"
        " CREATE EVENT TRIGGER no_index ON ddl_command_end WHEN TAG IN ('CREATE INDEX')"
        " EXECUTE FUNCTION guard.refuse()"
    )
    assert "no index today" in portal.refused("restore", "--force", str(archive))
    assert portal.sql("SELECT DISTINCT source_hint FROM targets_target") == [("later",)]


@POSTGRESQL_ALONE
def test_a_role_that_may_create_no_database_is_told_so(portal: Portal, archive: Path) -> None:
    name = f"role_{secrets.token_hex(6)}"
    on_server(f"CREATE ROLE {name} LOGIN PASSWORD 'its-secret'")
    try:
        parts = urlsplit(portal.url)
        host = parts.netloc.rpartition("@")[2]
        weak = replace(portal, url=urlunsplit(parts._replace(netloc=f"{name}:its-secret@{host}")))
        said = weak.refused("restore", "--verify", str(archive))
    finally:
        on_server(f"DROP ROLE {name}")
    assert "数据库服务器拒绝了“CREATE DATABASE portal_verify_" in said
    assert "its-secret" not in said


@SQLITE_ALONE
def test_a_database_that_somebody_writes_to_is_not_swept_away(portal: Portal, archive: Path) -> None:
    with closing(sqlite3.connect(portal.file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert "请先停止门户的所有进程" in portal.refused("restore", "--force", str(archive))
