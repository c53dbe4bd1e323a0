"""Everything public hangs together: no link is broken, every page says what it is, and nothing comes from elsewhere.

The visitor of tests.portal.crawler starts at the home page of a plan. What search engines are told of is what can be
reached by links, and the other way round.
"""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from planportal.plan.models import Plan
from planportal.portal.plan_coverage import read_coverage
from targets import recompute
from tests.plan.clauses import load_clauses
from tests.portal.crawler import HOST, Crawl
from tests.targets.test_second_plan import second  # noqa: F401

# The pages of directions are as many as all others: a test of their own opens them.
DIRECTION = re.compile(rf"{HOST}/directions/[0-9]+/")
# Where only the language or the plan's text is another, one of a kind stands for all that share its template, and for
# the directions also the one of the longest name.
SEEN = {"directions": "1|172", "alliances": "1", "institutions": "1|18", "targets": "incubators", "cities": "230100"}
ITEM = re.compile("|".join(rf"{HOST}/{kind}/(?!(?:{seen})/)[\w-]+/.*" for kind, seen in SEEN.items()))
DEFAULT = re.compile(rf"{HOST}/")
PLAN_TEXT = re.compile(rf"{HOST}/plan/")
SECOND = re.compile(rf"{HOST}/p/next-plan/")


def in_sitemap(client: Client) -> list[str]:
    """Every address of every sitemap that the index names."""
    lists = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    return [at for one in lists for at in re.findall(r"<loc>(.*?)</loc>", client.get(one).content.decode())]


def told(faults: list[str]) -> str:
    return "\n".join([f"{len(faults)} faults", *faults[:40]])


def test_the_default_plan_hangs_together(client: Client, seeded: Plan) -> None:
    crawl = Crawl(client, DEFAULT, noted=DIRECTION).run([f"{HOST}/"])
    assert not crawl.faults, told(crawl.faults)
    noted = {address for address in crawl.seen if DIRECTION.fullmatch(address)}
    assert crawl.found() | noted == set(in_sitemap(client))


def test_its_directions_hang_together(client: Client, seeded: Plan) -> None:
    directions = [address for address in in_sitemap(client) if DIRECTION.fullmatch(address)]
    crawl = Crawl(client, DIRECTION).run(directions)
    assert not crawl.faults, told(crawl.faults)
    assert crawl.found() >= set(directions)
    assert len(directions) == 362


def test_the_text_of_the_plan_hangs_together(client: Client, seeded: Plan) -> None:
    load_clauses(seeded)
    coverage = read_coverage(seeded)
    assert (coverage.faults, coverage.text is None) == ([], False)
    crawl = Crawl(client, PLAN_TEXT, noted=ITEM).run([f"{HOST}/plan/"])
    assert not crawl.faults, told(crawl.faults)
    assert len([address for address in crawl.pages if PLAN_TEXT.match(address)]) == 1 + 11 + 1


def test_in_english_it_hangs_together_with_the_text(client: Client, seeded: Plan) -> None:
    load_clauses(seeded)
    client.cookies["language"] = "en"
    crawl = Crawl(client, DEFAULT, noted=ITEM).run([f"{HOST}/"])
    assert not crawl.faults, told(crawl.faults)
    assert {page.language for page in crawl.pages.values()} == {"en"}


@pytest.mark.usefixtures("second")
def test_a_small_second_plan_hangs_together(client: Client) -> None:
    recompute.sweep()
    crawl = Crawl(client, SECOND).run([f"{HOST}/p/next-plan/"])
    assert not crawl.faults, told(crawl.faults)
    assert crawl.found() == {address for address in in_sitemap(client) if SECOND.match(address)}


BROKEN = """<!doctype html><title>x</title><meta name="description" content="short"><h1>a</h1><h1>b</h1>
<link rel="canonical" href="https://elsewhere.example/"><link rel="stylesheet" href="//fonts.example/a.css">
<script type="application/ld+json">{"url": "/relative/", "name": null}</script><img src="https://pictures.example/a.png">
<a href="https://elsewhere.example/">x</a><a href="/no-such-page/#there">y</a><a href="?page=2#nowhere">z</a>
<form method="post" action="/no-such-form/"></form>"""


def test_what_is_wrong_is_told(client: Client, seeded: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(address: str, **_how: object) -> HttpResponse:
        return HttpResponse(BROKEN, status=404 if "no-such" in address else 200)

    monkeypatch.setattr(client, "get", broken)
    found = "\n".join(Crawl(client, DEFAULT).run([f"{HOST}/"]).faults)
    for fault in (
        "no-such-page/ answers 404",
        "#nowhere, which is not there",
        "there are 2 h1",
        "the language ''",
        "its description has 5 characters",
        "its own address is ['https://elsewhere.example/']",
        "its card says None",
        "its card has another description",
        "a document has the address /relative/",
        "a document has nothing for name",
        "fetches //fonts.example/a.css",
        "fetches https://pictures.example/a.png",
        "leads out without saying so: Link(href='https://elsewhere.example/', rel='')",
        "sends a form to /no-such-form/",
    ):
        assert fault in found
