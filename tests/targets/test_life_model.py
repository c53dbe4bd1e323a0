"""The life of figures against a model: random people take random steps in random order, on right and on old versions,
and now and then the database fails at the last moment. After each step the model says what must stand there.

LIFE_EXAMPLES and LIFE_STEPS look longer; the same numbers find the same.
"""

import os
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.web.refusals import Refusal
from targets import recompute, services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, FigureVersion, Snapshot, Target, TargetBuild

LOOK = settings(
    max_examples=int(os.environ.get("LIFE_EXAMPLES", "15")),
    stateful_step_count=int(os.environ.get("LIFE_STEPS", "30")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TARGET, YEARS, HARBIN = "registered-results", (2016, 2017), "230100"
PEOPLE = ("demo-staff", "demo-reviewer", "second-reviewer", "demo-other", "demo-auditor", "demo-admin", "demo-harbin")
REVIEWERS = {"demo-reviewer", "second-reviewer"}
ENTERS = {"demo-staff", *REVIEWERS}
READ_ONLY = {"demo-auditor", "demo-admin", "demo-harbin"}
OPEN = {"draft", "submitted", "returned"}
# Far below the provincial ones, so that no step has a doubt to explain.
VALUES = {None: ["1500", "1510", "1520.5", "甲"], HARBIN: ["0", "10", "-1"]}
RIGHT = {"1500", "1510", "0", "10"}

# Those who can do something come up more often than those whom every step refuses.
people = st.sampled_from([*PEOPLE, "demo-staff", "demo-staff", "demo-reviewer", "second-reviewer"])
whether_old = st.sampled_from([False, False, False, True])
fails = st.sampled_from([False, False, False, False, True])


class Key(NamedTuple):
    year: int
    area: str | None


class DatabaseFailsError(Exception):
    """What a step meets at its last moment; nothing of it may remain."""


def fail(figure: Figure) -> None:
    raise DatabaseFailsError


@dataclass
class Life:
    """What the model knows of one figure."""

    pk: int
    key: Key
    value: Decimal | None
    reason: str
    hands: set[str]
    state: str = "draft"
    version: int = 1
    endorsed_by: str = ""
    steps: list[str] = field(default_factory=lambda: ["drafted"])


class FigureLives(RuleBasedStateMachine):
    """Figures of one target for two years, the province and a prefecture."""

    figures = Bundle("figures")

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.target = Target.objects.listed().get(code=TARGET)
        self.people = {user.username: user for user in User.objects.all()}
        first = self.people["demo-reviewer"]
        self.people["second-reviewer"] = User.objects.create_user(
            "second-reviewer", role=first.role, department=first.department
        )
        self.lives: dict[int, Life] = {}
        self.in_force: dict[Key, Life] = {}
        self.refusals = 0
        self.two_levels = False
        self.is_marked = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)

    # What is done.

    @rule(
        target=figures,
        who=people,
        year=st.sampled_from(YEARS),
        area=st.sampled_from([None, HARBIN]),
        which=st.integers(0, 3),
        reason=st.sampled_from(["", "核定"]),
        broken=fails,
    )
    def draft(self, *, who: str, year: int, area: str | None, which: int, reason: str, broken: bool) -> Any:
        key, value = Key(year, area), [*VALUES[area], None][which]
        expected = self.entry_code(who) or self.open_code(key) or self.content_code(key, value, reason)
        city = City.objects.get(code=area) if area else None
        content = Content(value=value, reason=reason)
        figure = self.attempt(
            expected,
            lambda keep: services.figure_draft(
                by=self.people[who], target=self.target, city=city, year=year, content=content, keep=keep
            ),
            broken=broken,
        )
        if figure is None:
            return multiple()
        self.lives[figure.pk] = Life(figure.pk, key, read(value), reason, {who})
        return figure.pk

    @rule(pk=figures, who=people, which=st.integers(0, 3), old=whether_old, broken=fails)
    def edit(self, *, pk: int, who: str, which: int, old: bool, broken: bool) -> None:
        life = self.lives[pk]
        value = [*VALUES[life.key.area], None][which]
        expected = (
            self.entry_code(who)
            or self.standing_code(life, {"draft", "returned"}, old=old)
            or self.content_code(life.key, value, life.reason)
        )
        if self.step(services.figure_edit, expected, life, who, old=old, broken=broken, changes={"value": value}):
            life.value = read(value)
            self.note(life, who, "edited", life.state)

    @rule(pk=figures, who=people, old=whether_old, reason=st.sampled_from(["", "已核对"]), broken=fails)
    def submit(self, *, pk: int, who: str, old: bool, reason: str, broken: bool) -> None:
        life = self.lives[pk]
        joined = "；".join(part for part in (life.reason, reason) if part)
        if reason and reason in life.reason:
            joined = life.reason
        expected = (
            self.entry_code(who)
            or self.standing_code(life, {"draft", "returned"}, old=old)
            or self.content_code(life.key, life.value, joined)
        )
        if self.step(services.figure_submit, expected, life, who, old=old, broken=broken, reason=reason):
            life.reason = joined
            self.note(life, who, "submitted", "submitted")
            self.is_marked = True

    @rule(pk=figures, who=people, old=whether_old, broken=fails)
    def approve(self, *, pk: int, who: str, old: bool, broken: bool) -> None:
        life = self.lives[pk]
        expected = (
            self.review_code(who)
            or ("own_figure" if who in life.hands else "")
            or ("not_responsible" if self.has_endorsed(life, who) else "")
            or self.standing_code(life, {"submitted"}, old=old)
            or self.content_code(life.key, life.value, life.reason)
        )
        if not self.step(services.figure_approve, expected, life, who, old=old, broken=broken):
            return
        self.is_marked = True
        if self.two_levels and not life.endorsed_by:
            life.endorsed_by = who
            self.note(life, "", "endorsed", "submitted")
            return
        life.endorsed_by = "" if life.endorsed_by == who else life.endorsed_by
        self.note(life, "", "approved", "approved")
        self.in_force[life.key] = life

    @rule(pk=figures, who=people, old=whether_old, reason=st.sampled_from(["", "来源不清"]), broken=fails)
    def send_back(self, *, pk: int, who: str, old: bool, reason: str, broken: bool) -> None:
        life = self.lives[pk]
        expected = self.review_code(who) or self.standing_code(life, {"submitted"}, old=old) or self.why_code(reason)
        if self.step(services.figure_return, expected, life, who, old=old, broken=broken, reason=reason):
            life.endorsed_by = ""
            self.note(life, "", "returned", "returned")
            self.is_marked = True

    @rule(pk=figures, who=people, old=whether_old, reason=st.sampled_from(["", "不需要了"]), broken=fails)
    def withdraw(self, *, pk: int, who: str, old: bool, reason: str, broken: bool) -> None:
        life = self.lives[pk]
        expected = self.entry_code(who) or self.standing_code(life, OPEN, old=old) or self.why_code(reason)
        if self.step(services.figure_withdraw, expected, life, who, old=old, broken=broken, reason=reason):
            self.is_marked = self.is_marked or life.state == "submitted"
            life.endorsed_by = ""
            self.note(life, "", "withdrawn", "withdrawn")

    @rule(pk=figures, reviewer=st.sampled_from(sorted(REVIEWERS)), decision=st.sampled_from(["approve", "return"]))
    def go_on(self, *, pk: int, reviewer: str, decision: str) -> None:
        """The next step of an ordinary life, so that lives get long enough to go wrong late."""
        life = self.lives[pk]
        if life.state in {"draft", "returned"}:
            self.submit(pk=pk, who="demo-staff", old=False, reason="已核对", broken=False)
        elif life.state == "submitted" and decision == "approve":
            self.approve(pk=pk, who=reviewer, old=False, broken=False)
        elif life.state == "submitted":
            self.send_back(pk=pk, who=reviewer, old=False, reason="来源不清", broken=False)

    @initialize(two_levels=st.booleans())
    def begin_with_levels(self, *, two_levels: bool) -> None:
        self.ask_for_levels(two_levels=two_levels)

    @rule(two_levels=st.booleans())
    def ask_for_levels(self, *, two_levels: bool) -> None:
        Target.objects.filter(pk=self.target.pk).update(second_review=two_levels)
        self.two_levels = two_levels

    @rule()
    @precondition(lambda self: self.is_marked)
    def build(self) -> None:
        assert recompute.build(self.target.pk)
        self.is_marked = False

    # What the model expects: the code of the refusal, "" where the step is taken.

    @staticmethod
    def entry_code(who: str) -> str:
        if who in READ_ONLY:
            return "read_only"
        return "" if who in ENTERS else "not_responsible"

    @staticmethod
    def review_code(who: str) -> str:
        if who in READ_ONLY:
            return "read_only"
        return "" if who in REVIEWERS else "not_reviewer"

    def has_endorsed(self, life: Life, who: str) -> bool:
        return self.two_levels and life.state == "submitted" and life.endorsed_by == who

    def open_code(self, key: Key) -> str:
        taken = any(life.key == key and life.state in OPEN for life in self.lives.values())
        return "open_figure_exists" if taken else ""

    @staticmethod
    def standing_code(life: Life, allowed: set[str], *, old: bool) -> str:
        if old:
            return "stale"
        return "" if life.state in allowed else "wrong_state"

    def content_code(self, key: Key, value: object, reason: str) -> str:
        standing = self.in_force.get(key)
        if value is None and standing is None:
            return "value_required"
        if isinstance(value, str) and value not in RIGHT:
            return {"甲": "not_a_number", "1520.5": "too_many_decimals", "-1": "negative"}[value]
        return "reason_required" if standing is not None and not reason else ""

    @staticmethod
    def why_code(reason: str) -> str:
        return "" if reason else "reason_required"

    # How a step is taken and noted.

    def step(
        self, service: Any, expected: str, life: Life, who: str, *, old: bool, broken: bool, **given: Any
    ) -> Figure | None:
        figure = Figure.objects.shown().get(pk=life.pk)
        version = life.version - 1 if old else life.version
        return self.attempt(
            expected,
            lambda keep: service(by=self.people[who], figure=figure, if_version=version, keep=keep, **given),
            broken=broken,
        )

    def attempt(self, expected: str, call: Any, *, broken: bool) -> Figure | None:
        """Takes the step; None where it was refused, as expected, or failed, as arranged."""
        figure, outcome = None, ""
        try:
            figure = call(fail if broken else services.keep_nothing)
        except DatabaseFailsError:
            outcome = "failed"
        except Refusal as refusal:
            outcome = refusal.code
            self.refusals += 1
        assert outcome == (expected or ("failed" if broken else ""))
        event(f"{outcome or 'taken'}")
        return figure

    @staticmethod
    def note(life: Life, who: str, action: str, state: str) -> None:
        life.version += 1
        life.state = state
        life.steps.append(action)
        life.hands |= {who} if who else set()

    # What must hold after every step.

    @invariant()
    def figures_stand_as_the_model_says(self) -> None:
        told = {
            figure.pk: (figure.state, figure.version, figure.value, figure.reason, str(figure.endorsed_by_id or ""))
            for figure in Figure.objects.filter(target=self.target)
        }
        assert told == {
            life.pk: (life.state, life.version, life.value, life.reason, self.number_of(life.endorsed_by))
            for life in self.lives.values()
        }

    def number_of(self, who: str) -> str:
        return str(self.people[who].pk) if who else ""

    @invariant()
    def every_step_left_a_version_and_an_event(self) -> None:
        events = FigureEvent.objects.filter(target=self.target)
        for life in self.lives.values():
            taken = events.filter(figure=life.pk).exclude(action="refused").order_by("pk")
            assert list(taken.values_list("action", flat=True)) == life.steps
            versions = FigureVersion.objects.filter(figure=life.pk).order_by("number")
            assert list(versions.values_list("number", flat=True)) == list(range(1, life.version + 1))
        assert events.filter(action="refused").count() == self.refusals

    @invariant()
    def what_is_in_force_is_what_was_approved_last(self) -> None:
        standing = Figure.objects.in_force().filter(target=self.target)
        assert set(standing.values_list("pk", flat=True)) == {life.pk for life in self.in_force.values()}

    @invariant()
    def a_change_that_counts_leaves_its_mark(self) -> None:
        is_stale = TargetBuild.objects.stale().filter(pk=self.target.pk).exists()
        assert is_stale == self.is_marked
        if not is_stale and (life := self.in_force.get(Key(2017, None))):
            assert Snapshot.objects.get(target=self.target, as_of_year=2017, view="approved").actual == life.value


def read(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.mark.usefixtures("people")
def test_the_life_of_figures(seeded: Plan, settings: Any) -> None:
    settings.REDIS_URL = ""
    run_state_machine_as_test(FigureLives, settings=LOOK)
