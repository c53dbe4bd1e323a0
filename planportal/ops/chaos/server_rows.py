"""Rows in which Redis, PostgreSQL or everything goes away under load, and comes back."""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from planportal.ops.chaos import judges
from planportal.ops.chaos.crowd import WRITES
from planportal.ops.chaos.scene import FRESH_SECONDS, START_SECONDS, Outcome, Scale, Scene
from planportal.ops.chaos.stage import PROCESSES, Repeatedly, Theatre

P95_SECONDS, SLOWEST_SECONDS = 1.0, 3.0
# A few people at a time: how long one waits for Redis is looked for here, not how many wait for a processor.
CLIENTS = 4
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def redis_gone(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Redis is killed, then frozen, then comes back empty, while figures are entered."""
    # How long a try may take is no setting, so the pause after a failed one must not be a tenth either.
    with theatre.production(settings={"RING_PAUSE_SECONDS": "10"}) as stage:
        scene = Scene.on(stage, outcome)
        lives = scene.lives(scale.figures // 5, "redis")
        third = len(lives) // 3
        theatre.redis.kill()
        scene.play(lives[:third], clients=CLIENTS)
        scene.wait_until_fresh(within=FRESH_SECONDS)
        theatre.redis.start()
        os.kill(theatre.redis.pid, signal.SIGSTOP)
        scene.play(lives[third : third * 2], clients=CLIENTS)
        scene.wait_until_fresh(within=FRESH_SECONDS)
        theatre.redis.stop()
        theatre.redis.start()
        scene.play(lives[third * 2 :], clients=CLIENTS)
        scene.wait_until_fresh(within=FRESH_SECONDS)
        written = scene.recorder.of_steps(*WRITES)
        outcome.add(judges.server_errors(written))
        outcome.add(judges.too_slow(written, p95=P95_SECONDS, most=SLOWEST_SECONDS))
        scene.judge()
        seconds = [exchange.seconds for exchange in written]
        p95 = judges.percentile(seconds, 95)
        scene.describe(f"killed, frozen, back empty; writes p95 {p95:.2f} s, slowest {max(seconds):.2f} s")


def database_cut(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """All connections to the database are cut several times, then PostgreSQL is restarted, under load."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        lives = scene.lives(scale.figures // 4, "cut")
        half = len(lives) // 2
        with Repeatedly(lambda _number: _ignore(stage.sql(CUT)), seconds=scale.cut_seconds) as cuts:
            scene.play(lives[:half], clients=scale.clients)
        faults = cuts.count + 1
        restart = threading.Timer(1.0, theatre.restart_postgres)
        restart.start()
        scene.play(lives[half:], clients=scale.clients)
        restart.join()
        scene.wait_until_fresh(within=FRESH_SECONDS)
        outcome.add(judges.too_many_errors(scene.recorder.of_steps(*WRITES), most=1, faults=faults))
        if not cuts.count:
            outcome.add(["no connection was cut while figures were entered"])
        stage.wait_until_ready()
        scene.judge()
        scene.describe(f"{cuts.count} cuts of all connections and one restart, {scale.clients} clients")


def _ignore(_found: object) -> None:
    """The answer to a statement that is sent for what it does."""


def all_killed(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Every process and both servers are killed under load, and started again in any order."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        slowest = 0.0
        for number in range(scale.rounds):
            lives = scene.lives(scale.figures // 20, f"killed-{number}")
            load = threading.Thread(target=scene.play, args=[lives], kwargs={"clients": CLIENTS}, daemon=True)
            load.start()
            load.join(1.5)
            stage.kill(*PROCESSES)
            theatre.postgres.kill()
            theatre.redis.kill()
            starts: dict[str, Callable[[], None]] = {name: partial(stage.start, name) for name in PROCESSES}
            starts |= {"postgres": theatre.postgres.start_after_kill, "redis": theatre.redis.start}
            for name in random.sample(sorted(starts), len(starts)):
                starts[name]()
            started = time.monotonic()
            stage.wait_until_ready()
            slowest = max(slowest, time.monotonic() - started)
            load.join()
            scene.wait_until_fresh(within=FRESH_SECONDS)
        outcome.add(judges.too_late(slowest, most=FRESH_SECONDS + START_SECONDS, what="healthy after the last start"))
        scene.judge()
        scene.describe(
            f"{scale.rounds} times all killed and started in any order; healthy {slowest:.1f} s after the last"
        )


def backup_restored(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """A backup is made under load, the database destroyed, the backup restored."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        lives = scene.lives(scale.figures // 6, "backup")
        load = threading.Thread(target=scene.play, args=[lives], kwargs={"clients": CLIENTS}, daemon=True)
        load.start()
        load.join(2)
        said = stage.done("backup", str(stage.folder / "backup.tar.gz"))
        load.join()
        stage.kill(*PROCESSES)
        stage.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        stage.done("restore", "--force", str(stage.folder / "backup.tar.gz"))
        stage.start(*PROCESSES)
        stage.wait_until_ready()
        found = re.search(r"含 (\S+) 之前", said)
        assert found is not None
        moment = datetime.fromisoformat(found[1]).timestamp()
        kept = [step for step in scene.recorder.acknowledged if step.at < moment]
        scene.wait_until_fresh(within=FRESH_SECONDS)
        scene.judge(acknowledged=kept)
        if not kept:
            outcome.add(["nothing was confirmed before the backup's moment"])
        scene.describe(f"{len(kept)} steps were confirmed before the backup's moment")
