"""Provinces' worth of data for measuring: `python -m planportal.ops.bench.provinces N`, on PostgreSQL.

A province is a plan beside the loaded one, `province-0001` and so on under /p/<code>/, with copies of its goals and
targets and a figure for each target, year and area: the province and its cities. Every figure is one that a file
brought (origin `loaded`), with its version and its event. Nothing is random: the same call makes the same values.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg2
from psycopg2 import extensions

TEMPLATE = "hlj-sti-13fyp"
# So many at once in one transaction: what is interrupted keeps whole provinces, and a repeat goes on from there.
BATCH = 10
MOST_PROVINCES = 9999
EARLIEST_YEAR = 1949

PLANS = """
INSERT INTO plan_plan (code, title, start_year, end_year, issued_on, source_sha256, loaded_at)
SELECT 'province-' || lpad(n::text, 4, '0'), '第 ' || n || ' 省规划（测量用数据）', start_year, end_year, issued_on,
    source_sha256, now()
FROM plan_plan, generate_series(%(first)s, %(last)s) AS n WHERE code = %(template)s ORDER BY n
"""
GOALS = """
INSERT INTO plan_goal (plan_id, number, title, part, section, line)
SELECT made.id, goal.number, goal.title, goal.part, goal.section, goal.line
FROM plan_goal AS goal JOIN plan_plan AS template ON template.id = goal.plan_id AND template.code = %(template)s,
    plan_plan AS made
WHERE made.code BETWEEN %(first_code)s AND %(last_code)s ORDER BY made.id, goal.number
"""
TARGETS = """
INSERT INTO targets_target (plan_id, goal_id, department_id, number, code, name, unit, decimals, kind, submitted_as,
    target_value, baseline_value, previous_value, additive, bases, part, section, line, clause, context,
    definition, release_month, source_hint, asks_cities, second_review)
SELECT made.id, new_goal.id, t.department_id, t.number, t.code, t.name, t.unit, t.decimals, t.kind, t.submitted_as,
    t.target_value, t.baseline_value, t.previous_value, t.additive, t.bases, t.part, t.section, t.line, t.clause,
    t.context, t.definition, t.release_month, t.source_hint, t.asks_cities, t.second_review
FROM targets_target AS t JOIN plan_plan AS template ON template.id = t.plan_id AND template.code = %(template)s
JOIN plan_goal AS goal ON goal.id = t.goal_id
JOIN plan_plan AS made ON made.code BETWEEN %(first_code)s AND %(last_code)s
JOIN plan_goal AS new_goal ON new_goal.plan_id = made.id AND new_goal.number = goal.number
WHERE t.number <= %(targets)s ORDER BY made.id, t.number
"""
BUILDS = """
INSERT INTO targets_targetbuild (target_id, wanted_seq, built_seq, approved_seq, wanted_at, method_version, attempts,
    last_error)
SELECT t.id, 1, 0, %(years)s * (%(cities)s + 1), now(), '', 0, ''
FROM targets_target AS t JOIN plan_plan AS made ON made.id = t.plan_id
WHERE made.code BETWEEN %(first_code)s AND %(last_code)s ORDER BY t.id
"""
# The province rises by 3 % of its target (of what is added up: of its yearly part) a year; where cities may be added
# up they have 1 to 13 parts of 120 of it, so that together they never have more than the province.
FIGURES = """
INSERT INTO targets_figure (target_id, city_id, year, basis, value, standing, origin, provisional, state, version,
    source, source_publisher, source_address, source_published, note, reason, cause, warnings, created_at,
    submitted_at, known_from, sequence)
SELECT t.id, area.city_id, y, coalesce(t.bases ->> 0, ''),
    CASE WHEN t.additive AND area.rank > 0 THEN trunc(level.whole * area.rank / 120, t.decimals)
        ELSE round(level.whole * (1 + (area.rank * 5 %% 13) / 100.0), t.decimals) END,
    'published', 'loaded', false, 'approved', 1, '测量用数据', '', '', (y + 1)::text, '', '', '', '[]', now(), now(),
    make_date(y + 1, 3, 1), row_number() OVER (PARTITION BY t.id ORDER BY y, area.rank)
FROM targets_target AS t JOIN plan_plan AS made ON made.id = t.plan_id
CROSS JOIN LATERAL generate_series(made.end_year - %(years)s + 1, made.end_year) AS y
CROSS JOIN (
    SELECT NULL::bigint AS city_id, 0 AS rank
    UNION ALL (SELECT id, row_number() OVER (ORDER BY code) FROM accounts_city ORDER BY code LIMIT %(cities)s)
) AS area
CROSS JOIN LATERAL (
    SELECT CASE t.submitted_as WHEN 'increment' THEN t.target_value / (made.end_year - made.start_year + 1)
        ELSE t.target_value END
        * (97 - 3 * (made.end_year - y) + (right(made.code, 4)::integer * 7 + t.number * 3) %% 11) / 100 AS whole
) AS level
WHERE made.code BETWEEN %(first_code)s AND %(last_code)s ORDER BY t.id, y, area.rank
"""
VERSIONS = """
INSERT INTO targets_figureversion (figure_id, number, state, basis, value, provisional, source, note, reason, cause,
    warnings, evidence, known_from, sequence)
SELECT f.id, 1, f.state, f.basis, f.value, f.provisional, f.source, '', '', '', '[]', '[]', f.known_from, f.sequence
FROM targets_figure AS f JOIN targets_target AS t ON t.id = f.target_id JOIN plan_plan AS made ON made.id = t.plan_id
WHERE made.code BETWEEN %(first_code)s AND %(last_code)s ORDER BY f.id
"""
EVENTS = """
INSERT INTO targets_figureevent (figure_id, target_id, action, attempted, from_state, to_state, version, at, why, code)
SELECT f.id, f.target_id, 'loaded', '', '', f.state, 1, f.created_at, '', ''
FROM targets_figure AS f JOIN targets_target AS t ON t.id = f.target_id JOIN plan_plan AS made ON made.id = t.plan_id
WHERE made.code BETWEEN %(first_code)s AND %(last_code)s ORDER BY f.id
"""
STEPS = (PLANS, GOALS, TARGETS, BUILDS, FIGURES, VERSIONS, EVENTS)


class CannotMakeError(Exception):
    """What was asked for cannot be made; the text says what is wrong and what is allowed."""


@dataclass(frozen=True)
class Size:
    """How much each province has: targets, cities beside the province itself, years up to the plan's last one."""

    targets: int = 13
    cities: int = 13
    years: int = 15

    @property
    def figures(self) -> int:
        """Figures of one province."""
        return self.targets * (self.cities + 1) * self.years


def code_of(number: int) -> str:
    """The code of a province's plan."""
    return f"province-{number:04}"


def make_provinces(
    cursor: extensions.cursor, count: int, size: Size | None = None, *, keep: Callable[[], None] = lambda: None
) -> int:
    """Makes the provinces that are missing up to `count`; how many. `keep` is called after each batch, to commit.

    Raises CannotMakeError where the plan to copy, or so many of its targets, cities or years, are not there.
    """
    size = size or Size()
    _refuse_impossible(cursor, count, size)
    cursor.execute("SELECT coalesce(max(right(code, 4)::integer), 0) FROM plan_plan WHERE code LIKE 'province-____'")
    there = int(_one(cursor))
    for first in range(there + 1, count + 1, BATCH):
        last = min(first + BATCH - 1, count)
        given = {
            "template": TEMPLATE,
            "first": first,
            "last": last,
            "first_code": code_of(first),
            "last_code": code_of(last),
            "targets": size.targets,
            "cities": size.cities,
            "years": size.years,
        }
        for step in STEPS:
            cursor.execute(step, given)
        keep()
    return max(count - there, 0)


def _refuse_impossible(cursor: extensions.cursor, count: int, size: Size) -> None:
    cursor.execute("SELECT end_year FROM plan_plan WHERE code = %s", [TEMPLATE])
    found = cursor.fetchone()
    if found is None:
        raise CannotMakeError(f"the plan {TEMPLATE} is not loaded: call manage.py seed first")
    cursor.execute(
        "SELECT count(*) FROM targets_target JOIN plan_plan ON plan_plan.id = plan_id WHERE plan_plan.code = %s",
        [TEMPLATE],
    )
    targets = int(_one(cursor))
    cursor.execute("SELECT count(*) FROM accounts_city")
    limits = {
        "provinces": (count, MOST_PROVINCES),
        "targets": (size.targets, targets),
        "cities": (size.cities, int(_one(cursor))),
        "years": (size.years, int(found[0]) - EARLIEST_YEAR + 1),
    }
    for name, (asked, most) in limits.items():
        if not 1 <= asked <= most:
            raise CannotMakeError(f"{name}: got {asked}, allowed are 1 to {most}")


def _one(cursor: extensions.cursor) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def load(url: str, count: int, size: Size | None = None) -> int:
    """Makes the missing provinces in the PostgreSQL of an address and has the planner look at them; how many."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            made = make_provinces(cursor, count, size, keep=connection.commit)
        connection.commit()
        connection.autocommit = True
        with connection.cursor() as cursor:
            # The planner's numbers, and the visibility map that index-only scans live on.
            cursor.execute("VACUUM ANALYZE")
    finally:
        connection.close()
    return made


def main(arguments: Sequence[str]) -> int:
    """Makes provinces in the database that DATABASE_URL names; the exit code."""
    parser = argparse.ArgumentParser(prog="provinces", description="Make provinces' worth of data to measure with.")
    parser.add_argument("count", type=int, metavar="N", help="how many provinces there shall be")
    for name in ("targets", "cities", "years"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size, name))
    asked = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        print("provinces: DATABASE_URL names no PostgreSQL; allowed is postgres://…", file=sys.stderr)
        return 2
    size = Size(targets=asked.targets, cities=asked.cities, years=asked.years)
    try:
        made = load(url, asked.count, size)
    except CannotMakeError as error:
        print(f"provinces: {error}", file=sys.stderr)
        return 1
    print(f"provinces: {made} made, {made * size.figures:,} figures")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
