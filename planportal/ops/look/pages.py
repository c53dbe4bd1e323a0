"""Every page of the portal and who opens it, read from the table of addresses, so that no new one is forgotten."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

PUBLIC, STAFF, REVIEWER, OFFICIAL, AUDITOR, ADMINISTRATOR = (
    "public",
    "staff",
    "reviewer",
    "official",
    "auditor",
    "administrator",
)
# The demo account of each role; the public has none.
ACCOUNTS = {
    STAFF: "demo-staff",
    REVIEWER: "demo-reviewer",
    OFFICIAL: "demo-harbin",
    AUDITOR: "demo-auditor",
    ADMINISTRATOR: "demo-admin",
}
ROLES = (PUBLIC, *ACCOUNTS)
# Who uses a page that is not for everybody; other names below manage/ are the administrator's.
USERS = {
    "dashboard": OFFICIAL,
    "completeness": AUDITOR,
    "workspace": STAFF,
    "entry": STAFF,
    "notices": STAFF,
    "review": REVIEWER,
    "review-figure": REVIEWER,
    "receipt": STAFF,
    # Public to whoever has the number, which only administrators are shown.
    "correction-status": ADMINISTRATOR,
    "password_change": STAFF,
    "password_change_done": STAFF,
}
# What an address with parts in it is opened with.
PARTS: dict[str, dict[str, str | int]] = {
    "target-detail": {"code": "high-tech-enterprises"},
    "target-what-if": {"code": "high-tech-enterprises"},
    "city-detail": {"code": "230100"},
    "field-detail": {"code": "new-materials"},
    "direction-detail": {"number": 33},
    "alliance-detail": {"number": 15},
    "platform-detail": {"number": 3},
    "institution-detail": {"number": 7},
    "entry": {"code": "high-tech-enterprises", "year": 2018},
    "manage-round": {"year": 2020},
    "manage-round-open": {"year": 2019},
    "manage-round-dates": {"year": 2020},
    "manage-target": {"code": "incubators"},
    "manage-target-amend": {"code": "incubators"},
    "plan-part": {"part": "chapter-2"},
}
# What an address is asked, where it shows nothing without.
QUERIES = {"city-compare": "?city=230100&city=230200&city=230300", "target-what-if": "?as_of_year=2017"}
# Pages of one row, and the page that leads to such a one.
LINKED = {
    "figure-detail": "target-detail",
    "review-figure": "review",
    "manage-task": "manage-round",
    "manage-account": "manage-accounts",
    "manage-correction": "manage-corrections",
    "correction-status": "manage-corrections",
}
# Addresses that answer with no page: forms' targets, files, feeds, JSON. All of the API but its guide are, too.
NO_PAGES = {
    *("healthz", "readyz", "set_language", "set_theme", "sitemap", "plan-sitemap"),
    *("logout", "evidence", "entry-check", "entry-unavailable", "review-approve", "notice", "manage-mail-settle"),
    *("change-feed-atom", "change-feed-json", "history-head"),
    *("search-suggest", "manage-searches-download", "manage-search-settle"),
    *("set_text_size", "set_shortcuts", "robots", "favicon"),
}


@dataclass(frozen=True)
class Page:
    """A page and who opens it; one without an address is reached from `linked_from`, another page's address.

    `theme` is what that person has chosen in the footer, "" where it is the system's.
    """

    name: str
    role: str
    address: str
    linked_from: str = ""
    status: int = 200
    theme: str = ""


# A question, and a state that no page has ever been in: what it is told of there.
_SUPERSEDED = "?as_of_year=2018&known_by=2019-12-31&state=0123456789ab"
# The same pages in other states, and the pages of errors.
STATES = (
    Page("home-2018", PUBLIC, "/?as_of_year=2018"),
    Page("home-chosen-dark", PUBLIC, "/", theme="dark"),
    Page("home-superseded", PUBLIC, f"/{_SUPERSEDED}"),
    Page("home-reported", STAFF, "/?as_of_year=2018&view=reported"),
    Page("target-list-superseded", PUBLIC, f"/targets/{_SUPERSEDED}"),
    Page("dashboard-superseded", OFFICIAL, f"/dashboard/{_SUPERSEDED}"),
    Page("dashboard-reported", OFFICIAL, "/dashboard/?as_of_year=2018&view=reported"),
    Page("target-two-bases", PUBLIC, "/targets/rd-intensity/?as_of_year=2020"),
    Page("target-no-data", PUBLIC, "/targets/young-talents/"),
    Page("target-superseded", PUBLIC, f"/targets/rd-intensity/{_SUPERSEDED}"),
    Page("target-reported", STAFF, "/targets/high-tech-enterprises/?as_of_year=2018&view=reported"),
    Page("target-chosen-light", PUBLIC, "/targets/high-tech-enterprises/", theme="light"),
    Page("target-as-of-2017", PUBLIC, "/targets/high-tech-enterprises/?as_of_year=2017"),
    Page("city-compare-two-bases", PUBLIC, "/cities/compare/?city=230100&city=230200&as_of_year=2018"),
    Page("what-if-closed", PUBLIC, "/targets/rd-intensity/what-if/"),
    Page("what-if-increments", PUBLIC, "/targets/new-tech-firms/what-if/?as_of_year=2019"),
    Page("directions-none", PUBLIC, "/directions/?q=zzz"),
    Page("plan-annex", PUBLIC, "/plan/annex-1/"),
    # 石墨; 材料; 石墨发动机厂, of which parts are found; and what nothing is found of.
    Page("search-results", PUBLIC, "/search/?q=%E7%9F%B3%E5%A2%A8"),
    Page("search-filtered", PUBLIC, "/search/?q=%E6%9D%90%E6%96%99&kind=direction&field=new-materials&page=2"),
    Page("search-part", PUBLIC, "/search/?q=%E7%9F%B3%E5%A2%A8%E5%8F%91%E5%8A%A8%E6%9C%BA%E5%8E%82"),
    Page("search-none", PUBLIC, "/search/?q=qxqx"),
    Page("direction-twin", PUBLIC, "/directions/355/"),
    Page("direction-alone", PUBLIC, "/directions/145/"),
    Page("alliance-alone", PUBLIC, "/alliances/23/"),
    Page("bad-request", PUBLIC, "/targets/?as_of_year=x", status=400),
    Page("forbidden", STAFF, "/manage/", status=403),
    Page("not-found", PUBLIC, "/no-such-page/", status=404),
    Page("not-found-near", PUBLIC, "/targets/rd-intensty/", status=404),
    Page("correction-of-a-page", PUBLIC, "/correction/?page=/targets/rd-intensity/"),
    Page("review-read-only", AUDITOR, "/review/"),
    Page("entry-correction", STAFF, "/workspace/high-tech-enterprises/2017/"),
    Page("workspace-city", STAFF, "/workspace/high-tech-enterprises/2018/?area=230100"),
)


class UnknownPageError(Exception):
    """An address of which it is not said how, or whether, a browser opens it; the text is for developers."""


def every_page(receipt: int | None = None) -> list[Page]:
    """All pages in the order of the table of addresses, then their other states.

    `receipt` is the number of an event that staff may see; without one there is no page of a receipt. Raises
    UnknownPageError for an address with parts that none of PARTS, LINKED and NO_PAGES tells about.
    """
    names = _names(get_resolver().url_patterns)
    found = [_page(name) for name in names if _is_page(name) and name != "receipt"]
    if receipt is not None:
        found.append(Page("receipt", USERS["receipt"], reverse("receipt", kwargs={"pk": receipt})))
    return [*found, *STATES]


def _names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        elif not pattern.namespace:  # with one, the same addresses stand under a plan's prefix
            yield from _names(pattern.url_patterns)


def _is_page(name: str) -> bool:
    return name not in NO_PAGES and (name == "api-docs" or not name.startswith("api-"))


def _page(name: str) -> Page:
    role = USERS.get(name, ADMINISTRATOR if name.startswith("manage") else PUBLIC)
    if name in LINKED:
        return Page(name, role, "", linked_from=_address(LINKED[name]))
    return Page(name, role, _address(name))


def _address(name: str) -> str:
    try:
        return reverse(name, kwargs=PARTS.get(name)) + QUERIES.get(name, "")
    except NoReverseMatch:
        raise UnknownPageError(
            f"the address {name!r} has parts: say in planportal/ops/look/pages.py what it is opened with (PARTS), "
            "which page leads to it (LINKED), or that it is no page (NO_PAGES)"
        ) from None


def leads_to(address: str, name: str) -> bool:
    """Whether a link's address is that of a page by this name."""
    try:
        return resolve(urlsplit(address).path).url_name == name
    except Resolver404:
        return False
