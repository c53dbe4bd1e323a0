"""The search's index at so many times the plan's size, and what a search costs in it; for `manage.py shell -c`."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from planportal.ops.bench.search_queries import PARAGRAPH, QUERIES
from planportal.plan.models import Plan
from planportal.search.documents import reading
from planportal.search.models import Entry, IndexVersion
from planportal.search.searching import search

ROUNDS = 9
BATCH = 2000


def variant(entry: Entry, end_of: Entry, number: int) -> Entry:
    """A made-up entry: its title begins as one and ends as another one; under a heading stands a made-up text."""
    title = entry.title[: len(entry.title) * 2 // 3] + end_of.title[len(end_of.title) * 2 // 3 :]
    return Entry(
        plan_id=entry.plan_id,
        kind=entry.kind,
        # Pages read the row of a number; these have none.
        key=str(int(entry.key) + number * 1_000_000) if entry.key.isdigit() else f"{entry.key[:200]}-{number}",
        identity=f"{entry.identity[:300]}-{number}",
        label=entry.label,
        title=title,
        position=entry.position + number * 1000,
        names=entry.names,
        keywords=entry.keywords,
        body=f"{entry.body} {PARAGRAPH}" if entry.label == "heading" else entry.body,
        readings="\n".join([reading(title), *entry.readings.split("\n")[1:]]),
        field_codes=entry.field_codes,
        link=entry.link,
    )


def multiply(scale: int) -> None:
    """The index of the default plan, `scale` times as large with made-up entries; nothing is random."""
    entries = list(Entry.objects.filter(plan__code=settings.DEFAULT_PLAN))
    for number in range(1, scale):
        # The steps differ from copy to copy, so that no two copies have the same titles.
        ends = [entries[(place * 7 + number * 31) % len(entries)] for place in range(len(entries))]
        made = [variant(one, end, number) for one, end in zip(entries, ends, strict=True)]
        Entry.objects.bulk_create(made, batch_size=BATCH)
    IndexVersion.objects.update(version=F("version") + 1, built_at=timezone.now())


def measure() -> dict[str, Any]:
    """Milliseconds in this process, from a text to the marked hits: of the first search, and of each of QUERIES.

    The latter are medians, by the clock and of the processor alone, which other work on the machine does not lengthen;
    the queries take turns. `entries` is how many there are.
    """
    plan = Plan.objects.get(code=settings.DEFAULT_PLAN)
    first, _processor = _milliseconds(partial(search, plan, QUERIES[0]))
    taken = [[_milliseconds(partial(search, plan, text)) for text in QUERIES] for _round in range(ROUNDS)]
    clock, processor = ([median(one[of] for one in found) for found in zip(*taken, strict=True)] for of in (0, 1))
    entries = Entry.objects.filter(plan=plan).count()
    return {"entries": entries, "first": first, "by_query": clock, "processor": processor}


def _milliseconds(run: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this thread's processor time."""
    clock, processor = time.perf_counter(), time.thread_time()
    run()
    return (time.perf_counter() - clock) * 1000, (time.thread_time() - processor) * 1000
