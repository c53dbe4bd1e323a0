"""What was changed before the public: corrections of approved figures, and targets amended by a decision."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.web.writing import written_day, written_figure
from targets.models import Figure, FigureEvent, Target, TargetAmendment
from targets.models.figure import FigureQuerySet
from targets.wording import basis_label, with_unit

LATEST_NEWS = 50
# Names are made from it and a row's key, so that they stay whatever the portal's address is.
_NAMES = uuid.UUID("5b2a1a54-6c1f-4d2e-9a53-2f7f1f0c9d11")


@dataclass(frozen=True)
class ChangeLine:
    """A correction in words; `old` and `new` say so where the figure was taken back."""

    figure: Figure
    area: str
    basis: str
    old: str
    new: str
    why: str
    reason: str


@dataclass(frozen=True)
class AmendedTarget:
    """A decision about a target in words."""

    amendment: TargetAmendment
    old: str
    new: str


@dataclass(frozen=True)
class News:
    """An entry of the feeds. `day` is the one the change counts from, `at` the moment it was made known here."""

    name: str
    title: str
    text: str
    target: Target
    day: date
    at: datetime

    @property
    def published(self) -> datetime:
        return beginning_of(self.day)


def changes_of(plan: Plan) -> FigureQuerySet:
    """Approved figures that superseded another one, newest first; never a proxy, never one on its way."""
    corrections = Figure.objects.filter(target__plan=plan, supersedes__isnull=False).approved().assessable()
    return corrections.select_related("target", "city", "supersedes").order_by(
        "-known_from", "target__number", "-sequence"
    )


def amendments_of(plan: Plan) -> QuerySet[TargetAmendment]:
    """Every amendment of the plan's targets, the latest recorded first."""
    return TargetAmendment.objects.filter(target__plan=plan).select_related("target", "target__plan").order_by("-pk")


def beginning_of(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def change_lines(figures: Iterable[Figure]) -> list[ChangeLine]:
    """Corrections ready to be shown; no query of their own for figures of `changes_of`."""
    return [_line(figure) for figure in figures]


def amended_targets(amendments: Iterable[TargetAmendment]) -> list[AmendedTarget]:
    """Decisions ready to be shown; no query of their own for rows of `amendments_of`."""
    return [
        AmendedTarget(
            amendment=amendment,
            old=_measured(amendment.old_value, amendment.target),
            new=_measured(amendment.new_value, amendment.target),
        )
        for amendment in amendments
    ]


def latest_news(plan: Plan) -> list[News]:
    """The newest corrections and amendments together, newest first; two queries."""
    told = FigureEvent.objects.filter(
        figure=OuterRef("pk"), action__in=[FigureEvent.Action.APPROVED, FigureEvent.Action.LOADED]
    )
    figures = changes_of(plan).annotate(told_at=Subquery(told.order_by("id").values("at")[:1]))
    found = [*_corrections(plan, figures[:LATEST_NEWS]), *_amendments(plan, amendments_of(plan)[:LATEST_NEWS])]
    found.sort(key=lambda news: (news.day, news.at, news.name), reverse=True)
    return found[:LATEST_NEWS]


def name_of(plan: Plan, kind: str = "changes", key: int | str = "") -> str:
    """A name for ever (urn:uuid:…) of a plan's list of changes, or of one change."""
    return uuid.uuid5(_NAMES, f"{plan.code}/{kind}/{key}").urn


def _corrections(plan: Plan, figures: Iterable[Figure]) -> Iterator[News]:
    for figure in figures:
        line = _line(figure)
        told_at: datetime | None = getattr(figure, "told_at", None)
        assert figure.known_from is not None
        yield News(
            name=name_of(plan, "figure", figure.pk),
            title=_correction_title(line),
            text="".join(_correction_text(line)),
            target=figure.target,
            day=figure.known_from,
            at=told_at or beginning_of(figure.known_from),
        )


def _correction_title(line: ChangeLine) -> str:
    facts = {
        "target": line.figure.target.name,
        "year": line.figure.year,
        "area": line.area,
        "old": line.old,
        "new": line.new,
    }
    if line.figure.value is None:
        return _("数据撤回：%(target)s %(year)s 年（%(area)s）的 %(old)s 已撤回") % facts
    return _("数据更正：%(target)s %(year)s 年（%(area)s）由 %(old)s 改为 %(new)s") % facts


def _correction_text(line: ChangeLine) -> Iterator[str]:
    if line.basis:
        yield _("口径：%(basis)s。") % {"basis": line.basis}
    if line.why:
        yield _("更正原因：%(why)s。") % {"why": line.why}
    yield _("理由：%(reason)s。") % {"reason": (line.reason or _("未注明")).rstrip("。")}
    yield _("自%(day)s起按新数计入；此前的情况仍可按日期查看。") % {"day": written_day(line.figure.known_from)}


def _amendments(plan: Plan, amendments: Iterable[TargetAmendment]) -> Iterator[News]:
    for amended in amended_targets(amendments):
        amendment = amended.amendment
        facts = {
            "target": amendment.target.name,
            "year": plan.end_year,
            "old": amended.old,
            "new": amended.new,
            "day": written_day(amendment.decided_on),
            "document": amendment.document,
            "reason": amendment.reason.rstrip("。"),
        }
        yield News(
            name=name_of(plan, "amendment", amendment.pk),
            title=_("目标调整：%(target)s %(year)s 年目标由 %(old)s 调整为 %(new)s") % facts,
            text=_("%(day)s决定，文件：%(document)s。理由：%(reason)s。决定以前各年的视图仍用原来的目标。") % facts,
            target=amendment.target,
            day=amendment.recorded_on,
            at=amendment.recorded_at,
        )


def _line(figure: Figure) -> ChangeLine:
    return ChangeLine(
        figure=figure,
        area=figure.city.name if figure.city else _("全省"),
        basis=basis_label(figure.basis),
        old=_measured(figure.supersedes.value if figure.supersedes else None, figure.target),
        new=_measured(figure.value, figure.target),
        why=figure.get_cause_display() if figure.cause else "",
        reason=figure.reason,
    )


def _measured(value: Decimal | None, target: Target) -> str:
    """A value with its unit; None is a figure that was taken back."""
    return _("已撤回") if value is None else with_unit(written_figure(value, target.decimals), target.unit)
