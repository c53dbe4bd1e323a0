"""What pages say of their content to programs: documents of schema.org as JSON-LD, built from what the pages show.

A Dataset has what Google's guidance asks of one (name, description of 50 characters or more) and what it recommends:
creator, licence, coverage in time and space, the variable with its unit, and the downloads. Addresses are whole and of
this host. Nothing is fetched by them: they are blocks of data in the page.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.portal.citations import site_title
from planportal.portal.downloads import Download, download
from planportal.web.pagination import LARGEST_PAGE
from planportal.web.writing import translated, written_day, written_figure
from targets.models import Target
from targets.wording import with_unit

Document = dict[str, Any]

CONTEXT = "https://schema.org"
# The data are of this province, whose prefectures are the portal's cities; and they are kept in this language.
PROVINCE = gettext_lazy("黑龙江省")
DATA_LANGUAGE = "zh-Hans"
# The picture of every page that is passed on.
SHARE_CARD = "portal/share-card.png"
CSV = ("text/csv", "?format=csv")
# A page of JSON, and whole only where nothing is left for a second one.
JSON = ("application/json", f"?page_size={LARGEST_PAGE}")
# What would end a script element, or begin another or a comment, as json_script writes it.
_NOT_IN_SCRIPTS = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Publication:
    """What documents of a page share: its plan, when its data last changed (None unknown), and its origin.

    The origin is what stands before every path: http://host.
    """

    plan: Plan
    changed_at: datetime | None
    origin: str

    def absolute(self, path: str) -> str:
        return f"{self.origin}{path}"

    def address(self, name: str, *arguments: str | int) -> str:
        """The whole address of a page or an answer of the plan."""
        return self.absolute(plan_reverse(self.plan, name, *arguments))

    @cached_property
    def title(self) -> str:
        """The plan's name."""
        return translated(self.plan.title)

    @property
    def site_name(self) -> str:
        """How the site calls itself, as the end of every title does."""
        return site_title(self.title)

    @cached_property
    def owner(self) -> Document:
        """The 主办单位, and how the public reaches it where that is set."""
        reached = {"email": settings.SITE_EMAIL, "telephone": settings.SITE_PHONE}
        organisation = {"@type": "GovernmentOrganization", "name": settings.SITE_OWNER, "url": self.address("home")}
        return organisation | {name: value for name, value in reached.items() if value}

    @cached_property
    def licence(self) -> Document:
        """The `license` of data: its address, its name where there is no address, nothing where none is set."""
        if settings.SITE_LICENCE_URL:
            return {"license": settings.SITE_LICENCE_URL}
        named = {"@type": "CreativeWork", "name": settings.SITE_LICENCE}
        return {"license": named} if settings.SITE_LICENCE else {}


def as_script(document: Document) -> SafeString:
    """A document as a block of data in a page; no text in it can leave the block."""
    text = json.dumps({"@context": CONTEXT} | document, ensure_ascii=False).translate(_NOT_IN_SCRIPTS)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Document:
    """A BreadcrumbList of names and whole addresses; the last step is the page itself and needs no address."""
    items = [
        {"@type": "ListItem", "position": position, "name": name} | ({"item": address} if address else {})
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def website(here: Publication) -> list[Document]:
    """The site, and whose it is."""
    site = {
        "@type": "WebSite",
        "name": here.site_name,
        "url": here.address("home"),
        "image": here.absolute(static(SHARE_CARD)),
        "inLanguage": [DATA_LANGUAGE, "en"],
        "publisher": here.owner,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{here.address('search')}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    return [site, here.owner]


def catalogue(here: Publication) -> Document:
    """The DataCatalog of the page of downloads, with every dataset that has a page of its own, in brief."""
    targets = here.plan.targets.select_related("department").order_by("number")
    return (
        _catalogue_in_brief(here)
        | here.licence
        | {
            "description": _("%(plan)s的目标、数据、更正和目录，每项都可以下载。") % {"plan": here.title},
            "publisher": here.owner,
            "inLanguage": DATA_LANGUAGE,
            "dataset": [
                *(_target_in_brief(here, target) for target in targets),
                *(_list_in_brief(here, page, download(here.plan, address)) for page, address in LISTS.items()),
            ],
        }
    )


def _catalogue_in_brief(here: Publication) -> Document:
    name = _("%(site)s：数据下载") % {"site": here.site_name}
    return {"@type": "DataCatalog", "name": name, "url": here.address("data")}


def target_dataset(here: Publication, target: Target) -> Document:
    """The Dataset of a target's yearly figures; `target` comes with its goal and department."""
    name, plan = translated(target.name), here.plan
    return _target_in_brief(here, target) | {
        **_of_every_dataset(here),
        "temporalCoverage": f"{plan.base_year}/{plan.end_year}",
        "keywords": [name, translated(target.goal.title), here.title],
        "variableMeasured": {"@type": "PropertyValue", "name": name, "unitText": translated(target.unit)},
        # A figure for each year and prefecture: far fewer than a page holds.
        "distribution": _distribution(here.address("api-target-figures", target.code), CSV, JSON),
    }


def _target_in_brief(here: Publication, target: Target) -> Document:
    told = {
        "plan": here.title,
        "name": translated(target.name),
        "value": with_unit(written_figure(target.target_value, target.decimals), target.unit),
        "first": here.plan.start_year,
        "last": here.plan.end_year,
        "department": target.department.name,
    }
    description = _(
        "%(plan)s的指标“%(name)s”：%(first)s—%(last)s 年逐年的实际值，连同来源、统计口径和每次更正；规划所定的目标是 "
        "%(last)s 年达到 %(value)s，由%(department)s报送。"
    )
    return {
        "@type": "Dataset",
        "name": _("%(name)s（%(first)s—%(last)s）") % told,
        "description": description % told,
        "url": here.address("target-detail", target.code),
    }


# The lists that are datasets: the page's name, and the API address that is the list.
LISTS = {
    "field-list": "api-fields",
    "direction-list": "api-directions",
    "alliance-list": "api-alliances",
    "platform-list": "api-platforms",
    "change-list": "api-changes",
}
# Of these one grows without end, and one may be longer than a page of JSON; the others are of some dozens.
ENDLESS, LONG = "change-list", "direction-list"


def list_dataset(here: Publication, page: str) -> Document:
    """The Dataset of a list of the plan, by the name of its page."""
    plan, whole = here.plan, download(here.plan, LISTS[page])
    return _list_in_brief(here, page, whole) | {
        **_of_every_dataset(here),
        "temporalCoverage": f"{plan.start_year}/{plan.end_year}",
        "keywords": [whole.name, here.title],
        "distribution": _distribution(here.absolute(whole.address), *_whole_formats(plan, page)),
    }


def _list_in_brief(here: Publication, page: str, whole: Download) -> Document:
    told = {"plan": here.title, "name": whole.name, "holds": whole.holds}
    description = _(
        "%(plan)s的%(name)s，全部列出，每项有%(holds)s。可以在网页上筛选，也可以下载 CSV 或 JSON，不收费，不需要登录。"
    )
    return {
        "@type": "Dataset",
        "name": _("%(name)s（%(plan)s）") % told,
        "description": description % told,
        "url": here.address(page),
    }


def _of_every_dataset(here: Publication) -> Document:
    issued = {"title": here.title, "day": written_day(here.plan.issued_on)}
    told = here.licence | {
        "spatialCoverage": {"@type": "AdministrativeArea", "name": str(PROVINCE)},
        "creator": here.owner,
        "publisher": here.owner,
        "isBasedOn": {
            "@type": "CreativeWork",
            "name": here.title,
            "datePublished": here.plan.issued_on.isoformat(),
            "url": here.address("plan-text"),
        },
        "citation": _("《%(title)s》，%(day)s印发") % issued,
        "isAccessibleForFree": True,
        "inLanguage": DATA_LANGUAGE,
        "includedInDataCatalog": _catalogue_in_brief(here),
    }
    if here.changed_at:
        told["dateModified"] = timezone.localtime(here.changed_at).isoformat(timespec="seconds")
    return told


def _whole_formats(plan: Plan, page: str) -> tuple[tuple[str, str], ...]:
    """The formats in which one address gives all of a list: CSV does, a page of JSON where the rows are few enough."""
    is_longer = page == ENDLESS or (page == LONG and plan.directions.count() > LARGEST_PAGE)
    return (CSV,) if is_longer else (CSV, JSON)


def _distribution(address: str, *formats: tuple[str, str]) -> list[Document]:
    return [
        {"@type": "DataDownload", "encodingFormat": encoding, "contentUrl": f"{address}{query}"}
        for encoding, query in formats
    ]


def documents_of(name: str, here: Publication, target: object) -> list[Document]:
    """The documents of a public page by its name; `target` is the one that the page is about, if it is about one."""
    if name == "home":
        return website(here)
    if name == "data":
        return [catalogue(here)]
    if name == "target-detail" and isinstance(target, Target):
        return [target_dataset(here, target)]
    return [list_dataset(here, name)] if name in LISTS else []
