"""Rows and goals ready to be shown: every number, word and drawing of a target's line, nothing left to compute."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.web.writing import written_figure, written_percent
from targets.charts import Bullet, bullet
from targets.dashboards import Dashboard, GoalGroup, Row, read_dashboard
from targets.models import Figure, State, Target, View
from targets.progress import Indicator, Path, Submission, actual_path
from targets.progress_groups import ON_SCHEDULE
from targets.progress_terms import Status
from targets.question_words import QuestionWords, question_words
from targets.questions import Question
from targets.submissions import indicator_of, submissions_by_target
from targets.wording import (
    BEST_FIRST,
    FLAG,
    attention_sentence,
    coverage_sentence,
    finding_sentence,
    goal_label,
    lamp_of,
    lamp_of_group,
    not_reported,
    status_label,
    with_unit,
)

# What a row says beside its value; the other flags are explained on the target's own page.
ROW_FLAGS = ("provisional", "revised", "lagged", "series_break")
# Years with their bases.
Waiting = frozenset[tuple[int, str]]


@dataclass(frozen=True)
class TargetRow:
    """A target's line. `missing` says who reports the value where there is none; `change` is since last year.

    `pace` is in percent, None where the method withholds it; `known_on` is the day from which the value counts.
    """

    target: Target
    status: str
    status_label: str
    lamp: str
    value: Decimal | None
    value_year: int | None
    at_least: bool
    is_lagged: bool
    known_on: date | None
    change: Decimal | None
    pace: Decimal | None
    pace_title: str
    missing: str
    tags: tuple[str, ...]
    bullet: Bullet
    bullet_title: str


@dataclass(frozen=True)
class GoalBlock:
    """A goal with its rows; `is_qualitative` where the plan gives it no number."""

    number: int
    label: str
    title: str
    summary: str
    rows: Sequence[TargetRow]
    is_qualitative: bool


@dataclass(frozen=True)
class StatusCount:
    """How many targets have a status, and the query that lists them."""

    status: str
    label: str
    lamp: str
    count: int
    query: str


@dataclass(frozen=True)
class Overview:
    """A plan at a question: the finding, the counts, the goals, and the rows that need attention."""

    dashboard: Dashboard
    words: QuestionWords
    finding: str
    detail: str
    coverage: str
    lamp: str
    counts: tuple[StatusCount, ...]
    goals: tuple[GoalBlock, ...]
    attention: tuple[TargetRow, ...]
    fine: tuple[TargetRow, ...]
    unassessed: tuple[TargetRow, ...]

    @property
    def rows(self) -> list[TargetRow]:
        return [row for goal in self.goals for row in goal.rows]

    def showing(self, codes: Collection[str], *, goal_number: int | None = None) -> list[GoalBlock]:
        """The goals with some of their rows only; without any, a qualitative one that was asked for by its number."""
        goals = [replace(goal, rows=[row for row in goal.rows if row.target.code in codes]) for goal in self.goals]
        return [goal for goal in goals if goal.rows or (goal.is_qualitative and goal.number == goal_number)]


def read_overview(plan: Plan, question: Question) -> Overview:
    """Everything the home page, the list and the dashboard show of the targets; queries do not grow with rows."""
    dashboard = read_dashboard(plan, question)
    rows = _rows(dashboard)
    roll_up = dashboard.roll_up
    words = question_words(plan, question)
    return Overview(
        dashboard=dashboard,
        words=words,
        finding=finding_sentence(roll_up, is_over=words.is_over),
        detail=attention_sentence(rows[code].target.name for code in roll_up["attention"]),
        coverage=coverage_sentence(roll_up),
        lamp=lamp_of_group(roll_up),
        counts=tuple(_count(status, roll_up["counts"][status], words) for status in BEST_FIRST),
        goals=tuple(_goal(group, rows, words) for group in dashboard.groups),
        attention=tuple(rows[code] for code in roll_up["attention"]),
        fine=tuple(row for row in rows.values() if row.status in ON_SCHEDULE),
        unassessed=tuple(rows[code] for code in roll_up["unassessed"]),
    )


def _count(status: Status, count: int, words: QuestionWords) -> StatusCount:
    query = urlencode({**words.parameters, "status": status})
    return StatusCount(status, status_label(status), lamp_of(status), count, query=f"?{query}")


def _goal(group: GoalGroup, rows: dict[str, TargetRow], words: QuestionWords) -> GoalBlock:
    own = [rows[row.target.code] for row in group.rows]
    return GoalBlock(
        number=group.goal.number,
        label=goal_label(group.goal.number),
        title=group.goal.title,
        summary=finding_sentence(group.roll_up, is_over=words.is_over) if own else "",
        rows=own,
        is_qualitative=not own,
    )


def _rows(dashboard: Dashboard) -> dict[str, TargetRow]:
    question = dashboard.question
    targets = [row.target for row in dashboard.rows]
    paths = read_paths(targets, question)
    waiting = waiting_keys(targets, question)
    return {
        row.target.code: target_row(row, paths[row.target.pk], waiting.get(row.target.pk, frozenset()))
        for row in dashboard.rows
    }


def read_paths(targets: Sequence[Target], question: Question) -> dict[int, Path]:
    """The values of each target year by year, by primary key, with one query."""
    submissions = submissions_by_target(targets, question.view)
    indicators = {
        target.pk: indicator_of(target, as_of_year=question.year, known_by=question.known_by) for target in targets
    }
    return {key: path_shown(indicator, submissions[key], question) for key, indicator in indicators.items()}


def path_shown(indicator: Indicator, submissions: Sequence[Submission], question: Question) -> Path:
    """The values year by year; none where the method refuses the figures.

    Their build fails on them too and is told; the last results stay on the page, and so do all other targets.
    """
    try:
        return actual_path(indicator, submissions, question.year, question.known_by)
    except ValueError:
        return Path(basis="", steps=())


def waiting_keys(targets: Sequence[Target], question: Question, basis: str = "") -> dict[int, Waiting]:
    """The years up to the one viewed, each with its basis, for which a figure or a withdrawal of the province waits.

    By the target's primary key, with one query; asked in the `reported` view only. With a basis, on that one alone.
    """
    if question.view != View.REPORTED:
        return {}
    submitted = Figure.objects.filter(target__in=targets, state=State.SUBMITTED).provincial().assessable()
    submitted = submitted.filter(year__lte=question.year)
    if basis:
        submitted = submitted.filter(basis=basis)
    found: dict[int, set[tuple[int, str]]] = {}
    for target_id, year, on in submitted.values_list("target_id", "year", "basis"):
        found.setdefault(target_id, set()).add((year, on))
    return {target_id: frozenset(keys) for target_id, keys in found.items()}


def target_row(row: Row, path: Path, waiting: Waiting) -> TargetRow:
    """One line; `waiting` is what is not approved yet of the years up to the one viewed."""
    target, assessment = row.target, row.assessment
    step = path.at(assessment.data_year)
    return TargetRow(
        target=target,
        status=assessment.status,
        status_label=status_label(assessment.status),
        lamp=lamp_of(assessment.status),
        value=assessment.value,
        value_year=assessment.data_year,
        at_least="lower_bound" in assessment.flags,
        is_lagged="lagged" in assessment.flags,
        known_on=step.known_on if step else None,
        change=step.change if step else None,
        pace=assessment.pace_pct,
        pace_title=_pace_title(assessment.pace_pct),
        missing=not_reported(target.department.name) if assessment.value is None else "",
        tags=_tags(row, path, waiting),
        bullet=_bullet(row),
        bullet_title=_bullet_title(row),
    )


def _pace_title(pace: Decimal | None) -> str:
    """What the pace means, §5's sentence; "" where it is withheld."""
    return "" if pace is None else _("应走 100 步，实际走了 %(steps)s 步") % {"steps": written_figure(pace, 1)}


def _tags(row: Row, path: Path, waiting: Waiting) -> tuple[str, ...]:
    tags = [str(FLAG[flag].tag) for flag in ROW_FLAGS if flag in row.assessment.flags]
    if uses_waiting(row.target, path, waiting):
        tags.append(str(State.SUBMITTED.label))
    return tuple(tags)


def uses_waiting(target: Target, path: Path, waiting: Waiting) -> bool:
    """Whether what is said of a target rests on anything that waits: on its value, its baseline or a year between,
    or on a withdrawal, which leaves an earlier value or none.

    Where nothing is left, a withdrawal on any basis can be why. Kinds that count from zero take no base year.
    """
    first = target.plan.start_year if target.is_from_zero else target.plan.base_year
    return any(year >= first and (not path.steps or basis == path.basis) for year, basis in waiting)


def _bullet(row: Row) -> Bullet:
    target, assessment = row.target, row.assessment

    def label(value: Decimal | None) -> str:
        return "" if value is None else written_figure(value, target.decimals)

    return bullet(
        baseline=assessment.baseline_value,
        target=row.target_value,
        actual=assessment.value,
        scheduled=assessment.expected_value,
        baseline_label=label(assessment.baseline_value),
        target_label=label(row.target_value),
        actual_label=label(assessment.value),
        hold="hold_target" in assessment.flags,
    )


def _bullet_title(row: Row) -> str:
    target, assessment = row.target, row.assessment
    goal = with_unit(written_figure(row.target_value, target.decimals), target.unit)
    if assessment.value is None:
        return _("暂无数据；目标 %(goal)s") % {"goal": goal}
    value = with_unit(written_figure(assessment.value, target.decimals), target.unit)
    facts = {"year": assessment.data_year, "value": value, "goal": goal}
    if assessment.progress_pct is None:
        return _("%(year)s 年为 %(value)s；目标 %(goal)s") % facts
    due = written_figure(assessment.expected_value, target.decimals)
    return _("%(year)s 年为 %(value)s，从基期到目标 %(goal)s 已走完 %(share)s；应达 %(due)s") % {
        **facts,
        "share": written_percent(assessment.progress_pct),
        "due": with_unit(due, target.unit),
    }
