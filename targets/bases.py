"""Statistical bases 口径 of one target side by side: which one a page shows, and why their verdicts differ (§2).

Every number comes from the method on one basis's figures alone; nothing is stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from planportal.web.refusals import Fault, Invalid
from planportal.web.writing import written_figure
from targets.models import Target, target_value_in
from targets.progress import Assessment, Path, Step, Submission, actual_path, assess
from targets.questions import Question
from targets.submissions import indicator_of, on_basis
from targets.verdicts import verdict_sentence
from targets.wording import basis_label, lamp_of, status_label, with_unit


@dataclass(frozen=True)
class BasisChoice:
    """An entry of the switch; `parameter` is None for the basis in force, which needs none."""

    label: str
    parameter: str | None
    is_shown: bool


@dataclass(frozen=True)
class BasisVerdict:
    """What the figures on one basis alone say."""

    label: str
    is_in_force: bool
    status: str
    status_label: str
    lamp: str
    sentence: str
    assessment: Assessment
    path: Path

    @property
    def latest(self) -> Step:
        return self.path.steps[-1]


@dataclass(frozen=True)
class BasisYear:
    """A year with its value on each basis, in the order of the verdicts; None where there is none."""

    year: int
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Bases:
    """The bases of a target at a question. `verdicts` are those with figures in the view, the one in force first."""

    choices: tuple[BasisChoice, ...]
    notice: str
    title: str
    verdicts: tuple[BasisVerdict, ...]
    reasons: tuple[str, ...]
    years: tuple[BasisYear, ...]

    @property
    def can_be_compared(self) -> bool:
        return len(self.verdicts) > 1


def basis_asked(target: Target, raw: str) -> str:
    """The basis that an address names, "" for none; Invalid for one that the target does not have."""
    if raw and raw not in target.bases:
        allowed = _("、").join(target.bases) or _("（无）")
        message = _("“%(raw)s”不能用作 basis，可用：%(allowed)s。") % {"raw": raw[:60], "allowed": allowed}
        raise Invalid(Fault("basis", "unknown_basis", message))
    return raw


def read_bases(target: Target, question: Question, submissions: Sequence[Submission], *, asked: str) -> Bases | None:
    """The bases of a target with several, from the figures that count in the view; None for other targets.

    None too where the method refuses the figures: the page then shows its last results, and nothing beside them.
    """
    if not target.bases:
        return None
    try:
        return _bases(target, question, submissions, asked)
    except ValueError:
        return None


def _bases(target: Target, question: Question, submissions: Sequence[Submission], asked: str) -> Bases:
    sides = _Sides(target, question, submissions)
    order = sorted(target.bases, key=lambda basis: basis != sides.in_force)
    verdicts = tuple(verdict for basis in order if (verdict := sides.verdict(basis)))
    return Bases(
        choices=tuple(sides.choice(basis, asked) for basis in order),
        notice=sides.notice(asked),
        title=_title(verdicts),
        verdicts=verdicts,
        reasons=tuple(sides.reasons(verdicts)) if len(verdicts) > 1 else (),
        years=_years(verdicts),
    )


class _Sides:
    """One target at one question, with its figures on every basis; `in_force` is "" while there is none."""

    def __init__(self, target: Target, question: Question, submissions: Sequence[Submission]) -> None:
        self.target, self.question, self.submissions = target, question, submissions
        self.indicator = indicator_of(target, as_of_year=question.year, known_by=question.known_by)
        self.goal = target_value_in(target, as_of_year=question.year, known_by=question.known_by)
        self.in_force = self._path(submissions).basis

    def _path(self, submissions: Sequence[Submission]) -> Path:
        return actual_path(self.indicator, submissions, self.question.year, self.question.known_by)

    def choice(self, basis: str, asked: str) -> BasisChoice:
        is_in_force = basis == self.in_force
        label = _("%(basis)s（现行口径）") if is_in_force else "%(basis)s"
        return BasisChoice(
            label=label % {"basis": basis_label(basis)},
            parameter=None if is_in_force else basis,
            is_shown=basis == (asked or self.in_force),
        )

    def notice(self, asked: str) -> str:
        names = {"asked": basis_label(asked), "in_force": basis_label(self.in_force)}
        if not self.in_force:
            return _("按本页所看的年份和日期，各口径都还没有数据。")
        if not asked:
            return _("本页按%(in_force)s评估，这是本页所看年份和日期的现行口径。") % names
        if asked == self.in_force:
            return _("本页只用%(asked)s的数据，这也是本页所看年份和日期的现行口径。") % names
        return _("本页只用%(asked)s的数据，它不是现行口径；结论以现行的%(in_force)s为准。") % names

    def verdict(self, basis: str) -> BasisVerdict | None:
        """What the figures on a basis say; None where the view has none on it."""
        figures = on_basis(self.submissions, basis)
        found = assess(self.indicator, figures, self.question.year, self.question.known_by)
        if found.data_year is None and found.baseline_source != "submitted":
            return None
        return BasisVerdict(
            label=basis_label(basis),
            is_in_force=basis == self.in_force,
            status=found.status,
            status_label=status_label(found.status),
            lamp=lamp_of(found.status),
            sentence=verdict_sentence(self.target, found, goal=self.goal, as_of_year=self.question.year),
            assessment=found,
            path=self._path(figures),
        )

    def reasons(self, verdicts: Sequence[BasisVerdict]) -> Iterator[str]:
        """Why two bases lead to two verdicts, in the figures' own numbers."""
        current, other = verdicts[0], verdicts[1]
        shared = sorted({step.year for step in current.path.steps} & {step.year for step in other.path.steps})
        if shared:
            yield _("同一年份：%(year)s 年按%(other)s为 %(was)s，按%(current)s为 %(now)s。") % {
                **self._names(current, other),
                "year": shared[0],
                "was": self._measured(other.path.at(shared[0])),
                "now": self._measured(current.path.at(shared[0])),
            }
        else:
            yield _("没有哪一年两个口径都有数。")
        yield _("最新数据：%(other)s是 %(other_year)s 年的 %(was)s，%(current)s是 %(year)s 年的 %(now)s。") % {
            **self._names(current, other),
            "other_year": other.latest.year,
            "was": self._measured(other.latest),
            "year": current.latest.year,
            "now": self._measured(current.latest),
        }
        yield from self._mixed(current, other)
        yield _("所以每个结论只比较同一口径的各年，不同口径的数不放在一起比。")

    def _mixed(self, current: BasisVerdict, other: BasisVerdict) -> Iterator[str]:
        """What mixing would pretend: the latest value has risen from one basis's start and fallen from its own."""
        last, own, foreign = current.latest, current.path.steps[0], other.path.steps[0]
        if own.year != foreign.year or not own.value > last.value > foreign.value:
            return
        yield _(
            "若把两个口径混在一起，%(last_year)s 年的 %(last)s 高于 %(year)s 年的 %(foreign)s，看上去是上升；"
            "而同一口径的 %(year)s 年是 %(own)s，实际是下降。"
        ) % {
            "last_year": last.year,
            "last": self._measured(last),
            "year": own.year,
            "foreign": self._measured(foreign),
            "own": self._measured(own),
        }

    def _names(self, current: BasisVerdict, other: BasisVerdict) -> dict[str, object]:
        return {"current": current.label, "other": other.label}

    def _measured(self, step: Step | None) -> str:
        value = step.value if step else None
        return with_unit(written_figure(value, self.target.decimals), self.target.unit)


def _title(verdicts: Sequence[BasisVerdict]) -> str:
    bases = _("两个口径") if len(verdicts) == 2 else _("各口径")
    if len({verdict.status for verdict in verdicts}) > 1:
        return _("%(bases)s的结论为何不同") % {"bases": bases}
    return _("%(bases)s的结论相同") % {"bases": bases}


def _years(verdicts: Sequence[BasisVerdict]) -> tuple[BasisYear, ...]:
    years = sorted({step.year for verdict in verdicts for step in verdict.path.steps})
    return tuple(BasisYear(year, tuple(_value_at(verdict.path, year) for verdict in verdicts)) for year in years)


def _value_at(path: Path, year: int) -> Decimal | None:
    step = path.at(year)
    return step.value if step else None
