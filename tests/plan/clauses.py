"""A text of a plan made of nothing but what its facts quote: each clause, name and heading in its line.

So the pages can be tested with a text loaded where the official one is not at hand.
"""

import hashlib
from collections import defaultdict

from planportal.plan.models import Level, Plan
from planportal.plan.official_text import text_load
from planportal.portal.plan_outline import outline_of
from planportal.portal.plan_places import items_of
from planportal.portal.plan_text import bare_clause
from planportal.search.indexing import index


def load_clauses(plan: Plan) -> None:
    """Load that text as the plan's own: its SHA-256 becomes that of the plan."""
    source = text_of_clauses(plan).encode()
    plan.source_sha256 = hashlib.sha256(source).hexdigest()
    plan.save(update_fields=["source_sha256"])
    text_load(plan=plan, source=source)
    index(plan)


def text_of_clauses(plan: Plan) -> str:
    """The rows of the annexes as rows of a table, the chapters' clauses one after the other."""
    lines: dict[int, list[str]] = defaultdict(list)
    for heading in plan.headings.all():
        if heading.level != Level.SECTION:
            lines[heading.line].append(heading.title)
    annexes = set()
    for part in outline_of(plan):
        annexes |= {part.code} if part.is_annex else set()
        for section in part.sections:
            lines[section.line].append(section.heading)
    for item in items_of(plan):
        for place in (item.place, *item.further):
            assert place.line is not None
            clause = bare_clause(place.clause)
            said = f"{item.number} \t\t{clause}" if place.part in annexes else clause
            if said not in lines[place.line]:
                lines[place.line].append(said)
    return "".join(f"{'；'.join(lines.get(number, []))}\n" for number in range(1, max(lines) + 1))
