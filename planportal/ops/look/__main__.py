"""`make screenshots ARGS="[--roles …] [--pages …] [--sizes …] [--looks …] [--folder …]"`: pictures of every page.

It brings up a portal of its own with demo figures, opens each page as who uses it, writes a PNG for each size and look
and an index of them, and says of each what is wrong with it; the exit code is 1 where something is.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from planportal.ops.look import scene
from planportal.ops.look.eye import Eye, UnreachableError
from planportal.ops.look.gallery import LOOKS, Picture, index, put_on
from planportal.ops.look.pages import ACCOUNTS, ROLES, Page, every_page
from planportal.ops.look.stage import PASSWORD, NotStagedError, staged
from planportal.ops.run import ROOT
from planportal.ops.suite import browser

SIZES = "360,1440,2560,3840"
SMALLEST, LARGEST = 240, 7680
HEIGHTS = {360: 740}
HEIGHT = 900
DEFAULT_LOOKS = ("light", "dark")
# Unless looks are asked for, paper too, in one size: what is printed hardly follows the window.
PAPER_SIZE = 1440


@dataclass(frozen=True)
class Asked:
    """What the command line asked for; no roles or pages stand for all, no looks for the default ones."""

    roles: tuple[str, ...]
    pages: tuple[str, ...]
    sizes: tuple[int, ...]
    looks: tuple[str, ...]
    folder: Path

    def wants(self, page: Page) -> bool:
        """Whether a page is among those asked for."""
        return (not self.roles or page.role in self.roles) and (not self.pages or page.name in self.pages)

    def looks_at(self, size: int) -> tuple[str, ...]:
        """How pages are looked at in a size."""
        if self.looks:
            return self.looks
        return (*DEFAULT_LOOKS, "paper") if size == PAPER_SIZE else DEFAULT_LOOKS


def words(text: str) -> tuple[str, ...]:
    """The items of a comma-separated list, each once."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def one_of(allowed: Sequence[str], what: str) -> Callable[[str], tuple[str, ...]]:
    """Reads a list whose items must all be known; argparse tells the message."""

    def read(text: str) -> tuple[str, ...]:
        found = words(text)
        unknown = [word for word in found if word not in allowed]
        if unknown or not found:
            raise argparse.ArgumentTypeError(f"got {text!r}, allowed {what} are {', '.join(allowed)}")
        return found

    return read


def widths(text: str) -> tuple[int, ...]:
    """Widths in pixels."""
    found = words(text)
    if not found or not all(word.isascii() and word.isdigit() and SMALLEST <= int(word) <= LARGEST for word in found):
        raise argparse.ArgumentTypeError(f"got {text!r}, allowed are whole numbers {SMALLEST} to {LARGEST}")
    return tuple(int(word) for word in found)


def read_arguments(arguments: Sequence[str]) -> Asked:
    """What is asked for; ends with 2 and a line that says what is allowed."""
    parser = argparse.ArgumentParser(prog="make screenshots", description="Pictures of every page, and its faults.")
    parser.add_argument("--roles", type=one_of(ROLES, "roles"), default=(), metavar="ROLE,…", help=", ".join(ROLES))
    parser.add_argument("--pages", type=words, default=(), metavar="NAME,…", help="such as home,target-detail")
    parser.add_argument("--sizes", type=widths, default=SIZES, metavar="PX,…", help=f"widths (default: {SIZES})")
    looks = f"{', '.join(LOOKS)} (default: {', '.join(DEFAULT_LOOKS)}, and paper at {PAPER_SIZE})"
    parser.add_argument("--looks", type=one_of(tuple(LOOKS), "looks"), default=(), metavar="LOOK,…", help=looks)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "screenshots", help="default: var/screenshots")
    return Asked(**vars(parser.parse_args(arguments)))


def chosen(asked: Asked, receipt: int) -> list[Page]:
    """The pages asked for; ends with 2 where a name is no page's."""
    pages = every_page(receipt)
    unknown = sorted(set(asked.pages) - {page.name for page in pages})
    if unknown:
        names = ", ".join(page.name for page in pages)
        print(f"make screenshots: no page {', '.join(unknown)}; allowed are {names}", file=sys.stderr)
        raise SystemExit(2)
    return [page for page in pages if asked.wants(page)]


def take(browser: Browser, portal: str, pages: Sequence[Page], asked: Asked) -> list[Picture]:
    """A picture of each page in each size and look, a window for each role, size and look."""
    found = []
    for role in dict.fromkeys(page.role for page in pages):
        for size in asked.sizes:
            for look in asked.looks_at(size):
                mine = [page for page in pages if page.role == role]
                found += in_window(browser, portal, mine, size, look, asked.folder)
    return found


def in_window(
    browser: Browser, portal: str, pages: Sequence[Page], size: int, look: str, folder: Path
) -> list[Picture]:
    """Pictures of the pages of one role, in one window."""
    viewport = ViewportSize(width=size, height=HEIGHTS.get(size, HEIGHT))
    context = browser.new_context(viewport=viewport, locale="zh-CN", reduced_motion="reduce")
    eye = Eye(context, portal)
    if account := ACCOUNTS.get(pages[0].role):
        eye.sign_in(account, PASSWORD)
    found = []
    for page in pages:
        picture = Picture(page, size, look)
        put_on(eye, look)
        picture.faults += faults_of(eye, page, look)
        eye.page.screenshot(path=folder / picture.file, full_page=True)
        print(picture.line, flush=True)
        found.append(picture)
    context.close()
    return found


def faults_of(eye: Eye, page: Page, look: str) -> list[str]:
    """What is wrong with a page that is opened now."""
    try:
        faults = eye.open(page)
        # Opening a page takes the medium away from a window that has eyes of another kind.
        put_on(eye, look)
        return [*faults, *eye.too_wide()]
    except UnreachableError as error:
        return [str(error)]


def main(arguments: Sequence[str]) -> int:
    """Pictures and their index; 1 where a page has a fault, or nothing could be staged."""
    asked = read_arguments(arguments)
    path = browser()
    if path is None:
        print("make screenshots: 没有 chromium (no chromium on PATH)", file=sys.stderr)
        return 1
    asked.folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="planportal-look-") as folder, staged(Path(folder)) as portal:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")
            django.setup()
            pages = chosen(asked, scene.play(portal, PASSWORD))
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
                pictures = take(chromium, portal, pages, asked)
                chromium.close()
    except (NotStagedError, scene.RefusedError) as error:
        print(f"make screenshots: {error}", file=sys.stderr)
        return 1
    index(pictures, asked.folder)
    faulty = sum(bool(picture.faults) for picture in pictures)
    print(f"screenshots: {len(pictures)} pictures, {faulty} with faults: {asked.folder / 'index.html'}")
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
