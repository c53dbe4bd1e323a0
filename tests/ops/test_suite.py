"""The browser tests never go missing in silence."""

from pathlib import Path

import pytest

from planportal.ops import suite


@pytest.fixture
def _no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("_no_browser")
@pytest.mark.parametrize(("required", "code"), [("", 0), ("0", 0), ("1", 1)])
def test_without_a_browser_a_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], required: str, code: int
) -> None:
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    assert suite.browser_group() == code
    assert "browser tests did NOT run" in capsys.readouterr().out


@pytest.mark.usefixtures("_no_browser")
def test_a_browser_on_the_path_is_found(tmp_path: Path) -> None:
    assert suite.browser() is None
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert suite.browser() == str(program)
