"""What the first load of a page weighs over the wire, compressed as browsers ask for it, and how much it shifts."""

import gzip
import os
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from playwright.sync_api import Browser, sync_playwright

from planportal.ops.look.eye import Eye
from planportal.ops.look.pages import ACCOUNTS, OFFICIAL, PUBLIC, Page
from planportal.ops.serving import served
from planportal.ops.suite import browser

# What is weighed, and who opens it.
ADDRESSES = {
    "/": PUBLIC,
    "/targets/": PUBLIC,
    "/dashboard/": OFFICIAL,
    "/targets/high-tech-enterprises/": PUBLIC,
    "/cities/": PUBLIC,
}
BYTES_IN_KB = 1000
TIMEOUT_SECONDS = 30
MOST_KB = 120
# The page of one target and its supposed figures bring the chart bundle along.
MOST_WITH_CHARTS_KB = 300
_KINDS = {"text/html": "html", "text/css": "css", "text/javascript": "js", "application/javascript": "js"}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SHEETS = {"stylesheet", "preload", "modulepreload", "icon"}


@dataclass(frozen=True)
class Weight:
    """Bytes of the bodies of a first load as they came over the wire, by kind; `page` is where the address led."""

    page: str
    html: int
    css: int
    js: int
    other: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.html + self.css + self.js + self.other


class _Resources(HTMLParser):
    """The addresses of what a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href" if tag == "link" else "src") or ""
        loads = tag in {"script", "img"} or (tag == "link" and given.get("rel") in _SHEETS)
        if loads and address and not address.startswith("data:"):
            self.found.append(address)


def most_kb(address: str) -> int:
    """The budget of a page in KB of 1000 bytes, by its address with or without a query."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    draws = parts[:1] == ["targets"] and parts[2:] in ([], ["what-if"]) and len(parts) > 1
    return MOST_WITH_CHARTS_KB if draws else MOST_KB


def reader(portal: str, role: str, password: str) -> OpenerDirector:
    """How somebody of a role fetches: with the cookies of the demo account, signed in by the form, or with none.

    Raises OSError where the portal does not answer.
    """
    opener = build_opener(HTTPCookieProcessor())
    if role == PUBLIC:
        return opener
    address = urljoin(portal, "/accounts/login/")
    with opener.open(address, timeout=TIMEOUT_SECONDS) as form:
        tokens = _TOKEN.findall(form.read().decode())
    given = {"csrfmiddlewaretoken": tokens[0], "username": ACCOUNTS[role], "password": password}
    opener.open(address, urlencode(given).encode(), timeout=TIMEOUT_SECONDS).close()
    return opener


def weigh(portal: str, path: str, opener: OpenerDirector) -> Weight:
    """The first load of a page and of what its mark-up names; raises OSError where something does not come."""
    sizes: Counter[str] = Counter()
    address, text = _fetch(opener, urljoin(portal, path), sizes)
    resources = _Resources()
    resources.feed(text)
    for each in dict.fromkeys(resources.found):
        _fetch(opener, urljoin(address, each), sizes)
    return Weight(urlsplit(address).path, *(sizes[kind] for kind in ("html", "css", "js", "other")))


def _fetch(opener: OpenerDirector, address: str, sizes: Counter[str]) -> tuple[str, str]:
    """Where an address led and, of HTML, the text; adds the bytes that came to those of its kind."""
    request = Request(address, headers={"Accept-Encoding": "gzip, br"})  # noqa: S310 (the portal's own address)
    with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
        body: bytes = answer.read()
        kind = _KINDS.get(answer.headers.get_content_type(), "other")
        sizes[kind] += len(body)
        if kind != "html":
            return answer.url, ""
        is_packed = answer.headers["Content-Encoding"] == "gzip"
        return answer.url, (gzip.decompress(body) if is_packed else body).decode()


def shifts(portal: str, password: str) -> dict[str, float]:
    """The cumulative layout shift of each page in a phone's width; empty where there is no browser."""
    path = browser()
    if path is None:
        return {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        eyes = {role: _eye(chromium, portal, role, password) for role in set(ADDRESSES.values())}
        found = {}
        for address, role in ADDRESSES.items():
            eyes[role].open(Page("", role, address))
            found[address] = eyes[role].shift()
        chromium.close()
    return found


def _eye(chromium: Browser, portal: str, role: str, password: str) -> Eye:
    eye = Eye(chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN"), portal)
    if role in ACCOUNTS:
        eye.sign_in(ACCOUNTS[role], password)
    return eye


def report(password: str) -> None:
    """Prints a row for each page: KB by kind and together beside its budget, and how much it shifts.

    `password` is that of the demo accounts.
    """
    with served(os.environ) as port:
        portal = f"http://127.0.0.1:{port}"
        readers = {role: reader(portal, role, password) for role in set(ADDRESSES.values())}
        found = [weigh(portal, address, readers[role]) for address, role in ADDRESSES.items()]
        moved = shifts(portal, password)
    heads = ("html", "css", "js", "other", "all", "budget", "shift")
    print(f"{'first load, KB over the wire':<44}{''.join(f'{head:>8}' for head in heads)}")
    for address, weight in zip(ADDRESSES, found, strict=True):
        name = address if weight.page == address else f"{address} (led to {weight.page})"
        sizes = (weight.html, weight.css, weight.js, weight.other, weight.total)
        columns = "".join(f"{size / BYTES_IN_KB:>8.1f}" for size in sizes)
        shift = f"{moved[address]:>8.3f}" if moved else f"{'–':>8}"
        print(f"{name:<44}{columns}{most_kb(weight.page):>8}{shift}", flush=True)
