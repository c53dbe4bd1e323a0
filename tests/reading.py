"""How tests read a page."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse

NUMBER = re.compile(r"[+−]?[\d,]*\d(?:\.\d+)?")


def text(page: HttpResponse) -> str:
    """What a page says, without its mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


@dataclass(frozen=True)
class ShownRow:
    """A target's row as a page shows it: its code, and of each cell the words and the mark-up."""

    code: str
    cells: dict[str, str]
    html: dict[str, str]

    @property
    def status(self) -> str:
        return re.findall(r'data-status="(\w+)"', self.html["lamp"])[0]

    @property
    def value(self) -> str | None:
        """The number alone, None where the row says who reports it."""
        found = re.findall(r'<span class="number">(.*?)</span>', self.html.get("value", ""))
        return plain(found[0]) if found else None

    @property
    def known_on(self) -> str:
        """The day from which the value counts."""
        return re.findall(r"(\d{4}-\d\d-\d\d) 起计入", self.cells["value"])[0]

    @property
    def bullet(self) -> tuple[str, str]:
        """The title of the drawing, and the words in it."""
        title, drawn = re.findall(r"<title>(.*?)</title>(.*)", self.html["bullet"], re.DOTALL)[0]
        return title, _words(drawn)


def target_rows(page: HttpResponse) -> list[ShownRow]:
    """The rows of targets on a page, from top to bottom."""
    return [
        _shown_row(row) for row in re.findall(r'<tr class="target-row">(.*?)</tr>', page.content.decode(), re.DOTALL)
    ]


def _shown_row(row: str) -> ShownRow:
    html = dict(re.findall(r'<t[dh][^>]*class="target-row__(\w+)[^>]*>(.*?)</t[dh]>', row, re.DOTALL))
    return ShownRow(
        code=re.findall(r"/targets/([-\w]+)/", html["name"])[0],
        cells={name: _words(cell) for name, cell in html.items()},
        html=html,
    )


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def plain(number: str) -> str:
    """A written number as the API writes it."""
    return number.replace(",", "").replace("−", "-").replace("+", "")


def untabled(page: str, drawing: dict[str, Any]) -> list[str]:
    """The numbers that a drawing reads out and that stand in no table of its page."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", re.sub(r"<sup.*?</sup>", "", page, flags=re.DOTALL), re.DOTALL)
    tabled = {number for cell in cells for number in NUMBER.findall(_words(cell))}
    said = [value for year in drawing["years"] for _, value in year["said"]]
    return [number for value in said for number in NUMBER.findall(value) if number not in tabled]


def links(page: HttpResponse, within: str) -> dict[str, dict[str, str]]:
    """The links of the section of a class, by their words, as the parameters of their addresses."""
    inside = page.content.decode().split(f'class="{within}"', 1)[1].split("</section>", 1)[0]
    return {
        _words(words): dict(parse_qsl(urlsplit(unescape(href)).query))
        for href, words in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', inside, re.DOTALL)
    }


@dataclass(frozen=True)
class TableRow:
    """A row of any table: of each cell the words that are seen, and where its links lead."""

    cells: list[str]
    addresses: list[str]


def table(page: HttpResponse, after: str) -> list[TableRow]:
    """The body of the first table after a piece of mark-up, from top to bottom; [] where none follows."""
    found = re.search(r"<tbody>(.*?)</tbody>", page.content.decode().split(after, 1)[1], re.DOTALL)
    seen = re.sub(r'<span class="visually-hidden">.*?</span>', "", found[1], flags=re.DOTALL) if found else ""
    return [
        TableRow(
            cells=[_words(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)],
            addresses=[unescape(href) for href in re.findall(r'href="([^"]*)"', row)],
        )
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", seen, re.DOTALL)
    ]
