"""The commands of the long-running processes, and what is printed and allowed when `make run` starts."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from planportal.ops import envfile, processes, start
from planportal.ops.run import ROOT, Address, UnusableError


def words_after(command: list[str], option: str) -> str:
    return command[command.index(option) + 1]


def test_the_web_server_reads_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "0.0.0.0", "PORT": "8080", "WEB_WORKERS": "3"}.items():
        monkeypatch.setenv(name, value)
    command = processes.serve()
    given = [words_after(command, option) for option in ("--host", "--port", "--workers")]
    assert given == ["0.0.0.0", "8080", "3"]
    # Each thread may hold a database connection of its own.
    assert 1 <= int(words_after(command, "--blocking-threads")) <= 4


@pytest.mark.parametrize("value", ["0", "65", "two", "1.5"])
def test_a_number_of_processes_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WEB_WORKERS", value)
    with pytest.raises(UnusableError, match="WEB_WORKERS"):
        processes.serve()


def test_the_worker_takes_one_message_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    monkeypatch.setenv("WORKER_CONCURRENCY", "5")
    command = processes.worker()
    assert words_after(command, "--concurrency") == "5"
    assert words_after(command, "--prefetch-multiplier") == "1"


def test_the_beat_starts_on_a_new_machine_and_after_one_that_died(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new" / "data"))
    command = processes.beat()
    assert "--pidfile=" in command
    assert words_after(command, "--schedule") == str(tmp_path / "new" / "data" / "beat-schedule")
    assert (tmp_path / "new" / "data").is_dir()


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_without_a_queue_it_is_one_line_and_a_failure(name: str) -> None:
    env = {**os.environ, "REDIS_URL": ""}
    command = [sys.executable, "-m", "planportal.ops.processes", name]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"make {name}: 没有设置 REDIS_URL")


def test_loopback_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "127.0.0.1")
    start.allow_host(Address(host="127.0.0.1", port=8000))
    assert os.environ["ALLOWED_HOSTS"] == "127.0.0.1"


@pytest.mark.parametrize(("host", "allowed"), [("10.1.2.3", "10.1.2.3"), ("fe80::1", "[fe80::1]")])
def test_an_address_that_others_reach_is_answered_to(monkeypatch: pytest.MonkeyPatch, host: str, allowed: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "127.0.0.1")
    start.allow_host(Address(host=host, port=8000))
    hosts = os.environ["ALLOWED_HOSTS"].split(",")
    assert {"127.0.0.1", allowed, socket.gethostname()} <= set(hosts)
    assert "*" not in hosts


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("127.0.0.1", "http://127.0.0.1:8312"),
        ("::1", "http://[::1]:8312"),
        ("10.1.2.3", "http://10.1.2.3:8312"),
        ("0.0.0.0", f"http://{socket.gethostname()}:8312"),
        ("::", f"http://{socket.gethostname()}:8312"),
    ],
)
@pytest.mark.parametrize("silent", [None, "", " "])
def test_links_in_e_mails_lead_where_it_serves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, silent: str | None, host: str, site: str
) -> None:
    monkeypatch.setattr(envfile, "SERVED", tmp_path / "served")
    monkeypatch.delenv("SITE_URL", raising=False)
    if silent is not None:
        monkeypatch.setenv("SITE_URL", silent)
    start.name_site(Address(host=host, port=8312))
    assert os.environ["SITE_URL"] == site


@pytest.mark.parametrize(
    ("named", "site"), [({}, "http://127.0.0.1:8312"), ({"SITE_URL": "https://plan.example"}, "https://plan.example")]
)
@pytest.mark.parametrize("command", [["manage.py", "shell", "-c"], ["-c"]], ids=["manage.py", "celery"])
def test_commands_beside_it_lead_there_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str], named: dict[str, str], site: str
) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(envfile, "SERVED", tmp_path / "served")
    start.name_site(Address(host="127.0.0.1", port=8312))
    monkeypatch.delenv("SITE_URL")
    env = {**os.environ, **named, "PORTAL_ENV_FILE": str(tmp_path / "env")}
    code = "import planportal.celery; from django.conf import settings; print(settings.SITE_URL)"
    done = subprocess.run(
        [sys.executable, *command, code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == site


def test_a_site_that_was_named_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://plan.example.gov.cn")
    start.name_site(Address(host="127.0.0.1", port=8312))
    assert os.environ["SITE_URL"] == "https://plan.example.gov.cn"


def test_the_greeting_names_address_accounts_and_password() -> None:
    text = start.greeting(Address(host="127.0.0.1", port=8001), "abcd-efgh-2345")
    assert "http://127.0.0.1:8001/" in text
    assert "abcd-efgh-2345" in text
    accounts = ["demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]
    assert [line.split()[0] for line in text.splitlines() if line.startswith("    demo-")] == accounts
