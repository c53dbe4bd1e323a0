"""Rows in which workers die, freeze, hear everything ten times, or hear nothing at all."""

import os
import random
import signal
import threading
import time

from celery import Celery

from planportal.ops.chaos import judges, readback
from planportal.ops.chaos.crowd import Actor, Life
from planportal.ops.chaos.recorder import Client
from planportal.ops.chaos.scene import FRESH_SECONDS, START_SECONDS, Outcome, Scale, Scene
from planportal.ops.chaos.stage import WORKERS, Repeatedly, Stage, Theatre, until

KILL_SECONDS = 3.0
# "30 s" at a tenth: a killed build holds its target until its lease is over, then the sweep comes by.
AFTER_KILLS_SECONDS = 3.0
DELIVERIES = 10
CLIENTS = 4
# A worker is in the middle of a build for some hundredths of a second; so often it is tried to catch it there.
MOST_CATCHES = 40


def workers_killed(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Approvals by many clients while a worker or one of its children is killed every 3 s."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        last = time.monotonic()

        def kill(number: int) -> None:
            nonlocal last
            _kill_one(stage, number)
            last = time.monotonic()

        with Repeatedly(kill, seconds=KILL_SECONDS) as kills:
            scene.play(scene.lives(scale.figures, "killed"), clients=scale.clients)
        scene.wait_until_fresh(within=AFTER_KILLS_SECONDS, since=last)
        scene.judge()
        scene.describe(
            f"{scale.figures} figures by {scale.clients} clients, {kills.count} kills of workers and children"
        )


def _kill_one(stage: Stage, number: int) -> None:
    """In turn one child, which its worker replaces, and a whole worker, which is started again."""
    name = WORKERS[number // 2 % len(WORKERS)]
    children = stage.pids(name)[1:]
    if number % 2 == 0 and children:
        try:
            os.kill(random.choice(children), signal.SIGKILL)  # noqa: S311 (no secret)
        except ProcessLookupError:
            return
    else:
        stage.kill(name)
        stage.start(name)


def nobody_builds(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Beat, sweep and workers are off: a reader is told the truth all the same."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        stage.stop("beat", "sweep", *WORKERS)
        over = time.monotonic() + scale.patience
        glances: list[bool | None] = []
        rounds = 0
        while time.monotonic() < over:
            scene.play(scene.lives(CLIENTS * 2, f"unbuilt-{rounds}", keys=84), clients=CLIENTS)
            glances += [scene.glance() for _look in range(3)]
            rounds += 1
        if True not in glances:
            outcome.add(["no reader was ever told that something is pending"])
        returned = time.monotonic()
        stage.start("beat", "sweep", *WORKERS)
        scene.wait_until_fresh(within=AFTER_KILLS_SECONDS + START_SECONDS, since=returned)
        scene.judge()
        scene.describe(f"nothing built for {scale.patience:g} s, {len(glances)} looks at all dashboards")


class Doorbell:
    """Puts messages straight into the queue, past the portal."""

    def __init__(self, stage: Stage) -> None:
        self.app = Celery("chaos", broker=stage.redis_url)
        self.ids = {code: pk for pk, code in stage.sql("SELECT id, code FROM targets_target")}

    def ring(self, code: str) -> None:
        self.app.send_task("targets.build", args=[self.ids[code]])

    def close(self) -> None:
        self.app.close()


def repeated_messages(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """Each message comes ten times and in any order to two workers, and a build that was frozen finishes last."""
    with theatre.production() as stage:
        scene = Scene.on(stage, outcome)
        bell = Doorbell(stage)
        watch = Watch(scene, "incubators")
        with watch:
            actor = Actor(Client(stage.port, scene.recorder, number=0), scene.desk)
            for life in _series(scene, "often", scale.rounds * 7):
                watch.comes(life.value)
                actor.live(life)
                codes = [target["code"] for target in scene.plan.targets] + [life.key.target] * DELIVERIES
                for code in random.sample(codes, len(codes)):
                    bell.ring(code)
            scene.wait_until_fresh(within=FRESH_SECONDS)
            caught = _slow_one_last(scene, actor, watch, _series(scene, "slow", MOST_CATCHES))
            scene.wait_until_fresh(within=FRESH_SECONDS)
        bell.close()
        outcome.stale += outcome.add(judges.gone_back(watch.seen, watch.order))
        scene.judge()
        last = f"a build frozen half-way finished last: {'yes' if caught else 'not caught'}"
        scene.describe(f"{DELIVERIES} deliveries a message, {len(watch.seen)} looks; {last}")


def _series(scene: Scene, name: str, count: int) -> list[Life]:
    """Corrections of one key of one target, no value of them twice."""
    key = next(key for key in scene.keys if (key.target, key.year, key.area) == ("incubators", 2020, None))
    first = {"often": 100, "slow": 200}[name]
    return [Life(key, note=f"{name}-{number}", value=str(first + number)) for number in range(count)]


def _slow_one_last(scene: Scene, actor: Actor, watch: "Watch", lives: list[Life]) -> bool:
    """A worker is frozen half-way through a build, newer ones overtake it, it goes on; whether that came about."""
    stage = scene.stage
    stage.stop("sweep", "worker-2")
    while len(lives) > 1:
        life = lives.pop(0)
        watch.comes(life.value)
        actor.live(life)
        until(lambda: _held(scene), seconds=0.5)
        pids = stage.pids("worker-1")
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        # Frozen while it writes it would hold the row, and with it the people; that is not what is looked for.
        caught = _held(scene) and not _writing(scene)
        if caught:
            stage.start("sweep", "worker-2")
            watch.comes(lives[0].value)
            actor.live(lives[0])
            # The newer figure is built by the others once the frozen one's lease has run out.
            until(lambda: not scene.differences(), seconds=30)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        if caught:
            return True
        until(lambda: not _held(scene), seconds=FRESH_SECONDS)
    stage.start("sweep", "worker-2")
    return False


def _held(scene: Scene) -> bool:
    held = scene.stage.sql("SELECT count(*) FROM targets_targetbuild WHERE lease IS NOT NULL")
    return bool(held[0][0])


def _writing(scene: Scene) -> bool:
    """Whether somebody has stopped within a transaction: asked twice, since one that works goes on in between."""
    asked = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'idle in transaction' AND state_change < now() - interval '50 milliseconds'"
    )
    return until(lambda: bool(scene.stage.sql(asked)), seconds=0.2) is not None


class Watch:
    """A reader who looks at one target's value all the time; `order` is in which order its values came to be."""

    def __init__(self, scene: Scene, code: str) -> None:
        self.client = Client(scene.stage.port, scene.recorder, number=-2)
        self.key = f"{code} 2020"
        self.order: list[str | None] = [self._look()]
        self.seen: list[str | None] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def comes(self, value: str) -> None:
        """From now on this value may be seen."""
        self.order.append(value)

    def _look(self) -> str | None:
        found: str | None = readback.read_dashboard(self.client, 2020).assessments[self.key]["value"]
        return found

    def _run(self) -> None:
        while not self._over.wait(0.02):
            self.seen.append(self._look())

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.client.close()
