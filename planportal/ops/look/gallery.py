"""Pictures of pages: how the page is looked at, what the file is called, and the index of all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from planportal.ops.look.eye import Eye
from planportal.ops.look.pages import Page


@dataclass(frozen=True)
class Look:
    """How a page is looked at: the reader's colour scheme, on a screen or on paper, with which eyes."""

    scheme: str = "light"
    medium: str = "screen"
    deficiency: str = "none"


LOOKS = {
    "light": Look(),
    "dark": Look(scheme="dark"),
    "paper": Look(medium="print", deficiency="achromatopsia"),
    "deuteranopia": Look(deficiency="deuteranopia"),
    "protanopia": Look(deficiency="protanopia"),
    "dark-deuteranopia": Look(scheme="dark", deficiency="deuteranopia"),
}
_INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Screenshots</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 24px; }}
div {{ display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }}
figure {{ margin: 0; }}
img {{ max-width: 480px; max-height: 640px; border: 1px solid #75818d; }}
li {{ color: #b42318; }}
</style>
</head>
<body>
<h1>{count} screenshots</h1>
{sections}
</body>
</html>
"""


@dataclass
class Picture:
    """A page as it was seen in one size (width in pixels) and look, and what was wrong with it."""

    page: Page
    size: int
    look: str
    faults: list[str] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.page.name}-{self.size}-{self.look}.png"

    @property
    def line(self) -> str:
        """What is printed of it."""
        verdict = "ok" if not self.faults else f"FAULTY: {'; '.join(self.faults)}"
        return f"{self.page.name:<24}{self.page.role:<15}{self.size:>5} {self.look:<18}{verdict}"


def put_on(eye: Eye, look: str) -> None:
    """The page that is open, and those that are opened next, looked at that way."""
    chosen = LOOKS[look]
    eye.page.emulate_media(
        color_scheme="dark" if chosen.scheme == "dark" else "light",
        media="print" if chosen.medium == "print" else "screen",
    )
    eye.wire.send("Emulation.setEmulatedVisionDeficiency", {"type": chosen.deficiency})


def index(pictures: Sequence[Picture], folder: Path) -> Path:
    """Writes index.html beside the pictures, page by page."""
    in_order = sorted(pictures, key=lambda picture: picture.page.name)
    sections = [_section(name, list(group)) for name, group in groupby(in_order, key=lambda each: each.page.name)]
    path = folder / "index.html"
    path.write_text(_INDEX.format(count=len(pictures), sections="\n".join(sections)), encoding="utf-8")
    return path


def _section(name: str, pictures: Sequence[Picture]) -> str:
    return f"<h2>{escape(name)}</h2>\n<div>{''.join(_figure(picture) for picture in pictures)}</div>"


def _figure(picture: Picture) -> str:
    words = f"{picture.size} px, {picture.look}"
    faults = "".join(f"<li>{escape(fault)}</li>" for fault in picture.faults)
    image = f'<a href="{picture.file}"><img src="{picture.file}" alt="{escape(picture.page.name)}, {words}"></a>'
    return f"<figure><figcaption>{words}</figcaption>{image}{f'<ul>{faults}</ul>' if faults else ''}</figure>"
