"""Permanent links: the address of a state as it was shown, and what became of that state since.

Such an address names the year, the day of knowledge and a digest of what the page said. The page is worked out anew
from the figures known on that day; the digest tells whether it still says the same.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from planportal.web.canonical import canonical_json
from planportal.web.refusals import Fault, Invalid
from planportal.web.writing import written_figure
from targets.assessing import FiguresRefused
from targets.dashboards import Row, read_rows, row_on_basis
from targets.models import Figure, Target, View
from targets.progress import METHOD_VERSION
from targets.questions import Question
from targets.values import assessment_fields, written
from targets.wording import status_label, with_unit

PARAMETER = "state"
DIGITS = 12
# Every figure, whenever it became known: what today's knowledge is, worked out now and never out of date.
ALL_KNOWN = date.max


@dataclass(frozen=True)
class Superseded:
    """A target of which today's knowledge says something else, with both in words."""

    target: Target
    then: str
    now: str


@dataclass(frozen=True)
class Cited:
    """What became of the state that an address cites: whether the page still says it, and what is known today.

    `checked` says what was compared.
    """

    is_same: bool
    superseded: tuple[Superseded, ...]
    checked: str


@dataclass(frozen=True)
class Permalink:
    """`query` leads to what is shown, "" where it cannot be kept; `cited` where the address itself is such a link."""

    query: str
    cited: Cited | None


def read_permalink(
    given: Mapping[str, str], question: Question, rows: Sequence[Row], *, kept: Iterable[str] = (), basis: str = ""
) -> Permalink:
    """The link to what a page shows, and what became of the state that its own address cites.

    `rows` are those shown; the parameters named in `kept` go along in the link. No link is given to the `reported`
    view, which is of now alone, to a day that is still to come, and while newer data are pending. Raises Invalid for
    a state that is malformed or does not go with the question.
    """
    asked = asked_state(given, question)
    try:
        cited = _cited(asked, question, rows, basis) if asked else None
        return Permalink(query=_query(given, question, rows, kept, basis), cited=cited)
    except FiguresRefused:
        # The method refuses figures that are there: the page shows its last results, which nothing can vouch for.
        return Permalink(query="", cited=Cited(False, (), _checked()) if asked else None)


def state_of(rows: Iterable[Row]) -> str:
    """The digest of what is shown of some targets: 12 hexadecimal digits of a SHA-256.

    Of the method's version and, by code, each target's value and whole assessment, as the API writes them.
    """
    said = {row.target.code: _said(row) for row in rows}
    return digest({"targets": said})


def digest(said: Mapping[str, object]) -> str:
    """12 hexadecimal digits of a SHA-256 of what is said and of the method's version."""
    text = canonical_json({"method_version": METHOD_VERSION, **said})
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _said(row: Row) -> dict[str, object]:
    decimals = row.target.decimals
    return {
        "target_value": written(row.target_value, decimals),
        "assessment": assessment_fields(row.assessment, decimals),
    }


def asked_state(given: Mapping[str, str], question: Question) -> str:
    """The state that an address cites, "" where it cites none; Invalid where it is none or lacks its question."""
    state = given.get(PARAMETER, "")
    if not state:
        return ""
    if question.view == View.REPORTED:
        raise _invalid("not_with_reported", _("“含待审核”的视图只有当前情况，没有固定链接，不能与 state 同用。"))
    if not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", state):
        message = _("“%(raw)s”不能用作 state，应为 %(digits)s 位小写的十六进制数字。")
        raise _invalid("invalid", message % {"raw": state, "digits": DIGITS})
    if not (given.get("as_of_year") and given.get("known_by")):
        raise _invalid("incomplete", _("state 须与 as_of_year 和 known_by 同用，请使用完整的固定链接。"))
    return state


def refuse_state(given: Mapping[str, str], message: str) -> None:
    """Invalid with the message where an address cites a state that has no meaning there."""
    if given.get(PARAMETER):
        raise _invalid("no_permalink", message)


def _invalid(code: str, message: str) -> Invalid:
    return Invalid(Fault(PARAMETER, code, message))


def _cited(state: str, question: Question, rows: Sequence[Row], basis: str) -> Cited:
    today = _read(rows, replace(question, known_by=ALL_KNOWN), basis)
    return Cited(is_same=state_of(rows) == state, superseded=tuple(_superseded(rows, today)), checked=_checked())


def _checked() -> str:
    return _("核对的是全省指标的目标值和全部评估结果。")


def _read(rows: Sequence[Row], question: Question, basis: str) -> list[Row]:
    """The same targets at another question."""
    targets = [row.target for row in rows]
    return [row_on_basis(target, question, basis) for target in targets] if basis else read_rows(targets, question)


def _superseded(rows: Sequence[Row], today: Sequence[Row]) -> Iterator[Superseded]:
    for then, now in zip(rows, today, strict=True):
        if _said(then) != _said(now):
            yield Superseded(then.target, *_in_words(then, now))


def _in_words(then: Row, now: Row) -> tuple[str, str]:
    """Both in words that differ: the target's value too where that is what changed, else that it is the grounds."""
    with_goal = then.target_value != now.target_value
    words = (_told(then, with_goal=with_goal), _told(now, with_goal=with_goal))
    if words[0] != words[1]:
        return words
    return words[0], _("状态和数值相同，基期、应达值或提示有变")


def _told(row: Row, *, with_goal: bool) -> str:
    assessment, decimals, unit = row.assessment, row.target.decimals, row.target.unit
    parts = [status_label(assessment.status)]
    if assessment.value is not None:
        value = with_unit(written_figure(assessment.value, decimals), unit)
        told = pgettext("after the status", "%(year)s 年为 %(value)s")
        parts.append(told % {"year": assessment.data_year, "value": value})
    if with_goal:
        goal = with_unit(written_figure(row.target_value, decimals), unit)
        parts.append(_("目标 %(goal)s") % {"goal": goal})
    return _("，").join(parts)


def _of_day(rows: Sequence[Row], question: Question, day: date, basis: str) -> Sequence[Row]:
    """What the link will show: these rows, worked out anew only where a figure is dated later than the day itself."""
    targets = [row.target for row in rows]
    if not Figure.objects.approved().filter(target__in=targets, known_from__gt=day).exists():
        return rows
    return _read(rows, replace(question, known_by=day), basis)


def _query(given: Mapping[str, str], question: Question, rows: Sequence[Row], kept: Iterable[str], basis: str) -> str:
    day = day_to_cite(question)
    if day is None or any(row.pending for row in rows):
        return ""
    frozen = rows if question.known_by else _of_day(rows, question, day, basis)
    return link_query(question, day, state_of(frozen), {name: given[name] for name in kept if given.get(name)})


def day_to_cite(question: Question) -> date | None:
    """The day of knowledge that a link to this view names, today's unless one was asked; None where it has no link."""
    today = timezone.localdate()
    day = question.known_by or today
    return None if question.view == View.REPORTED or day > today else day


def link_query(question: Question, day: date, state: str, carried: Mapping[str, str]) -> str:
    """The query of a permanent link."""
    parts = {"as_of_year": str(question.as_of_year), "known_by": day.isoformat()}
    return f"?{urlencode({**parts, **carried, PARAMETER: state})}"
