"""The stamps by which a second set-up knows what there is to do."""

import hashlib
from pathlib import Path

import pytest

from planportal.ops import install
from planportal.ops.install import Part, SetUpError


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(install, "ROOT", tmp_path)
    path = tmp_path / "source"
    path.write_text("one")
    (tmp_path / "output").mkdir()
    return path


def part(source: Path) -> Part:
    folder = source.parent
    return Part(folder / "stamps" / "part", inputs=[source, "3.11"], outputs=[folder / "output"])


def test_a_part_is_current_once_made(source: Path) -> None:
    assert not part(source).is_current()
    with part(source).making():
        assert not part(source).is_current()
    assert part(source).is_current()


def test_a_changed_source_or_a_lost_output_makes_it_stale(source: Path) -> None:
    with part(source).making():
        pass
    source.write_text("two")
    assert not part(source).is_current()
    source.write_text("one")
    assert part(source).is_current()
    (source.parent / "output").rmdir()
    assert not part(source).is_current()


def test_an_interruption_leaves_no_stamp(source: Path) -> None:
    with part(source).making():
        pass
    with pytest.raises(KeyboardInterrupt), part(source).making():
        raise KeyboardInterrupt
    assert not part(source).is_current()


def test_content_that_moves_from_one_file_to_the_next_is_a_change(source: Path) -> None:
    second = source.with_name("source2")
    digests = []
    for contents in (("ab", "c"), ("a", "bc")):
        for path, content in zip((source, second), contents, strict=True):
            path.write_text(content)
        digests.append(Part(source, inputs=[source, second], outputs=[]).digest)
    assert digests[0] != digests[1]
    assert len(digests[0]) == hashlib.sha256().digest_size * 2


def test_a_failed_command_shows_its_last_lines() -> None:
    with pytest.raises(SetUpError, match="exit 3") as error:
        install.call(["sh", "-c", "seq 100 130; exit 3"])
    assert str(error.value).splitlines()[1:] == [str(number) for number in range(111, 131)]
    with pytest.raises(SetUpError, match="no-such-program"):
        install.call(["no-such-program"])


def test_the_lock_files_carry_hashes_and_no_address() -> None:
    locks = sorted(install.PYTHON.parents[2].glob("requirements*.lock"))
    assert len(locks) == 4
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pinned
        assert all(line.endswith("\\") for line in pinned)
    frontend_lock = (install.FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in frontend_lock
    assert '"integrity"' in frontend_lock
