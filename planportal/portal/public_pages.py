"""The table of the pages that everybody may open: by name, with the arguments of their addresses and their dates.

The sitemap lists from it, the head of each page is made by it, and a test compares it with the table of addresses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from planportal.accounts.models import City
from planportal.plan.models import Plan, PlanText
from planportal.portal.plan_outline import outline_of
from targets.models import Figure, TargetBuild

Arguments = tuple[str | int, ...]
Entry = tuple[Arguments, datetime]


@dataclass(frozen=True)
class Dates:
    """When a plan's content last changed: its catalogue, its official text, and the results of its targets."""

    plan: Plan

    @cached_property
    def text(self) -> datetime:
        """The official text, or without one the catalogue."""
        loaded = PlanText.objects.filter(plan=self.plan).values_list("loaded_at", flat=True).first()
        return max(self.plan.loaded_at, loaded or self.plan.loaded_at)

    @cached_property
    def targets(self) -> dict[str, datetime]:
        """By the code of each target, in the plan's order: its last build, before a first one the plan's loading."""
        builds = TargetBuild.objects.filter(target__plan=self.plan).order_by("target__number")
        return {code: at or self.plan.loaded_at for code, at in builds.values_list("target__code", "built_at")}

    @cached_property
    def results(self) -> datetime:
        """The newest result of any target."""
        return max((self.plan.loaded_at, *self.targets.values()))


Entries = Callable[[Dates], Iterator[Entry]]


@dataclass(frozen=True)
class PublicPage:
    """A page by the name of its address.

    `entries` gives what the address is made with for each page of that name within a plan. `is_indexed`: search
    engines shall find it. `is_dated`: it answers as of a year and as known on a day, each a document of its own.
    """

    name: str
    entries: Entries
    is_indexed: bool = True
    is_dated: bool = False


def _catalogue(dates: Dates) -> Iterator[Entry]:
    yield (), dates.plan.loaded_at


def _text(dates: Dates) -> Iterator[Entry]:
    yield (), dates.text


def _each_part(dates: Dates) -> Iterator[Entry]:
    """The chapters and annexes."""
    for part in outline_of(dates.plan):
        yield (part.code,), dates.text


def _results(dates: Dates) -> Iterator[Entry]:
    yield (), dates.results


def _nowhere(dates: Dates) -> Iterator[Entry]:
    """Of pages that no sitemap names."""
    yield from ()


def _each_target(dates: Dates) -> Iterator[Entry]:
    for code, moment in dates.targets.items():
        yield (code,), moment


def _each_figure(dates: Dates) -> Iterator[Entry]:
    figures = Figure.objects.approved().filter(target__plan=dates.plan).order_by("target__number", "sequence")
    for code, number in figures.values_list("target__code", "pk"):
        yield (code, number), dates.targets[code]


def _each_city(dates: Dates) -> Iterator[Entry]:
    for code in City.objects.order_by("code").values_list("code", flat=True):
        yield (code,), dates.results


def _each_of(relation: str, column: str) -> Entries:
    """Entries of the plan's own rows by a column of theirs, as old as the plan's loading."""

    def entries(dates: Dates) -> Iterator[Entry]:
        rows = getattr(dates.plan, relation)
        for value in rows.order_by("number").values_list(column, flat=True):
            yield (value,), dates.plan.loaded_at

    return entries


PUBLIC_PAGES = (
    PublicPage("home", _results, is_dated=True),
    PublicPage("target-list", _results, is_dated=True),
    PublicPage("target-detail", _each_target, is_dated=True),
    PublicPage("target-what-if", _nowhere, is_indexed=False),
    PublicPage("figure-detail", _each_figure),
    PublicPage("field-list", _catalogue),
    PublicPage("field-detail", _each_of("fields", "code")),
    PublicPage("direction-list", _catalogue),
    PublicPage("direction-detail", _each_of("directions", "number")),
    PublicPage("project-list", _catalogue),
    PublicPage("institution-list", _catalogue),
    PublicPage("institution-detail", _each_of("institutions", "number")),
    PublicPage("alliance-list", _catalogue),
    PublicPage("alliance-detail", _each_of("alliances", "number")),
    PublicPage("platform-list", _catalogue),
    PublicPage("platform-detail", _each_of("platforms", "number")),
    PublicPage("plan-text", _text),
    PublicPage("plan-part", _each_part),
    PublicPage("plan-coverage", _text),
    PublicPage("city-list", _results),
    PublicPage("city-detail", _each_city, is_dated=True),
    PublicPage("city-compare", _nowhere, is_indexed=False),
    PublicPage("change-list", _results),
    PublicPage("method", _results),
    PublicPage("data", _results),
    PublicPage("api-docs", _catalogue),
    PublicPage("about", _catalogue),
    PublicPage("correction", _catalogue),
    PublicPage("search", _nowhere, is_indexed=False),
    PublicPage("login", _nowhere, is_indexed=False),
)
BY_NAME = {page.name: page for page in PUBLIC_PAGES}
