"""Settings come from the environment; a missing or wrong one stops the start and names itself; README has them all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from planportal.environment import DECLARED

ROOT = Path(settings.BASE_DIR)
GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "localhost", "PATH": os.environ["PATH"]}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process that knows nothing but `environment`."""
    code = (
        "import sys\n"
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try:\n    import planportal.settings as s\n"
        "except ImproperlyConfigured as error:\n    sys.exit(str(error))\n"
        "print(s.DATABASES['default']['ENGINE'], s.SESSION_COOKIE_NAME, s.DEBUG)"
    )
    # As on a machine that `make run` was never called on.
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PORTAL_ENV_FILE": "/nonexistent"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_readme_explains_every_setting(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_two_settings_are_enough() -> None:
    done = start(**GOOD)
    assert (done.returncode, done.stdout.strip()) == (0, "django.db.backends.sqlite3 session False"), done.stderr


def test_https_brings_host_cookies() -> None:
    assert "__Host-session" in start(**GOOD, HTTPS="1").stdout


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECRET_KEY": "short"},
        {"ALLOWED_HOSTS": ","},
        {"HTTPS": "yes"},
        {"DATABASE_URL": "mysql://x/y"},
        {"DATABASE_URL": "postgres://portal:secret@db:port/portal"},
        {"REDIS_URL": "http://x"},
        {"TOKEN_HOURS": "soon"},
        {"SWEEP_SECONDS": "0"},
        {"CANARY_SECONDS": "0"},
        {"CANARY_LATE_SECONDS": "30"},
        {"LOG_LEVEL": "LOUD"},
        {"NUM_PROXIES": "-1"},
        {"SITE_URL": "ftp://portal.example"},
        {"SITE_URL": "https://portal.example/plan"},
        {"SITE_URL": "https://portal.example bcc:somebody"},
        {"REMIND_DAYS": "-1"},
        {"ESCALATE_RED_DAYS": "7"},
        {"REVIEW_HOURS": "two days"},
        {"EMAIL_PORT": "70000"},
        {"EMAIL_SECURITY": "ssl"},
        {"EMAIL_FROM": "nobody"},
        {"EMAIL_TIMEOUT": "0"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_setting_stops_the_start_and_names_itself(wrong: dict[str, str]) -> None:
    done = start(**(GOOD | wrong))
    assert done.returncode == 1
    assert next(iter(wrong)) in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "printed"),
    [
        ({}, "console"),
        ({"EMAIL_HOST": "mail.example", "EMAIL_SECURITY": "none"}, "smtp False False"),
        ({"EMAIL_HOST": "mail.example"}, "smtp True False"),
        ({"EMAIL_HOST": "mail.example", "EMAIL_SECURITY": "tls"}, "smtp False True"),
    ],
)
def test_e_mails_are_printed_until_a_server_is_named(environment: dict[str, str], printed: str) -> None:
    code = (
        "import planportal.settings as s\n"
        "print(s.EMAIL_BACKEND.split('.')[-2], *([s.EMAIL_USE_TLS, s.EMAIL_USE_SSL] if s.EMAIL_HOST else []))"
    )
    given = {**GOOD, **environment, "PORTAL_ENV_FILE": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=given, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == printed, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_missing_mandatory_setting_stops_the_start(name: str) -> None:
    environment = {key: value for key, value in GOOD.items() if key != name}
    done = start(**environment)
    assert done.returncode == 1
    assert f"{name} is missing" in done.stderr
