"""No dead styles and no dead templates: what is defined is used."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ANNEXES = ("fields", "alliances", "platforms")
STYLES = "planportal/portal/frontend/src/*.css"
USERS = ("templates/**/*.*", "planportal/portal/frontend/src/*.js", "planportal/**/*.py", "targets/**/*.py")
NOT_A_CLASS = re.compile(r"/\*.*?\*/|url\([^)]*\)|@import[^;]*;", re.DOTALL)
CLASS = re.compile(r"\.([a-zA-Z_][\w-]*)")
# Found by Django or the server by their names alone.
FOUND_BY_NAME = {"404.html", "500.html"}


def texts(*patterns: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for pattern in patterns for path in ROOT.glob(pattern))


def test_every_class_of_the_styles_is_used() -> None:
    """By block and element: what stands behind the two dashes is often put together from a value."""
    classes = {name.partition("--")[0] for name in CLASS.findall(NOT_A_CLASS.sub("", texts(STYLES)))}
    used = set(re.findall(r"[a-zA-Z_][\w-]*?(?=--|[^\w-]|$)", texts(*USERS)))
    assert sorted(classes - used) == []


def test_every_template_is_used() -> None:
    used = texts("templates/**/*.*", *(f"{app}/**/*.py" for app in ("planportal", "targets", *ANNEXES)))
    names = {str(path.relative_to(ROOT / "templates")) for path in ROOT.glob("templates/**/*.*")}
    assert sorted(name for name in names - FOUND_BY_NAME if name not in used) == []
