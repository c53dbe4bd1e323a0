"""Rows in which too many come at once, or nonsense is sent."""

import sqlite3
import threading
from contextlib import AbstractContextManager, closing
from typing import Any

import psycopg2

from planportal.ops.chaos import judges, readback
from planportal.ops.chaos.crowd import REASON, WRITES, at_once
from planportal.ops.chaos.readback import API
from planportal.ops.chaos.recorder import Client
from planportal.ops.chaos.scene import FRESH_SECONDS, Outcome, Scale, Scene
from planportal.ops.chaos.stage import Stage, Theatre

CLIENTS_AT_ONCE = 50
VALUES: tuple[object, ...] = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "１２３",
    "1." + "0" * 25,
    "1,200",
    "12 件",
    "",
    " 5",
    "0x10",
    "-1",
    "123456789012",
    True,
    [],
    {},
)
# What JSON itself does not know, or a number beyond every computer's.
LITERALS = ("NaN", "Infinity", "-Infinity", "1e400")
YEARS = (2014, 2021, 0, -1, 99999, "2018", 2018.5, None)


def same_version(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Clients change the same version of a draft at once; and one that does not say which version it means."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        figure, headers = _draft(scene)
        address = f"{API}/figures/{figure['id']}/"
        barrier = threading.Barrier(CLIENTS_AT_ONCE)
        statuses: list[int] = []

        def change(client: Client) -> None:
            barrier.wait()
            body = {"note": f"{figure['note']}", "value": str(100 + client.number)}
            given = headers | {"If-Match": f'"{figure["version"]}"'}
            answer = client.send("PATCH", address, step="edit", body=body, headers=given)
            statuses.append(answer.status)
            if answer.status == 200:
                scene.recorder.acknowledge(figure["note"], answer.body)

        at_once(stage.port, scene.recorder, CLIENTS_AT_ONCE, change)
        outcome.add(judges.not_one_winner(statuses, clients=CLIENTS_AT_ONCE))
        unnamed = scene.reader.send("PATCH", address, step="edit", body={"value": "5"}, headers=headers)
        outcome.add(judges.changed(428, unnamed.status, "the answer without If-Match"))
        scene.judge()
        scene.wait_until_fresh(within=FRESH_SECONDS)
        scene.describe(f"{CLIENTS_AT_ONCE} clients at once: {statuses.count(200)} × 200, {statuses.count(412)} × 412")


def _draft(scene: Scene) -> tuple[dict[str, Any], dict[str, str]]:
    """A draft with a note of its own, and the headers of whoever may change it."""
    body = {"target": "incubators", "year": 2017, "value": "100", "note": "one", "reason": REASON}
    headers = scene.desk.of("demo-staff")
    scene.recorder.ask("one")
    answer = scene.reader.persist("POST", f"{API}/figures/", step="draft", body=body, headers=headers)
    scene.recorder.acknowledge("one", answer.body)
    return answer.body, headers


def many_on_postgresql(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """A thousand figures are submitted at once on PostgreSQL."""
    _many(theatre.production(), scale, outcome, "PostgreSQL")


def many_on_sqlite(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """A thousand figures are submitted at once on the embedded SQLite."""
    _many(theatre.embedded(), scale, outcome, "SQLite")


def _many(opened: AbstractContextManager[Stage], scale: Scale, outcome: Outcome, name: str) -> None:
    with opened as stage:
        scene = Scene.on(stage, outcome)
        # Of one key only one figure can be on its way: each figure has a key of its own.
        lives = scene.lives(scale.figures, "many", keys=scale.figures)
        scene.play(lives, clients=scale.crowd, approve=False)
        written = scene.recorder.of_steps(*WRITES)
        outcome.add(judges.server_errors(written))
        submitted = sum(step.state == "submitted" for step in scene.recorder.acknowledged)
        outcome.add(judges.changed(len(lives), submitted, "the count of figures, those submitted"))
        scene.wait_until_fresh(within=FRESH_SECONDS)
        scene.judge()
        p95 = judges.percentile((exchange.seconds for exchange in written), 95)
        scene.describe(f"{name}, {scale.crowd} clients, {len(lives)} figures, writes p95 {p95:.2f} s")


def nonsense(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Values that are none, years that are not the plan's, units: by the API, and past it by SQL."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        _nonsense(scene)
        scene.wait_until_fresh(within=FRESH_SECONDS)
        scene.judge()
    with theatre.embedded() as stage:
        scene = Scene.on(stage, outcome)
        _nonsense(scene)
        scene.judge()
    scene.describe(
        f"{len(VALUES) + len(LITERALS)} values, {len(YEARS)} years, a unit, by API and SQL, on both databases"
    )


def _nonsense(scene: Scene) -> None:
    before = readback.read_own(scene.reader, scene.desk.tokens["demo-auditor"])
    good: dict[str, Any] = {"target": "incubators", "year": 2018, "value": "100", "reason": REASON}
    values = {repr(value): _fields(scene, good | {"value": value}) for value in VALUES}
    scene.outcome.add(judges.not_refused(values, field="value"))
    years = {repr(year): _fields(scene, good | {"year": year}) for year in YEARS}
    scene.outcome.add(judges.not_refused(years, field="year"))
    scene.outcome.add(judges.not_refused({"万元": _fields(scene, good | {"unit": "万元"})}, field="unit"))
    # What is no JSON has no fields that could be named.
    literals = {raw: _fields(scene, _raw(raw)) for raw in LITERALS}
    scene.outcome.add([words for words in judges.not_refused(literals, field="") if "answered 400" not in words])
    after = readback.read_own(scene.reader, scene.desk.tokens["demo-auditor"])
    scene.outcome.add(judges.changed(before, after, "what is stored"))
    scene.outcome.add(_taken_by_sql(scene.stage))


def _raw(literal: str) -> bytes:
    return f'{{"target": "incubators", "year": 2018, "value": {literal}, "reason": "x"}}'.encode()


def _fields(scene: Scene, body: Any) -> tuple[int, list[str]]:
    """The status of an answer to a draft, and the fields that it names."""
    headers = scene.desk.of("demo-staff") | {"Content-Type": "application/json"}
    answer = scene.reader.send("POST", f"{API}/figures/", step="nonsense", body=body, headers=headers)
    named = answer.body.get("errors", []) if isinstance(answer.body, dict) else []
    return answer.status, [error["field"] for error in named]


def _taken_by_sql(stage: Stage) -> list[str]:
    """Nonsense that the database itself took; and a value that is right and that it did not take."""
    values = {"100": True, "99999999999999": False, "-99999999999999": False, "'NaN'": False}
    return [
        f"the database {'refused' if right else 'took'} {value}"
        for value, right in values.items()
        if _takes(stage, value) != right
    ]


def _takes(stage: Stage, value: str) -> bool:
    """Whether the database would take a version with this value; nothing is kept."""
    statement = (
        "INSERT INTO targets_figureversion (figure_id, number, state, basis, value, provisional, source, note,"  # noqa: S608
        f" reason, cause, warnings, evidence) SELECT id, 99, 'draft', '', {value}, '0', '', '', '', '', '[]', '[]'"
        " FROM targets_figure LIMIT 1"
    )
    with closing(stage.connect()) as connection:
        try:
            connection.cursor().execute(statement)
        except (psycopg2.DatabaseError, sqlite3.DatabaseError):
            return False
        finally:
            connection.rollback()
    return True
