"""A visitor who opens every public page by its links, and says what is wrong with each.

Every address without parameters is opened, once. How far parameters are combined is bounded: an address with some is
opened where one of its parameters has a value that no address of the same name was opened with before, so that each
filter, year and page of a list is seen once for all targets and not once for each. The states of all permanent links
count as one value, and so do paths.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

HOST = "http://testserver"
# Where an element's attribute has a browser fetch something by itself.
FETCHED = {
    **dict.fromkeys(("img", "script", "iframe", "source", "video", "audio", "embed"), ("src", "srcset", "poster")),
    "object": ("data",),
    "use": ("href",),
    "image": ("href",),
    "link": ("href",),
}
SHORTEST, LONGEST = 20, 160
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Link:
    """A link as it stands: where it leads, and what it is in relation to the page."""

    href: str
    rel: str


@dataclass
class Form:
    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)

    def sent(self) -> str:
        """What it sends where nobody touches it; of boxes that nobody has ticked, the first two are."""
        return urlencode(self.fields + [box for box in self.boxes if box[0] not in dict(self.fields)][:2])


class Reading(HTMLParser):
    """What a visitor without eyes takes from a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.title = self.language = ""
        self.headings = 0
        self.meta: dict[str, str] = {}
        self.anchors: set[str] = set()
        self.links: list[Link] = []
        self.heads: list[Link] = []
        self.fetched: list[str] = []
        self.forms: list[Form] = []
        self.documents: list[dict[str, Any]] = []
        self._reads = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        self.fetched += [given[name] for name in FETCHED.get(tag, ()) if name in given and _is_fetched(tag, given)]
        self.headings += tag == "h1"
        self._reads = "title" if tag == "title" and not self.title else _read_script(tag, given)
        match tag:
            case "html":
                self.language = given.get("lang", "")
            case "meta":
                self.meta[given.get("name") or given.get("property", "")] = given.get("content", "")
            case "a" if "href" in given:
                self.links.append(Link(given["href"], given.get("rel", "")))
            case "link":
                self.heads.append(Link(given["href"], given["rel"]))
            case "form":
                self.forms.append(Form(given.get("method", "get").lower(), given.get("action", "")))
            case _:
                self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        """A form's own values: of a list the first option, unless another is chosen."""
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and self.forms:
            fields = self.forms[-1].fields
            if "selected" in given:
                fields[:] = [one for one in fields if one[0] != self._select]
            if "selected" in given or self._select not in dict(fields):
                fields.append((self._select, given.get("value", "")))
        elif tag == "input" and given.get("name") and self.forms and _is_sent(given):
            self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "input" and given.get("type") == "checkbox" and self.forms:
            self.forms[-1].boxes.append((given["name"], given.get("value", "on")))

    def handle_endtag(self, tag: str) -> None:
        self._reads = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._reads == "title":
            self.title = data.strip()
        elif self._reads == "document":
            self.documents.append(json.loads(data))

    def addresses_of(self, rel: str) -> list[str]:
        return [link.href for link in self.heads if link.rel == rel]

    @property
    def is_indexed(self) -> bool:
        return "noindex" not in self.meta.get("robots", "")


def _is_fetched(tag: str, given: dict[str, str]) -> bool:
    return tag != "link" or given.get("rel") in {"stylesheet", "icon", "preload", "modulepreload", "manifest"}


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in {"submit", "button", "reset", "file"} and (
        kind not in {"radio", "checkbox"} or "checked" in given
    )


def _read_script(tag: str, given: dict[str, str]) -> str:
    return "document" if tag == "script" and given.get("type") == "application/ld+json" else ""


def whole(page: str, href: str) -> str:
    """An address on a page as a whole one: its parameters in one order, none that is empty, and no fragment."""
    parts = urlsplit(urljoin(page, href))
    query = urlencode(sorted(parse_qsl(parts.query)))
    return f"{parts.scheme}://{parts.netloc}{parts.path}{f'?{query}' if query else ''}"


def is_own(address: str) -> bool:
    return address.startswith(f"{HOST}/")


@dataclass
class Crawl:
    """The pages that were opened, by address, and what is wrong.

    Links go on from addresses that `goes_on` matches; those that `noted` matches count as seen and are not opened.
    """

    client: Client
    goes_on: re.Pattern[str]
    noted: re.Pattern[str] = NEVER
    pages: dict[str, Reading] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    values: set[tuple[str, str, str]] = field(default_factory=set)
    fragments: set[tuple[str, str, str]] = field(default_factory=set)

    def run(self, starts: Iterable[str]) -> "Crawl":
        waiting = deque((start, "") for start in starts)
        while waiting:
            address, linked_from = waiting.popleft()
            if address in self.seen or not self._is_new(address):
                continue
            self.seen.add(address)
            found = [] if self.noted.fullmatch(address) else self._open(address, linked_from)
            if self.goes_on.match(address):
                waiting.extend((one, address) for one in found)
        self._check_fragments()
        self._check_titles()
        return self

    def _is_new(self, address: str) -> bool:
        parts = urlsplit(address)
        name = name_of(parts.path)
        given = {(name, key, "" if is_one(key, value) else value) for key, value in parse_qsl(parts.query)}
        unseen, self.values = given - self.values, self.values | given
        return bool(unseen) or not given

    def _open(self, address: str, linked_from: str) -> list[str]:
        """The addresses that go on from here."""
        answer = self.client.get(address.removeprefix(HOST), follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code != 200:
            self.faults.append(f"{address} answers {answer.status_code}, linked from {linked_from}")
            return []
        if getattr(answer, "redirect_chain", []):
            self.faults.append(f"{address} leads on to {answer.redirect_chain}, linked from {linked_from}")
        if not answer["Content-Type"].startswith("text/html"):
            return []
        page = self.pages[address] = Reading(body.decode())
        self.faults += [f"{address}: {fault}" for fault in page_faults(address, page, answer)]
        self.fragments |= {(address, whole(address, link.href), urlsplit(link.href).fragment) for link in page.links}
        return list(going_on(address, page))

    def _check_fragments(self) -> None:
        for address, leads_to, fragment in self.fragments:
            page = self.pages.get(leads_to)
            if fragment and page and fragment not in page.anchors:
                self.faults.append(f"{address} links {leads_to}#{fragment}, which is not there")

    def _check_titles(self) -> None:
        """Two pages that are found have two titles."""
        own: dict[str, str] = {}
        for address, page in self.pages.items():
            for canonical in page.addresses_of("canonical") if page.is_indexed else []:
                if own.setdefault(page.title, canonical) != canonical:
                    self.faults.append(f"{address} has the title of {own[page.title]}: {page.title}")

    def found(self) -> set[str]:
        """The addresses without parameters that search engines shall find."""
        return {
            canonical
            for page in self.pages.values()
            for canonical in page.addresses_of("canonical")
            if page.is_indexed and "?" not in canonical
        }


def is_one(key: str, value: str) -> bool:
    """Whether all values of its kind count as one: states of permanent links, and the paths that a page is about."""
    return key == "state" or value.startswith("/")


def name_of(path: str) -> str:
    """The name of the address of a path, "" where it has none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def going_on(address: str, page: Reading) -> Iterator[str]:
    """The own addresses that a page links, fetches or offers as a form."""
    hrefs = [link.href for link in page.links] + [link.href for link in page.heads]
    # What a form sends by GET takes the place of the parameters that its action has.
    offered = [
        f"{whole(address, form.action).partition('?')[0]}?{form.sent()}" for form in page.forms if form.method == "get"
    ]
    for href in [*hrefs, *page.fetched, *offered]:
        if is_own(found := whole(address, href)):
            yield found


def page_faults(address: str, page: Reading, answer: HttpResponse) -> Iterator[str]:
    """What is wrong with a page by itself."""
    description = page.meta.get("description", "")
    if not page.title or page.headings != 1 or not page.language:
        yield f"the title is {page.title!r}, the language {page.language!r}, there are {page.headings} h1"
    if not SHORTEST <= len(description) <= LONGEST:
        yield f"its description has {len(description)} characters: {description}"
    if page.is_indexed:
        yield from head_faults(page)
    yield from (f"fetches {src}" for src in page.fetched if not _is_ours(address, src))
    yield from (f"leads out without saying so: {link}" for link in page.links if _leads_out(address, link))
    yield from (f"sends a form to {form.action}" for form in page.forms if not _is_served(address, form.action))


def head_faults(page: Reading) -> Iterator[str]:
    """What is wrong with the head of a page that search engines shall find."""
    canonical = page.addresses_of("canonical")
    if len(canonical) != 1 or not is_own(canonical[0]) or page.meta.get("og:url") != canonical[0]:
        yield f"its own address is {canonical}, and {page.meta.get('og:url')} on its card"
    if not page.title.startswith(page.meta.get("og:title", "?")) or not page.title.endswith(page.meta["og:site_name"]):
        yield f"its card says {page.meta.get('og:title')}"
    if page.meta.get("og:description") != page.meta.get("description"):
        yield "its card has another description"
    yield from (f"a document has {fault}" for document in page.documents for fault in document_faults(document))


def document_faults(value: object, name: str = "") -> Iterator[str]:
    """Nothing, and addresses that are no whole ones of this host, in a document of schema.org."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from document_faults(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from document_faults(part, name)
    elif value is None or value == "":
        yield f"nothing for {name}"
    elif name in {"url", "item", "contentUrl", "urlTemplate"} and not is_own(str(value)):
        yield f"the address {value}"


def _is_ours(address: str, src: str) -> bool:
    return src.startswith("data:") or is_own(whole(address, src))


def _leads_out(address: str, link: Link) -> bool:
    scheme = urlsplit(link.href).scheme
    if scheme in {"mailto", "tel"} or is_own(whole(address, link.href)):
        return False
    return scheme not in {"http", "https"} or not {"external", "noopener"} <= set(link.rel.split())


def _is_served(address: str, action: str) -> bool:
    sent_to = whole(address, action)
    return is_own(sent_to) and bool(name_of(urlsplit(sent_to).path))
