"""The question of a page in words, and the addresses that ask a neighbouring one: what its question bar shows."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.web.writing import written_day
from targets.models import View
from targets.questions import Question, default_year


@dataclass(frozen=True)
class YearChoice:
    """A year to choose, and the day of knowledge that goes along with it."""

    year: int
    known_by: date | None


@dataclass(frozen=True)
class QuestionWords:
    """What `targets/question_bar.html` takes.

    `known_then` is the day that closed the year's reporting round, None where it is no choice. `parameters` are
    those of the question that differ from the default one.
    """

    sentence: str
    years: tuple[YearChoice, ...]
    year: int
    is_over: bool
    known_then: date | None
    known_by: date | None
    today: date
    is_reported: bool
    parameters: dict[str, str]

    @property
    def is_known_by(self) -> bool:
        return self.known_by is not None

    @property
    def query(self) -> str:
        """The question as the query of an address, "" for the default one: links carry it on."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


def question_words(plan: Plan, question: Question) -> QuestionWords:
    """The view that a page shows, in words."""
    return QuestionWords(
        sentence=view_sentence(question),
        years=tuple(_choice(question, year) for year in range(plan.start_year, plan.end_year + 1)),
        year=question.as_of_year,
        is_over=question.year >= plan.end_year,
        known_then=_known_then(question),
        known_by=question.known_by,
        today=timezone.localdate(),
        is_reported=question.view == View.REPORTED,
        parameters=_parameters(plan, question),
    )


def view_sentence(question: Question) -> str:
    """Which view it is: the year, the day of knowledge, and whether figures count that wait for approval."""
    knowledge = _("按今天所知")
    if question.known_by is not None:
        knowledge = _("按 %(day)s所知") % {"day": written_day(question.known_by)}
    elif question.view == View.REPORTED:
        knowledge = _("按今天所知，含待审核数据")
    return _("截至 %(year)s 年、%(knowledge)s") % {"year": question.as_of_year, "knowledge": knowledge}


def _choice(question: Question, year: int) -> YearChoice:
    """A day that closed the round of the year viewed moves with the year, and ends where that day is still to come."""
    if question.known_by is None or question.known_by != _closing(question.year):
        return YearChoice(year, question.known_by)
    closing = _closing(year)
    return YearChoice(year, closing if closing < timezone.localdate() else None)


def _closing(year: int) -> date:
    """The day that closes a year's reporting round."""
    return date(year + 1, 12, 31)


def _known_then(question: Question) -> date | None:
    closing = _closing(question.year)
    is_choice = question.view == View.APPROVED and question.known_by != closing and closing < timezone.localdate()
    return closing if is_choice else None


def _parameters(plan: Plan, question: Question) -> dict[str, str]:
    parts: dict[str, str] = {}
    if question.as_of_year != default_year(plan):
        parts["as_of_year"] = str(question.as_of_year)
    if question.known_by is not None:
        parts["known_by"] = question.known_by.isoformat()
    if question.view != View.APPROVED:
        parts["view"] = question.view.value
    return parts
