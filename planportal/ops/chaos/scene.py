"""One row of the fault suite while it is played: its stage, its clients, and what has been found so far."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from planportal.ops.chaos import judges, readback
from planportal.ops.chaos.crowd import (
    WRITES,
    Actor,
    Desk,
    Key,
    Life,
    at_once,
    keys_of,
    lives_of,
    read_cities,
    share,
    sign_in,
)
from planportal.ops.chaos.readback import Plan, Shown
from planportal.ops.chaos.recorder import Acknowledged, Client, Recorder
from planportal.ops.chaos.stage import Stage, until

# "60 s" of production at a tenth; what a Python process takes to start cannot be scaled and is allowed on top.
FRESH_SECONDS = 6.0
START_SECONDS = 6.0


@dataclass(frozen=True)
class Scale:
    """How much is done: figures, clients, and seconds of waiting for things that take their time."""

    figures: int
    clients: int
    crowd: int
    patience: float
    rounds: int
    cut_seconds: float


FULL = Scale(figures=1000, clients=20, crowd=50, patience=60, rounds=3, cut_seconds=2.0)
SHORT = Scale(figures=60, clients=8, crowd=20, patience=12, rounds=1, cut_seconds=0.2)


@dataclass
class Outcome:
    """What a row ends with; it passed where nothing is in `faults`."""

    fault: str
    done: str = ""
    faults: list[str] = field(default_factory=list)
    lost: int = 0
    duplicated: int = 0
    stale: int = 0
    fresh_seconds: float = 0.0
    client_errors: int = 0

    def add(self, found: Sequence[str]) -> int:
        """Notes what a judge found; how much that was."""
        self.faults += found
        return len(found)


@dataclass
class Scene:
    """A stage on which people are signed in, with what they need to know."""

    stage: Stage
    outcome: Outcome
    recorder: Recorder
    reader: Client
    desk: Desk
    plan: Plan
    keys: list[Key]

    @classmethod
    def on(cls, stage: Stage, outcome: Outcome) -> "Scene":
        # What happens before the fault is nobody's experience of it.
        usher = Client(stage.port, Recorder())
        plan = readback.read_plan(usher)
        keys = keys_of(plan, read_cities(usher))
        recorder = Recorder()
        return cls(stage, outcome, recorder, Client(stage.port, recorder, number=-1), sign_in(usher), plan, keys)

    def lives(self, count: int, name: str, *, keys: int = 200) -> list[Life]:
        """Figures to enter, on the first so many keys: the province's and some cities', several times each."""
        return lives_of(self.keys[:keys], count, name)

    def play(self, lives: Sequence[Life], *, clients: int, approve: bool = True) -> None:
        """Clients enter the figures, and approve them where asked; returns when all are done."""

        def work(client: Client) -> None:
            actor = Actor(client, self.desk)
            for life in share(lives, clients, client.number):
                (actor.live if approve else actor.enter)(life)

        at_once(self.stage.port, self.recorder, clients, work)

    def figures(self) -> dict[str, list[dict[str, object]]]:
        return readback.read_figures(self.reader, self.plan)

    def shown(self) -> list[Shown]:
        """The dashboard of every as-of year."""
        return [readback.read_dashboard(self.reader, year) for year in self.plan.as_of_years]

    def glance(self) -> bool | None:
        """A reader reads everything and is judged to be told the truth; whether something was pending.

        None where figures changed meanwhile, so that nothing can be said.
        """
        before = self.figures()
        shown = self.shown()
        if self.figures() != before:
            return None
        now = datetime.now().astimezone()
        for year, dashboard in zip(self.plan.as_of_years, shown, strict=True):
            computed = readback.computed(self.plan, before, year)
            as_of = datetime.fromisoformat(dashboard.as_of)
            self.outcome.stale += self.outcome.add(
                judges.untruthful(
                    pending=dashboard.pending,
                    as_of=as_of.isoformat(),
                    now=now.astimezone(as_of.tzinfo).isoformat(),
                    shown=dashboard.assessments,
                    computed=computed,
                )
            )
        return any(dashboard.pending for dashboard in shown)

    def differences(self, *, besides: str = "") -> list[str]:
        """Every dashboard number against its recomputation; a pending one is no final answer either.

        Where something is wrong with one target, `besides` leaves it out, and with it what is said of pending data.
        """
        plan = replace(self.plan, targets=[target for target in self.plan.targets if target["code"] != besides])
        figures = readback.read_figures(self.reader, plan)
        found = []
        for year, dashboard in zip(plan.as_of_years, self.shown(), strict=True):
            shown = {key: found for key, found in dashboard.assessments.items() if key.split()[0] != besides}
            found += judges.differing(shown, readback.computed(plan, figures, year))
            found += [f"{year} is pending"] if dashboard.pending and not besides else []
        return found

    def wait_until_fresh(self, *, within: float, since: float | None = None) -> None:
        """Every dashboard becomes right in time, counted from `since` (time.monotonic(), else now)."""
        started = time.monotonic() if since is None else since
        left: list[str] = []

        def fresh() -> bool:
            left[:] = self.differences()
            return not left

        # Looked at for longer than allowed, so that the table tells late from never.
        until(fresh, seconds=within + 20)
        took = time.monotonic() - started
        self.outcome.fresh_seconds = max(self.outcome.fresh_seconds, took)
        self.outcome.stale += self.outcome.add(left[: judges.MOST_NAMED])
        # A look at everything takes a while itself; what it found right was right when it began.
        self.outcome.add(judges.too_late(took, most=within + self.look_seconds(), what="all dashboards right"))

    def look_seconds(self) -> float:
        """How long one look at all dashboards takes on this machine."""
        started = time.monotonic()
        self.differences()
        return time.monotonic() - started

    def judge(self, *, acknowledged: Sequence[Acknowledged] | None = None) -> None:
        """After every row: what was confirmed is there once, and the history verifies.

        `acknowledged` are the steps that must be there where not all must: then nothing is said of what is missing.
        """
        outcome, recorder = self.outcome, self.recorder
        stored = readback.read_own(self.reader, self.desk.tokens["demo-auditor"])
        ours = {figure.figure for figure in stored}
        rows = self.stage.sql("SELECT figure_id, number FROM targets_figureversion")
        versions = [(figure, number) for figure, number in rows if figure in ours]
        kept = recorder.acknowledged if acknowledged is None else acknowledged
        outcome.lost += outcome.add(judges.lost(kept, stored, versions)[: judges.MOST_NAMED])
        outcome.duplicated += outcome.add(judges.duplicated(stored, versions)[: judges.MOST_NAMED])
        if acknowledged is None:
            found = judges.unasked(recorder.asked, recorder.acknowledged, stored, recorder.given_up)
            outcome.duplicated += outcome.add(found[: judges.MOST_NAMED])
        outcome.add(list(recorder.given_up.values())[: judges.MOST_NAMED])
        self.verify_history()
        outcome.client_errors = sum(exchange.is_error for exchange in recorder.of_steps(*WRITES, "read"))

    def verify_history(self) -> None:
        ran = self.stage.manage("verify_history")
        if ran.returncode:
            self.outcome.add([f"verify_history ended with {ran.returncode}: {(ran.stdout + ran.stderr)[-400:]}"])

    def describe(self, words: str) -> None:
        """Notes what was done, with what the crowd got through."""
        approved = sum(step.state == "approved" for step in self.recorder.acknowledged)
        steps = len(self.recorder.acknowledged)
        self.outcome.done = f"{words}; {steps} steps confirmed, {approved} of them approvals"


Row = Callable[..., None]
