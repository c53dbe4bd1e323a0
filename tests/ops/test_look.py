"""Which pages are looked at, and what `make screenshots` can be asked for."""

from pathlib import Path

import pytest

from planportal.ops.look import pages
from planportal.ops.look.__main__ import read_arguments
from planportal.ops.look.gallery import Picture, index
from planportal.ops.look.pages import ADMINISTRATOR, PUBLIC, STAFF, Page, UnknownPageError, every_page
from planportal.ops.run import ROOT


def test_each_page_is_listed_once_with_who_opens_it() -> None:
    found = {page.name: page for page in every_page(7)}
    assert len(found) == len(every_page(7))
    assert found["home"] == Page("home", PUBLIC, "/")
    assert found["receipt"] == Page("receipt", STAFF, "/receipts/7/")
    assert found["manage-mail"].role == ADMINISTRATOR
    assert found["target-what-if"].address == "/targets/high-tech-enterprises/what-if/?as_of_year=2017"
    assert found["review-figure"].linked_from == "/review/"
    assert not {"logout", "api-targets", "change-feed-atom"} & found.keys()
    assert "receipt" not in {page.name for page in every_page()}


def test_a_new_address_with_parts_must_say_what_it_is_opened_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PARTS", {name: pages.PARTS[name] for name in pages.PARTS if name != "field-detail"})
    with pytest.raises(UnknownPageError, match=r"'field-detail' has parts: say in .*pages\.py"):
        every_page()


def test_a_picture_says_what_is_wrong_and_the_index_shows_all(tmp_path: Path) -> None:
    home = Page("home", PUBLIC, "/")
    good, bad = Picture(home, 360, "light"), Picture(home, 1440, "dark", ["wider than the window: <table>"])
    assert good.line.split() == ["home", "public", "360", "light", "ok"]
    assert bad.line.endswith("FAULTY: wider than the window: <table>")
    written = index([good, bad], tmp_path).read_text(encoding="utf-8")
    assert written.count("<img ") == 2
    assert "home-1440-dark.png" in written
    assert "wider than the window: &lt;table&gt;" in written


def test_without_arguments_everything_is_asked_for() -> None:
    asked = read_arguments([])
    looks = {size: asked.looks_at(size) for size in asked.sizes}
    both = ("light", "dark")
    assert looks == {360: both, 1440: (*both, "paper"), 2560: both, 3840: both}
    assert asked.folder == ROOT / "var" / "screenshots"
    assert all(asked.wants(page) for page in every_page())


def test_roles_pages_sizes_looks_and_the_folder_are_chosen() -> None:
    chosen = ["--roles", "staff,public", "--pages", "home,home", "--sizes", "3840", "--looks", "paper"]
    asked = read_arguments([*chosen, "--folder", "/tmp/x"])
    assert [page.name for page in every_page() if asked.wants(page)] == ["home"]
    assert (asked.sizes, asked.looks_at(3840), asked.folder) == ((3840,), ("paper",), Path("/tmp/x"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--roles", "boss"], "got 'boss', allowed roles are public, staff, "),
        (["--roles", ","], "got ',', allowed roles are public"),
        (["--looks", "sepia"], "got 'sepia', allowed looks are light, dark, paper"),
        (["--sizes", "360,239"], "got '360,239', allowed are whole numbers 240 to 7680"),
        (["--sizes", "３６０"], "got '３６０', allowed are whole numbers 240 to 7680"),
        (["--sizes", ""], "got '', allowed are whole numbers 240 to 7680"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_what_is_allowed(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
