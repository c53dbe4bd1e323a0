"""What people type, and what they must find first; and whole lists of results alike on both databases."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from planportal.plan.models import Plan
from planportal.search.searching import search, suggest
from tests.ops.portals import new_portal
from tests.search.conftest import QUERIES

# In a portal of its own, its tables made from the models, by one process: everything found for every query.
ANSWERS = """
import io, json, sys
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("seed", stdout=io.StringIO())
from planportal.plan.models import Plan
from planportal.search.searching import search, suggest
plan = Plan.objects.get()
def answer(text):
    found = search(plan, text, stop=None)
    hits = [[hit.kind, hit.key, [[p.text, p.is_hit] for p in hit.title]] for hit in found.hits]
    return [found.count, dict(found.counts), hits, [hit.key for hit in suggest(plan, text)]]
print(json.dumps([answer(text) for text in json.loads(sys.stdin.read())]))
"""


def answer(plan: Plan, text: str) -> list[Any]:
    found = search(plan, text, stop=None)
    hits = [[hit.kind, hit.key, [[piece.text, piece.is_hit] for piece in hit.title]] for hit in found.hits]
    return [found.count, dict(found.counts), hits, [hit.key for hit in suggest(plan, text)]]


def test_the_set_is_large_and_of_every_sort() -> None:
    sorts = Counter(row["sort"] for row in QUERIES)
    assert sum(sorts.values()) >= 80
    assert len(sorts) == 15
    assert len({row["q"] for row in QUERIES}) == len(QUERIES)


def test_each_query_finds_first_what_it_must(seeded: Plan) -> None:
    wrong = []
    for row in QUERIES:
        found = search(seeded, row["q"])
        got = {"first": None, "second": None} | dict(
            zip(("first", "second"), ([hit.kind, hit.key] for hit in found.hits), strict=False)
        )
        got["count"] = found.count
        wrong += [(row["q"], name, row[name], got[name]) for name in got if name in row and row[name] != got[name]]
    assert wrong == []


def test_sqlite_finds_the_same_as_postgresql(seeded: Plan, tmp_path: Path) -> None:
    texts = [row["q"] for row in QUERIES]
    with new_portal("sqlite", tmp_path / "portal") as portal:
        ran = portal.manage("shell", "--verbosity", "0", "-c", ANSWERS, input=json.dumps(texts))
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [answer(seeded, text) for text in texts]
