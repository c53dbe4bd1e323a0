"""The second half of `make run`, inside the virtual environment: data, sign-ins, server."""

import os
import socket
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from planportal.ops import envfile
from planportal.ops.processes import granian
from planportal.ops.run import ROOT, Address, UnusableError, address, become

EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 (compared with, never listened on)
SIGN_INS = {
    "demo-staff": "填报人（省科技厅）",
    "demo-reviewer": "审核人",
    "demo-other": "填报人（省知识产权局）",
    "demo-harbin": "市（地）官员（哈尔滨市）",
    "demo-auditor": "审计员",
    "demo-admin": "管理员",
}


def allow_host(where: Address) -> None:
    """Let this process answer to the address it listens on, where that is not this machine alone.

    Listening on every address (0.0.0.0 or ::) names none that a reader would type, so the machine's own
    name and addresses are added as well.
    """
    if where.is_loopback:
        return
    name = socket.gethostname()
    try:
        numbers = {str(found[4][0]) for found in socket.getaddrinfo(name, None)}
    except OSError:
        numbers = set()
    bracketed = {f"[{number}]" if ":" in number else number for number in {where.host, *numbers}}
    known = os.environ.get("ALLOWED_HOSTS", "")
    os.environ["ALLOWED_HOSTS"] = ",".join(filter(None, [known, name, *sorted(bracketed)]))


def name_site(where: Address) -> None:
    """Let the links in e-mails lead where it serves, unless SITE_URL says otherwise; also those of commands beside it.

    An address that stands for all of the machine's opens nowhere else; there the machine's own name does.
    """
    if os.environ.get("SITE_URL", "").strip():
        return
    host = socket.gethostname() if where.host in EVERY_ADDRESS else where.host
    os.environ["SITE_URL"] = Address(host=host, port=where.port).url.rstrip("/")
    envfile.SERVED.write_text(f"SITE_URL={os.environ['SITE_URL']}\n", encoding="utf-8")


def prepare() -> None:
    """Bring the database up to date: tables, plan, demo accounts, published figures; destroys nothing."""
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    print("migrate: 数据库已更新", flush=True)
    call_command("seed", demo=True)
    call_command("load_figures", str(ROOT / "fixtures" / "published_figures.csv"))
    # No sweep runs beside the embedded portal: what an earlier version of the method built is renewed here, and what
    # was added to the history since the last start is sealed.
    call_command("sweep")


def greeting(where: Address, password: str) -> str:
    """The address and the sign-ins, as printed on every start."""
    rows = [f"    {name:<15}{role}" for name, role in SIGN_INS.items()]
    return "\n".join(
        [
            "",
            f"门户地址 (portal): {where.url}",
            f"演示账号 (demo sign-ins), 密码 (password): {password}",
            *rows,
            "按 Ctrl-C 停止 (Ctrl-C stops it)",
            "",
        ]
    )


def main() -> int:
    """Prepare, greet, then become the server; returns only when something is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")
    try:
        where = address(os.environ)
        envfile.ensure()
        envfile.load()
        allow_host(where)
        name_site(where)
        prepare()
    except (UnusableError, ImproperlyConfigured, CommandError) as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(greeting(where, settings.PORTAL_DEMO_PASSWORD), flush=True)
    # SQLite has one writer: more processes would only wait for each other.
    return become(granian(where, workers=1, threads=2))


if __name__ == "__main__":
    sys.exit(main())
