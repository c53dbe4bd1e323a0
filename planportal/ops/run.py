"""`make run`: is the port free, is the machine set up, then the portal (standard library only)."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"


class UnusableError(Exception):
    """A setting of the environment cannot be used; the text is one line for whoever started the process."""


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open, an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


def whole_number(environ: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from the environment; UnusableError for anything else or outside least..most."""
    raw = environ.get(name, "").strip() or str(default)
    if raw.isascii() and raw.isdigit() and least <= int(raw) <= most:
        return int(raw)
    raise UnusableError(f"{name}={raw!r} 不可用，应为 {least} 到 {most} 的整数 (a whole number {least} to {most})")


def address(environ: Mapping[str, str]) -> Address:
    """HOST and PORT, by default 127.0.0.1 and 8000; UnusableError for a port that is none."""
    host = environ.get("HOST", "").strip().strip("[]") or "127.0.0.1"
    return Address(host=host, port=whole_number(environ, "PORT", 8000, least=1, most=65535))


def check_free(where: Address) -> None:
    """UnusableError unless a server could listen there now."""
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(
            where.host, where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise UnusableError(f"HOST={where.host!r} 不是可用的地址 (is no usable address)") from None
    with socket.socket(family, kind, protocol) as probe:
        # As servers do: connections of an earlier server that are still closing are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(target)
            probe.listen()
        except PermissionError:
            raise UnusableError(f"没有权限使用端口 {where.port} (no permission for port {where.port})") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UnusableError(f"HOST={where.host!r} 不是本机地址 (not this machine's)") from None
            raise UnusableError(
                f"端口 {where.port} 已被占用 (port {where.port} on {where.host} is in use); "
                f"用 PORT={where.port % 65535 + 1} make run 换一个端口"
            ) from None


def become(command: list[str]) -> NoReturn:
    """Replace this process by the command, so that signals reach it."""
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606


def main() -> int:
    """Refuse early, set up, then become the portal; returns only when something is wrong."""
    try:
        check_free(address(os.environ))
    except UnusableError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    install = ROOT / "planportal" / "ops" / "install.py"
    try:
        failed = subprocess.run([sys.executable, install], check=False).returncode
    except KeyboardInterrupt:
        return 130
    if failed:
        return failed
    return become([str(PYTHON), "-m", "planportal.ops.start"])


if __name__ == "__main__":
    sys.exit(main())
