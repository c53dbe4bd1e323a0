"""A target's figures as readers see them: every one with its standing, source and dates, and what superseded it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from planportal.web.writing import written_day
from targets.models import Figure, Standing, State, Target, View, in_force
from targets.questions import Question
from targets.wording import basis_label

YEAR_ONLY = 4


@dataclass(frozen=True)
class FigureLine:
    """One figure. Of one that waits for approval only the number is shown; `value` None was taken back.

    `remark` tells the warnings that were passed when an approved figure was entered, and how they were explained.
    """

    figure: Figure
    area: str
    basis: str
    value: Decimal | None
    standing: str
    published: str
    address: str
    remark: str
    is_waiting: bool
    is_superseded: bool

    @property
    def is_taken_back(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Figures:
    """A target's figures, newest year first: the province's, the prefectures', and the proxies apart."""

    province: tuple[FigureLine, ...]
    cities: tuple[FigureLine, ...]
    proxies: tuple[FigureLine, ...]

    def holding(self, year: int, basis: str) -> FigureLine | None:
        """The province's figure in force for a year and basis."""
        return next((line for line in self.province if _holds(line, year, basis)), None)

    def taken_back(self, year: int, basis: str) -> FigureLine | None:
        """The approved null by which the province's figure for a year and basis was taken back, while it holds."""
        key = (year, basis)
        lines = (line for line in self.province if (line.figure.year, line.figure.basis) == key)
        return next(
            (line for line in lines if line.is_taken_back and not (line.is_superseded or line.is_waiting)), None
        )

    def is_withdrawal_waiting(self, year: int, basis: str) -> bool:
        """Whether what the province has for a year and basis is to be taken back, as soon as that is approved."""
        return any(
            line.is_waiting and line.is_taken_back and (line.figure.year, line.figure.basis) == (year, basis)
            for line in self.province
        )

    def on_other_bases(self, basis: str) -> dict[str, list[FigureLine]]:
        """The province's figures in force on other bases, by basis, oldest first; context only."""
        found: dict[str, list[FigureLine]] = {}
        for line in reversed(self.province):
            figure = line.figure
            if figure.basis != basis and not line.is_waiting and _holds(line, figure.year, figure.basis):
                found.setdefault(figure.basis, []).append(line)
        return found


def _holds(line: FigureLine, year: int, basis: str) -> bool:
    figure = line.figure
    return (figure.year, figure.basis) == (year, basis) and not line.is_superseded and line.value is not None


def read_figures(target: Target, question: Question) -> Figures:
    """The approved figures known by the question's day; submitted ones too in the `reported` view."""
    figures = _shown(target, question)
    holding = _holding(figures)
    lines = [figure_line(figure, holding) for figure in figures]
    real = [line for line in lines if line.figure.standing != Standing.PROXY]
    return Figures(
        province=tuple(line for line in real if line.figure.city_id is None),
        cities=tuple(line for line in real if line.figure.city_id is not None),
        proxies=tuple(line for line in lines if line.figure.standing == Standing.PROXY),
    )


def _shown(target: Target, question: Question) -> list[Figure]:
    states = [State.APPROVED, State.SUBMITTED] if question.view == View.REPORTED else [State.APPROVED]
    figures = Figure.objects.filter(target=target, state__in=states).select_related("city")
    if question.known_by is not None:
        figures = figures.filter(known_from__lte=question.known_by)
    waiting_first = F("sequence").desc(nulls_first=True)
    return list(figures.order_by("-year", "city__code", "basis", waiting_first, "-pk"))


def _holding(figures: Iterable[Figure]) -> set[int]:
    """The ids of the approved figures in force: one of each area, year and basis."""
    by_key: dict[tuple[int | None, int, str], list[Figure]] = {}
    for figure in figures:
        by_key.setdefault((figure.city_id, figure.year, figure.basis), []).append(figure)
    found = (in_force(same) for same in by_key.values())
    return {figure.pk for figure in found if figure}


def figure_line(figure: Figure, holding: Collection[int]) -> FigureLine:
    """A figure ready to be shown; `holding` are the ids of the approved figures in force."""
    is_approved = figure.state == State.APPROVED
    is_proxy = figure.standing == Standing.PROXY
    return FigureLine(
        figure=figure,
        area=figure.city.name if figure.city else _("全省"),
        basis=basis_label(figure.basis),
        value=figure.value,
        standing=figure.get_standing_display(),
        published=published_words(figure.source_published),
        address=web_address(figure),
        remark=warnings_remark(figure) if is_approved else "",
        is_waiting=not is_approved,
        is_superseded=is_approved and not is_proxy and figure.pk not in holding,
    )


def warnings_remark(figure: Figure) -> str:
    """The warnings at entry with the reason they were passed for, as the public reads them; "" without any."""
    told = "".join(str(warning["message"]) for warning in figure.warnings).rstrip("。")
    if not told:
        return ""
    if not figure.reason:
        return _("填报时的提示：%(warnings)s。") % {"warnings": told}
    facts = {"warnings": told, "reason": figure.reason.rstrip("。")}
    return _("填报时的提示：%(warnings)s；说明：%(reason)s。") % facts


def web_address(figure: Figure) -> str:
    """The source's address where it can be linked to, "" otherwise: nothing but the web's schemes is."""
    return figure.source_address if figure.source_address.startswith(("http://", "https://")) else ""


def published_words(published: str) -> str:
    """The source's own date as it is known: a year, or a day."""
    if len(published) == YEAR_ONLY:
        return _("%(year)s年") % {"year": published}
    try:
        return written_day(date.fromisoformat(published)) if published else ""
    except ValueError:
        return published
