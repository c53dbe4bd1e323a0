"""The file var/env: what a machine needs to know and nobody should have to type (standard library only)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PATH = Path(os.environ.get("PORTAL_ENV_FILE") or Path(__file__).resolve().parents[2] / "var" / "env")
# Where `make run` last served: commands beside it, such as `manage.py notices`, write e-mails with links to there.
SERVED = PATH.with_name("served")

# Without letters and digits that are mistaken for each other when a password is read out.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class EnvFileError(SystemExit):
    """The file cannot be used; as it is read while modules load, the error ends the process with one line."""


def ensure(path: Path = PATH) -> Path:
    """Create the file with fresh secrets where there is none; an existing one is never touched."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_fresh())
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, loses against whoever created the file in the meantime.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def load(path: Path = PATH) -> None:
    """Put the file's values where the real environment has none; no file is no error, a wrong line is."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise EnvFileError(f"{path}: 无法读取 (cannot be read): {error}") from None
    for name, value in parse(text, source=str(path)).items():
        os.environ.setdefault(name, value)


def parse(text: str, *, source: str) -> dict[str, str]:
    """Values by name from lines KEY=VALUE; empty lines and lines that begin with # mean nothing.

    A value is taken as it stands, without quotes or escapes, but for white space around it. A line of
    any other form is an EnvFileError that names `source` and the line's number, never its content.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not (name.isascii() and name.isidentifier()):
            raise EnvFileError(f"{source}:{number}: 应为 KEY=VALUE (KEY=VALUE expected)")
        values[name] = value.strip()
    return values


def _fresh() -> str:
    password = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
    return (
        "# Made once for this machine; the real environment wins over what stands here.\n"
        f"SECRET_KEY={secrets.token_urlsafe(48)}\n"
        "ALLOWED_HOSTS=127.0.0.1,localhost,[::1]\n"
        f"PORTAL_DEMO_PASSWORD={password}\n"
    )
