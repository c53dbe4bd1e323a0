"""The programs of PostgreSQL: found where they are, and refused where they are older than the server."""

import subprocess

import pytest

from planportal.ops.binaries import MissingServerError, postgres_client


def test_programs_as_new_as_the_server_are_found() -> None:
    folder = postgres_client(15)
    told = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    assert int(told.split()[2].split(".")[0]) >= 15
    assert all((folder / name).exists() for name in ("pg_restore", "psql"))


def test_older_programs_are_refused_and_named() -> None:
    with pytest.raises(MissingServerError, match=r"需要 PostgreSQL 999 或更新版本的 pg_dump.*现有：.*（\d+）"):
        postgres_client(999)
