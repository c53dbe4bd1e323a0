"""The portal that pages are looked at on: the embedded form, with data of its own that end with it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planportal.ops.look.sketch import APPROVAL, sketch
from planportal.ops.run import PYTHON, ROOT
from planportal.ops.serving import NotServedError, served
from planportal.ops.suite import SETTINGS

PASSWORD = "look-password-1"  # noqa: S105 of accounts that end with the pictures
_COMMANDS = (
    ("migrate", "--verbosity", "0"),
    ("seed", "--demo"),
    ("load_figures", str(ROOT / "fixtures" / "published_figures.csv")),
    ("sweep",),
)


class NotStagedError(Exception):
    """The portal could not be brought up; the text is for whoever started the command."""


@contextmanager
def staged(folder: Path) -> Iterator[str]:
    """The address of a portal with plan, published figures and demo accounts, whose data lie in `folder`.

    It serves the collected static files of this machine's set-up. Its settings are put into this process's environment
    too. Raises NotStagedError.
    """
    collected = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / "var").resolve() / "static"
    (folder / "static").symlink_to(collected)
    own = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PORTAL_ENV_FILE": str(folder / "env"),
        "PORTAL_DEMO_PASSWORD": PASSWORD,
        "LOG_LEVEL": "ERROR",
        "CITY_MAP_FILE": str(sketch(folder)),
        "CITY_MAP_APPROVAL": APPROVAL,
    }
    os.environ.update(SETTINGS, **own)
    try:
        for command in _COMMANDS:
            subprocess.run([str(PYTHON), "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        # SQLite has one writer: more processes would only wait for each other.
        with served(os.environ, workers=1) as port:
            yield f"http://127.0.0.1:{port}"
    except (subprocess.CalledProcessError, NotServedError) as error:
        raise NotStagedError(str(error)) from None
