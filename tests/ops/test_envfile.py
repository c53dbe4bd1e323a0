"""var/env: made once with secrets of its own, read after, and never stronger than the real environment."""

import os
import stat
from pathlib import Path

import pytest

from planportal.ops import envfile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "env"


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    return monkeypatch


def test_a_fresh_file_has_the_three_values_and_is_private(path: Path) -> None:
    envfile.ensure(path)
    values = envfile.parse(path.read_text(), source="env")
    assert set(values) == {"SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_DEMO_PASSWORD"}
    assert values["ALLOWED_HOSTS"] == "127.0.0.1,localhost,[::1]"
    assert len(values["SECRET_KEY"]) >= 50
    assert len(values["PORTAL_DEMO_PASSWORD"]) >= 12
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["env"]


def test_two_machines_share_no_secret(tmp_path: Path) -> None:
    texts = [envfile.ensure(tmp_path / name).read_text() for name in ("one", "two")]
    one, two = (envfile.parse(text, source="env") for text in texts)
    assert one["SECRET_KEY"] != two["SECRET_KEY"]
    assert one["PORTAL_DEMO_PASSWORD"] != two["PORTAL_DEMO_PASSWORD"]


def test_an_existing_file_is_never_touched(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("SECRET_KEY=mine\n")
    envfile.ensure(path)
    assert path.read_text() == "SECRET_KEY=mine\n"


def test_whoever_creates_it_at_the_same_moment_wins(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def link_too_late(source: Path, target: Path) -> None:
        path.write_text("SECRET_KEY=theirs\n")
        link(source, target)

    monkeypatch.setattr(os, "link", link_too_late)
    envfile.ensure(path)
    assert path.read_text() == "SECRET_KEY=theirs\n"
    assert [item.name for item in path.parent.iterdir()] == ["env"]


def test_the_real_environment_wins(tmp_path: Path, clean_environment: pytest.MonkeyPatch) -> None:
    path = tmp_path / "env"
    path.write_text("# a comment\n\nSECRET_KEY = from=file \nALLOWED_HOSTS=file\n")
    clean_environment.setitem(os.environ, "ALLOWED_HOSTS", "real")
    envfile.load(path)
    assert os.environ["SECRET_KEY"] == "from=file"
    assert os.environ["ALLOWED_HOSTS"] == "real"


def test_no_file_is_no_error(tmp_path: Path, clean_environment: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    envfile.load(tmp_path / "env")
    assert os.environ == before


@pytest.mark.parametrize("line", ["SECRET_KEY", "=value", "export A=1", "2A=1", "密钥=1"])
def test_a_malformed_line_names_file_and_line_and_not_its_content(line: str) -> None:
    with pytest.raises(SystemExit) as error:
        envfile.parse(f"A=1\n\n{line}\n", source="/x/env")
    assert "/x/env:3:" in str(error.value)
    assert line not in str(error.value)


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        envfile.load(tmp_path)
