"""The archive file: whole or not there at all, and refused where anything in it is not as a backup wrote it."""

import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from planportal.ops.backup.archive import BackupError, Manifest, new_archive
from planportal.ops.backup.restoring import restore
from tests.ops.archives import members_of, with_manifest, write

MOMENT = "2026-11-25T21:30:00.000+08:00"


def manifest(members: dict[str, str]) -> Manifest:
    return Manifest(
        format=1,
        portal_version="0.1.0",
        plan="hlj-sti-13fyp",
        database="sqlite",
        server_version="3.40.1",
        migrations=["targets.0001_initial"],
        rows={"targets_figure": 1},
        members=members,
        evidence_faults=[],
        started_at=MOMENT,
        complete_until=MOMENT,
        finished_at=MOMENT,
    )


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """An archive that is sound as a file, whatever its database says."""
    for name in ("database.sqlite3", "proof.pdf"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    with new_archive(tmp_path / "good.tar.gz") as writer:
        writer.add("database.sqlite3", tmp_path / "database.sqlite3")
        writer.add("evidence/2026/proof.pdf", tmp_path / "proof.pdf")
        writer.close_with(manifest(writer.members))
    return tmp_path / "good.tar.gz"


def cut_off(members: dict[str, bytes], path: Path) -> Path:
    whole = write(path, members).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def linked(members: dict[str, bytes], path: Path) -> Path:
    write(path, members)
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("evidence/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    return path


def garbage(members: dict[str, bytes], path: Path) -> Path:
    path.write_bytes(b"no archive at all")
    return path


def first(members: dict[str, bytes]) -> str:
    return next(iter(members))


def made_anew(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[dict[str, bytes], Path], Path]:
    return lambda members, path: write(path, change(members))


BAD = {
    "cut off": (cut_off, "已损坏或不完整"),
    "garbage": (garbage, "已损坏或不完整"),
    "a link": (linked, "不是普通文件"),
    "a changed member": (made_anew(lambda m: m | {first(m): m[first(m)] + b"x"}), "已被改动"),
    "a missing member": (made_anew(lambda m: {k: v for k, v in m.items() if "evidence" not in k}), "缺少清单所列的"),
    "an unlisted member": (made_anew(lambda m: {"evidence/more": b"x"} | m), "（未列）"),
    "no manifest": (made_anew(lambda m: {k: v for k, v in m.items() if k != "manifest.json"}), "缺少 manifest.json"),
    "a manifest that is none": (made_anew(lambda m: m | {"manifest.json": b'{"format": 1}'}), "不是完整的备份清单"),
    "a list as manifest": (made_anew(lambda m: m | {"manifest.json": b"[]"}), "不是完整的备份清单"),
    "another format": (made_anew(lambda m: with_manifest(m, format=2)), "本程序只认识 1"),
    "a later version": (
        made_anew(lambda m: with_manifest(m, migrations=["targets.9999_later"])),
        "更新的版本制作（门户 0.1.0），本程序没有其中的迁移：targets.9999_later",
    ),
    "out of the folder": (made_anew(lambda m: {"evidence/../../../stolen": b"x"} | m), "不该有的成员"),
    "an absolute path": (made_anew(lambda m: {"/stolen": b"x"} | m), "不该有的成员"),
    "another name": (made_anew(lambda m: {"var/env": b"x"} | m), "不该有的成员"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_archive_is_refused_and_changes_nothing(
    good: Path, evidence_folder: Path, tmp_path: Path, what: str
) -> None:
    spoil, sentence = BAD[what]
    bad = spoil(members_of(good), tmp_path / "bad.tar.gz")
    before = sorted(tmp_path.rglob("*"))
    # By force, so that nothing but the archive itself stands in the way.
    with pytest.raises(BackupError, match=re.escape(sentence)):
        restore(bad, into=f"sqlite:///{tmp_path / 'target.sqlite3'}", force=True)
    assert sorted(tmp_path.rglob("*")) == before
    assert not evidence_folder.exists()
    assert list(evidence_folder.parent.glob(".restore-*")) == []


def test_an_archive_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"x" * 100_000)

    def write_half() -> None:
        with new_archive(tmp_path / "never.tar.gz") as writer:
            writer.add("database.sqlite3", tmp_path / "part")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["part"]


def test_a_name_that_somebody_took_meanwhile_is_left_to_them(tmp_path: Path) -> None:
    taken = tmp_path / "taken.tar.gz"

    def write_beside_them() -> None:
        with new_archive(taken) as writer:
            writer.close_with(manifest({}))
            taken.write_bytes(b"theirs")

    with pytest.raises(BackupError, match="已存在，不会覆盖"):
        write_beside_them()
    assert taken.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["taken.tar.gz"]


@pytest.mark.parametrize("url", ["mysql://portal:secret@db/portal", "postgres://portal:secret@db/", "nonsense"])
def test_an_address_that_names_no_database_of_ours_is_refused(good: Path, url: str) -> None:
    with pytest.raises(BackupError, match="数据库地址不能使用") as refusal:
        restore(good, into=url)
    assert "secret" not in str(refusal.value)


def test_another_kind_of_database_is_refused(good: Path) -> None:
    with pytest.raises(BackupError, match="备份的数据库是 sqlite，目标是 postgresql；只能恢复到同一种数据库"):
        restore(good, into="postgres://nobody@nowhere/portal", force=True)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="没有备份文件"):
        restore(tmp_path / "none.tar.gz")
