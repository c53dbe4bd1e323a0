"""How far a figure can be trusted: how it was verified, where it comes from, its limits, warnings and revisions.

What the public reads names departments and days, never persons; whoever may see the figure unapproved also sees who
took each step and what proves it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from planportal.accounts.models import User
from planportal.web.writing import translated, written_day, written_figure, written_sentences
from targets import evidence as proof
from targets.dashboards import Row, read_rows
from targets.figure_lines import YEAR_ONLY, FigureLine, Figures, figure_line, warnings_remark
from targets.models import Evidence, Figure, FigureEvent, Origin, Standing, State, Target, View, in_force
from targets.progress import Assessment
from targets.questions import Question, default_year
from targets.wording import FLAG, REASON, basis_label, with_unit

Words = str | Promise

STANDING: dict[str, Words] = {
    Standing.REPORTED: gettext_lazy("责任单位在本站填报"),
    Standing.PUBLISHED: gettext_lazy("取自公开发布的统计或报道"),
    Standing.DERIVED: gettext_lazy("由公开数据推算，不是来源直接公布的数"),
    Standing.PROXY: gettext_lazy("口径与规划不同的参考数据，不参与评估"),
}
# What of an assessment says something about the figures that it rests on.
FLAGS_OF_FIGURES = ("provisional", "baseline_revised", "series_break", "substitute_baseline", "lower_bound")


@dataclass(frozen=True)
class Fact:
    """Something known of a figure, with what it is."""

    label: str
    text: str


@dataclass(frozen=True)
class Gist:
    """What a target's page says of the figure that its value rests on."""

    line: FigureLine
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Revision:
    """One approved figure of a chain; `old` is "" for the first one."""

    figure: Figure
    old: str
    new: str
    cause: str
    is_this: bool
    is_in_force: bool


@dataclass(frozen=True)
class Workings:
    """What only those see who may see the figure unapproved: who did what when, and what proves it."""

    steps: tuple[FigureEvent, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Quality:
    """The quality card of a figure; `workings` is None for the public."""

    line: FigureLine
    row: Row
    measured: str
    state: str
    finding: str
    verification: tuple[Fact, ...]
    grade: tuple[Fact, ...]
    limits: tuple[Fact, ...]
    remark: str
    revisions: tuple[Revision, ...]
    other_bases: tuple[FigureLine, ...]
    holding: Figure | None
    workings: Workings | None

    @property
    def figure(self) -> Figure:
        return self.line.figure


def read_quality(target: Target, figure: Figure, *, person: User | None) -> Quality:
    """The card of a figure of `shown()` that this person may see, of a target of `listed()`; as things stand now."""
    chain = _chain(figure)
    holding = in_force(chain)
    line = figure_line(figure, {holding.pk} if holding else set())
    row = read_rows([target], _question_of(target, figure))[0]
    state = _state(line)
    return Quality(
        line=line,
        row=row,
        measured=_measured(figure.value, target),
        state=state,
        finding=_finding(line, target, state),
        verification=tuple(_verification(figure)),
        grade=tuple(_grade(line, target)),
        limits=tuple(_limits(line, target, row)),
        remark=warnings_remark(figure),
        revisions=tuple(_revisions(chain, figure, holding, target)),
        other_bases=tuple(_on_other_bases(figure)),
        holding=holding if line.is_superseded else None,
        workings=_workings(figure) if _is_entrusted(figure, person) else None,
    )


def citation(quality: Quality, *, address: str, today: date) -> str:
    """How to cite an approved figure: what it is, its source, its number and day here, and its address.

    A superseded one is cited as such.
    """
    figure, target = quality.figure, quality.row.target
    measured = {"value": quality.measured}
    facts = {
        "plan": translated(target.plan.title),
        "target": translated(target.name),
        "year": figure.year,
        "area": quality.line.area,
        "basis": _("，%(basis)s") % {"basis": quality.line.basis} if quality.line.basis else "",
        "value": _("%(value)s（已被替代）") % measured if quality.line.is_superseded else quality.measured,
        "source": figure.citation or _("未注明来源"),
        "number": figure.pk,
        "day": written_day(figure.known_from),
        "today": written_day(today),
        "address": address,
    }
    return (
        _(
            "%(plan)s进展：%(target)s，%(year)s 年（%(area)s%(basis)s），%(value)s。来源：%(source)s。"
            "数据 %(number)s 号，%(day)s起计入；%(today)s查阅，%(address)s"
        )
        % facts
    )


def read_gist(figures: Figures, year: int | None, basis: str) -> Gist | None:
    """The gist of the card of the province's figure in force for a year and basis; None where there is none."""
    line = figures.holding(year, basis) if year is not None else None
    if line is None:
        return None
    if line.is_waiting:
        return Gist(line, (Fact(_("核验"), _("已报送，待审核")),))
    same_year = [other for other in figures.province if other.figure.year == year and not other.is_waiting]
    return Gist(line, tuple(_gist(line, same_year)))


def _gist(line: FigureLine, same_year: list[FigureLine]) -> Iterator[Fact]:
    figure = line.figure
    revisions = sum(other.is_superseded and other.basis == line.basis for other in same_year)
    others = {other.basis: None for other in same_year if other.basis != line.basis}
    yield Fact(_("核验"), _verified_in_short(figure))
    yield Fact(
        _("性质"), _("%(standing)s，%(grade)s") % {"standing": line.standing, "grade": _provisional(figure).lower()}
    )
    published = _("（%(day)s发布）") % {"day": line.published} if line.published else ""
    yield Fact(_("来源"), f"{figure.source or _('没有说明')}{published}")
    revised = _("修订过 %(count)s 次") % {"count": revisions} if revisions else _("没有修订过")
    on_others = _("（本口径）；另有%(bases)s的数") % {"bases": _("、").join(others)} if others else ""
    yield Fact(_("修订"), f"{revised}{on_others}")
    yield Fact(_("填报时的提示"), _("有，已说明理由") if line.remark else _("没有"))


def _question_of(target: Target, figure: Figure) -> Question:
    """The approved view of the figure's own year; of the latest one where that is no year of the plan."""
    plan = target.plan
    year = figure.year if plan.start_year <= figure.year <= plan.end_year else default_year(plan)
    return Question(as_of_year=year, year=year, known_by=None, view=View.APPROVED)


def _chain(figure: Figure) -> list[Figure]:
    """The approved figures of the same target, area, year and basis, oldest first; a proxy stands for itself alone."""
    if figure.standing == Standing.PROXY:
        return [figure] if figure.state == State.APPROVED else []
    same = Figure.objects.of_key(target=figure.target, city=figure.city, year=figure.year, basis=figure.basis)
    return list(same.approved().assessable().select_related("supersedes").order_by("known_from", "sequence"))


def _on_other_bases(figure: Figure) -> Iterator[FigureLine]:
    """The figures in force of the same target, area and year on other statistical bases."""
    if not figure.basis:
        return
    same_year = Figure.objects.in_force().filter(target=figure.target_id, city=figure.city_id, year=figure.year)
    for other in same_year.exclude(basis=figure.basis).select_related("city").order_by("basis"):
        yield figure_line(other, {other.pk})


def _is_entrusted(figure: Figure, person: User | None) -> bool:
    return person is not None and Figure.objects.entrusted_to(person).filter(pk=figure.pk).exists()


def _workings(figure: Figure) -> Workings:
    steps = figure.events.exclude(action=FigureEvent.Action.REFUSED).select_related("actor").order_by("pk")
    return Workings(steps=tuple(steps), evidence=tuple(proof.attached_to(figure)))


def _measured(value: Decimal | None, target: Target) -> str:
    return _("已撤回") if value is None else with_unit(written_figure(value, target.decimals), target.unit)


def _state(line: FigureLine) -> str:
    """What the figure is worth today."""
    if line.is_waiting:
        return _("%(state)s，没有公开") % {"state": line.figure.get_state_display().lower()}
    if line.is_superseded:
        return _("已被替代，只供查考")
    if line.figure.standing == Standing.PROXY:
        return _("只作参考，不参与评估")
    return _("撤回生效，这一年没有数据") if line.is_taken_back else _("现行有效")


def _finding(line: FigureLine, target: Target, state: str) -> str:
    figure = line.figure
    facts = {
        "year": figure.year,
        "area": line.area,
        "value": _measured(figure.value, target),
        "standing": STANDING[figure.standing],
        "grade": _provisional(figure).lower(),
        "state": state,
        "reason": figure.reason.rstrip("。"),
    }
    if line.is_taken_back:
        return _("%(year)s 年%(area)s数据的撤回：%(reason)s。%(state)s。") % facts
    return _("%(year)s 年%(area)s为 %(value)s：%(standing)s，%(grade)s；%(state)s。") % facts


def _provisional(figure: Figure) -> str:
    return _("初步数") if figure.provisional else _("正式数")


def _verified_in_short(figure: Figure) -> str:
    if figure.origin == Origin.LOADED:
        return _("取自公开来源，没有经过本站审核")
    if figure.endorsed_by_id is not None:
        return _("填报后经两人两级审核，%(day)s通过") % {"day": written_day(figure.known_from)}
    return _("填报后经另一人审核，%(day)s通过") % {"day": written_day(figure.known_from)}


def _verification(figure: Figure) -> Iterator[Fact]:
    """Who vouched for a figure and when, without anybody's name."""
    if figure.origin == Origin.LOADED:
        yield Fact(_("核验方式"), _("取自公开来源，连同出处一并载入；没有经过本站的填报与审核。"))
        yield Fact(pgettext("step taken", "载入"), written_day(figure.created_at))
    else:
        yield from _steps_taken(figure)
    yield Fact(_("计入日期"), _counted_from(figure))


def _steps_taken(figure: Figure) -> Iterator[Fact]:
    author = figure.created_by
    department = author.department if author and author.department else figure.target.department
    facts = {"department": department.name, "day": written_day(figure.created_at)}
    yield Fact(pgettext("step taken", "填报"), _("%(department)s，%(day)s") % facts)
    yield Fact(
        pgettext("step taken", "报送"), written_day(figure.submitted_at) if figure.submitted_at else _("尚未报送")
    )
    if figure.endorsed_by_id is not None:
        endorsed = figure.events.filter(action=FigureEvent.Action.ENDORSED).order_by("-pk").first()
        yield Fact(_("初审通过"), written_day(endorsed.at if endorsed else None))
    label = _("复审通过") if figure.endorsed_by_id is not None else _("审核通过")
    is_approved = figure.state == State.APPROVED
    yield Fact(label, written_day(figure.known_from) if is_approved else _("尚未通过"))
    if is_approved and figure.endorsed_by_id is not None:
        yield Fact(_("四眼原则"), _("填报、初审、复审由不同的人办理，各人不能审核自己经手的数据。"))
    elif is_approved:
        yield Fact(_("四眼原则"), _("填报与审核由不同的人办理，填报人不能审核自己经手的数据。"))


def _counted_from(figure: Figure) -> str:
    if figure.known_from is None:
        return _("尚未计入")
    day = written_day(figure.known_from)
    if figure.origin != Origin.LOADED:
        return _("%(day)s（审核通过之日）") % {"day": day}
    if len(figure.source_published) == YEAR_ONLY:
        return _("%(day)s（来源只注明发布年份，按当年最后一天计）") % {"day": day}
    return _("%(day)s（来源发布之日）") % {"day": day}


def _grade(line: FigureLine, target: Target) -> Iterator[Fact]:
    """Standing, provisional or final, and basis, in words."""
    figure = line.figure
    facts = {"standing": line.standing, "words": STANDING[figure.standing]}
    yield Fact(_("性质"), _("%(standing)s：%(words)s。") % facts)
    final, provisional = _("正式数，没有标为初步数。"), _("初步数，正式数公布后可能更正。")
    yield Fact(_("初步或正式"), provisional if figure.provisional else final)
    if not target.bases:
        yield Fact(_("口径"), _("本指标只有一种口径。"))
        return
    others = _("、").join(basis_label(basis) for basis in target.bases if basis != figure.basis)
    yield Fact(_("口径"), _("%(basis)s。另有：%(others)s，两种口径不混用。") % {"basis": line.basis, "others": others})


def _limits(line: FigureLine, target: Target, row: Row) -> Iterator[Fact]:
    """What the portal knows of a figure's limits; what nobody explained is said to be unexplained."""
    figure, unexplained = line.figure, _("没有说明")
    yield Fact(_("口径说明"), target.definition or unexplained)
    yield Fact(_("数据备注"), figure.note or unexplained)
    if figure.standing == Standing.DERIVED:
        yield Fact(_("推算方法"), figure.source or unexplained)
    if target.submitted_as == "increment":
        yield Fact(_("当年新增"), _("这是当年新增的数；评估用规划期以来各年之和。"))
    if figure.city_id is not None:
        yield Fact(_("评估"), _("规划没有给市（地）下达目标，这个数只列出，不作评估。"))
    elif figure.year < target.plan.base_year:
        yield Fact(_("评估"), _("规划期以前的数，只作背景，不参与评估。"))
    elif figure.standing != Standing.PROXY and not line.is_superseded:
        # Today's assessment rests on the figure in force, and says nothing of one that it has replaced.
        label = _("截至 %(year)s 年的评估") % {"year": _question_of(target, figure).year}
        yield Fact(label, written_sentences(_told_by(row.assessment)) or _("没有口径中断、替代基期或缺报的情况。"))


def _told_by(assessment: Assessment) -> Iterator[str]:
    """What the assessment says of the figures that it rests on; gaps are not told twice."""
    if assessment.reason is not None:
        yield str(REASON[assessment.reason])
    for flag in assessment.flags:
        if flag in FLAGS_OF_FIGURES and (flag, assessment.reason) != ("lower_bound", "gap_years"):
            yield str(FLAG[flag].sentence)


def _revisions(chain: Iterable[Figure], figure: Figure, holding: Figure | None, target: Target) -> Iterator[Revision]:
    for version in chain:
        before = version.supersedes
        yield Revision(
            figure=version,
            old=_measured(before.value, target) if before else "",
            new=_measured(version.value, target),
            cause=version.get_cause_display() if version.cause else "",
            is_this=version.pk == figure.pk,
            is_in_force=holding is not None and version.pk == holding.pk,
        )
