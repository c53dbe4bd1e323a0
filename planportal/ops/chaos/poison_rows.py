"""Rows in which one target cannot be computed: its computation raises, or whoever computes it is killed."""

import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from planportal.ops.chaos import judges
from planportal.ops.chaos.crowd import Actor, Life
from planportal.ops.chaos.readback import read_dashboard
from planportal.ops.chaos.recorder import Client
from planportal.ops.chaos.scene import FRESH_SECONDS, Outcome, Scale, Scene
from planportal.ops.chaos.stage import WORKERS, Stage, Theatre, signal_each, until

POISONED = "innovation-teams"
# In 10 minutes at a tenth.
MOST_TRIES = 8
# From the eighth failure on the pauses are longer than what this row waits; the last one is at most twice that.
LONGEST_PAUSE_SECONDS = 64.0
STATE = (
    "SELECT build.attempts, build.built_seq < build.wanted_seq FROM targets_targetbuild AS build"  # noqa: S608
    f" JOIN targets_target AS target ON target.id = build.target_id WHERE target.code = '{POISONED}'"
)


def computation_raises(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """A target has a figure that the method refuses: its build raises, again and again."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        good = _approve(scene, POISONED, 2016, "5")
        scene.wait_until_fresh(within=FRESH_SECONDS)
        _rewrite(stage, good, "-1")
        _approve(scene, POISONED, 2017, "6")
        tries = _suffer(scene, seconds=scale.patience)
        _rewrite(stage, good, "5")
        scene.wait_until_fresh(within=_next_try(tries))
        scene.judge()
        scene.describe(f"a figure that the method refuses for {scale.patience:g} s, {tries} tries, then mended")


def computation_kills(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Whoever computes a target is killed while at it, worker, sweep or web server."""
    # Pauses double, so half the time meets all tries but one.
    seconds = scale.patience / 2
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        _approve(scene, POISONED, 2016, "5")
        scene.wait_until_fresh(within=FRESH_SECONDS)
        with _deadly(stage):
            _approve(scene, POISONED, 2017, "6")
            tries = _suffer(scene, seconds=seconds, kills=True)
        scene.wait_until_fresh(within=_next_try(tries))
        scene.judge()
        scene.describe(f"whoever builds a target is killed, for {seconds:g} s, {tries} tries, then mended")


def _approve(scene: Scene, code: str, year: int, value: str) -> int:
    """An approved figure; its id."""
    key = next(key for key in scene.keys if (key.target, key.year, key.area) == (code, year, None))
    actor = Actor(Client(scene.stage.port, scene.recorder, number=0), scene.desk)
    figure = actor.live(Life(key, note=f"{code}-{year}-{value}", value=value))
    assert figure is not None
    return int(figure["id"])


def _rewrite(stage: Stage, figure: int, value: str) -> None:
    """A figure's value past every rule: only a hand with the database's keys could do it."""
    stage.sql(
        f"SET session_replication_role = replica; UPDATE targets_figure SET value = {value} WHERE id = {figure}"  # noqa: S608 (numbers of ours)
    )


def _suffer(scene: Scene, *, seconds: float, kills: bool = False) -> int:
    """Others work on while the target cannot be computed; how often that was tried.

    A reader is told that something is pending, and all other targets are fresh.
    """
    others = [life for life in scene.lives(40, "others", keys=40) if life.key.target != POISONED]
    most, started = 0, time.monotonic()
    while time.monotonic() - started < seconds:
        if others:
            scene.play([others.pop()], clients=1)
        tries, _stale = scene.stage.sql(STATE)[0]
        most = max(most, tries)
        if kills and scene.stage.sql(WAITING):
            _kill_builder(scene.stage)
    scene.outcome.add(judges.too_many_tries(most, least=2, most=MOST_TRIES))
    _judge_others(scene)
    return most


WAITING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND query LIKE '%targets_snapshot%'"
)


def _kill_builder(stage: Stage) -> None:
    """The builders wait where they would work; which process waits the database does not say, so all are killed.

    A service manager starts them again.
    """
    for name in WORKERS:
        signal_each(stage.pids(name)[1:], signal.SIGKILL)
    stage.kill("sweep")
    stage.start("sweep")
    # The killed process' connection ends only when the database looks after it.
    stage.sql(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting")  # noqa: S608


@contextmanager
def _deadly(stage: Stage) -> Iterator[None]:
    """Every build of the target stops where it writes, until the block is left."""
    with closing(stage.connect()) as connection:
        connection.cursor().execute(
            "SELECT snapshot.id FROM targets_snapshot AS snapshot JOIN targets_target AS target"  # noqa: S608
            f" ON target.id = snapshot.target_id WHERE target.code = '{POISONED}' FOR UPDATE OF snapshot"
        )
        yield
        connection.rollback()


def _judge_others(scene: Scene) -> None:
    """All other targets become fresh, and the reader is told that one is not."""
    left: list[str] = []

    def only_one_is_stale() -> bool:
        stale = scene.stage.sql(
            "SELECT target.code FROM targets_targetbuild AS build JOIN targets_target AS target"
            " ON target.id = build.target_id WHERE build.built_seq < build.wanted_seq"
        )
        left[:] = [code for (code,) in stale]
        return left == [POISONED]

    until(only_one_is_stale, seconds=FRESH_SECONDS)
    scene.outcome.add(judges.changed([POISONED], left, "which targets are stale"))
    shown = read_dashboard(scene.reader, 2020)
    scene.outcome.add(judges.changed(True, shown.pending, "what a reader is told of pending data"))
    scene.outcome.stale += scene.outcome.add(scene.differences(besides=POISONED))


def _next_try(tries: int) -> float:
    """Seconds within which the next try comes: pauses double from 0.5 s, and the sweep looks every 1.5 s."""
    return min(0.5 * 2.0**tries, LONGEST_PAUSE_SECONDS) + FRESH_SECONDS
