"""Dashboards as readers get them: assessments read from snapshots (or worked out as known by a day), roll-ups counted.

Nothing is computed here but counts; every number of an assessment comes from targets.progress.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from planportal.plan.models import Goal, Plan
from targets import recompute
from targets.assessing import assess_for_reader
from targets.models import Snapshot, Target, TargetBuild, View, target_value_in, with_previous_figures
from targets.progress import METHOD_VERSION, Assessment, Submission, field_decimals, roll_up
from targets.questions import Question
from targets.submissions import indicator_of, on_basis, submissions_by_target, submissions_of


@dataclass(frozen=True)
class Row:
    """A target and what is known of it; `target_value` is the one that the view takes, amended or as printed.

    `failures` counts the builds that failed in a row while newer data are pending.
    """

    target: Target
    target_value: Decimal
    assessment: Assessment
    computed_at: datetime
    pending: bool
    failures: int = 0

    @property
    def is_stuck(self) -> bool:
        """Whether its newer data failed so often that readers are not told to come back soon."""
        return self.failures >= recompute.MANY_FAILURES


@dataclass(frozen=True)
class GoalGroup:
    """A goal with its targets' rows; no rows: a qualitative goal."""

    goal: Goal
    rows: Sequence[Row]
    roll_up: dict[str, Any]


@dataclass(frozen=True)
class Dashboard:
    """The answer to a question about a plan."""

    plan: Plan
    question: Question
    groups: Sequence[GoalGroup]
    roll_up: dict[str, Any]
    computed_at: datetime
    pending: bool
    method_version: str = METHOD_VERSION

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class Freshness:
    """As of when the data of an answer are (its oldest build), and whether newer ones are on their way."""

    as_of: datetime
    pending: bool


def read_dashboard(plan: Plan, question: Question) -> Dashboard:
    """Every target of the plan, goal by goal, with roll-ups of each goal and of the plan."""
    # One query, needed by whoever makes an Indicator of a row's target: every page that shows paths does.
    rows = read_rows(with_previous_figures(plan.targets.listed()), question)
    groups = [_group(goal, rows) for goal in plan.goals.all()]
    freshness = freshness_of(rows, plan)
    return Dashboard(
        plan=plan,
        question=question,
        groups=groups,
        roll_up=_roll_up(rows),
        computed_at=freshness.as_of,
        pending=freshness.pending,
    )


def _group(goal: Goal, rows: Sequence[Row]) -> GoalGroup:
    own = [row for row in rows if row.target.goal_id == goal.pk]
    return GoalGroup(goal=goal, rows=own, roll_up=_roll_up(own))


def _roll_up(rows: Iterable[Row]) -> dict[str, Any]:
    return roll_up([(row.target.code, row.assessment.status) for row in rows])


def freshness_of(rows: Sequence[Row], plan: Plan) -> Freshness:
    """The oldest build among the rows; a plan without targets is as fresh as its text."""
    return Freshness(
        as_of=min((row.computed_at for row in rows), default=plan.loaded_at),
        pending=any(row.pending for row in rows),
    )


def read_rows(targets: Iterable[Target], question: Question) -> list[Row]:
    """One row a target, in the order given; stale rows are repaired first where that is the reader's part.

    Raises FiguresRefused where nothing is stored of a question and the method refuses a target's figures.
    """
    targets = list(targets)
    if question.known_by is not None:
        return _known_by_rows(targets, question)
    recompute.repair(target.pk for target in targets)
    # Marks before snapshots: the other way round, a build in between would make an old snapshot look fresh.
    builds = {build.pk: build for build in TargetBuild.objects.filter(pk__in=[t.pk for t in targets])}
    snapshots = _snapshots(targets, question)
    return [_row(target, question, snapshots.get(target.pk), builds[target.pk]) for target in targets]


def _snapshots(targets: Sequence[Target], question: Question) -> dict[int, Snapshot]:
    found = Snapshot.objects.filter(target__in=targets, as_of_year=question.year, view=question.view)
    return {snapshot.target_id: snapshot for snapshot in found}


def _row(target: Target, question: Question, snapshot: Snapshot | None, build: TargetBuild) -> Row:
    if snapshot is None:
        return _unbuilt_row(target, question)
    return Row(
        target=target,
        target_value=_target_value(target, question),
        assessment=assessment_of(snapshot, target.decimals),
        computed_at=snapshot.computed_at,
        pending=build.is_stale or snapshot.method_version != METHOD_VERSION,
        failures=build.failed_attempts(timezone.now()) if build.is_stale else 0,
    )


def _unbuilt_row(target: Target, question: Question) -> Row:
    """The first build is under way elsewhere: the same assessment, stored by nobody yet."""
    assessment = recompute.assess_now(target, as_of_year=question.year, view=question.view)
    value = _target_value(target, question)
    return Row(target=target, target_value=value, assessment=assessment, computed_at=timezone.now(), pending=True)


def _target_value(target: Target, question: Question) -> Decimal:
    return target_value_in(target, as_of_year=question.year, known_by=question.known_by)


def _known_by_rows(targets: Sequence[Target], question: Question) -> list[Row]:
    """What the figures known on a day said; computed now and stored nowhere."""
    submissions = submissions_by_target(targets, View.APPROVED)
    return [_computed_row(target, question, submissions[target.pk]) for target in targets]


def row_on_basis(target: Target, question: Question, basis: str) -> Row:
    """What the figures on one statistical basis alone say; computed now and stored nowhere."""
    return _computed_row(target, question, on_basis(submissions_of(target, question.view), basis))


def _computed_row(target: Target, question: Question, submissions: Sequence[Submission]) -> Row:
    indicator = indicator_of(target, as_of_year=question.year, known_by=question.known_by)
    return Row(
        target=target,
        target_value=_target_value(target, question),
        assessment=assess_for_reader(target, indicator, submissions, question.year, question.known_by),
        computed_at=timezone.now(),
        pending=False,
    )


def assessment_of(snapshot: Snapshot, decimals: int) -> Assessment:
    """The stored assessment, its numbers with the decimals they are shown with."""
    values = {name: getattr(snapshot, name) for name in recompute.ASSESSMENT_FIELDS}
    for name, value in values.items():
        shown = field_decimals(name, decimals)
        if value is not None and shown is not None:
            values[name] = round(value, shown)
    values["flags"] = tuple(snapshot.flags)
    return Assessment(**values)
