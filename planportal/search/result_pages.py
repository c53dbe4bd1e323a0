"""The results as the search page shows them: the sentence, kinds with counts, one page of hits, and ways on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.utils.translation import gettext as _

from fields.models import PriorityField
from planportal.plan.models import Plan
from planportal.search.counting import counts_by_field, counts_of
from planportal.search.folding import words
from planportal.search.found import KINDS, Found
from planportal.search.hit_places import PlacedHit, placed
from planportal.search.questions import KIND_LABELS, PAGE_SIZE, Question
from planportal.search.searching import search
from planportal.web.missing import Missing
from planportal.web.writing import translated

# How many parts of a query that found nothing are looked for by themselves.
MOST_PARTS = 8
_CHINESE = re.compile(r"[\u4e00-\u9fff]{3,}")


@dataclass(frozen=True)
class Choice:
    """A filter by kind: its name, how much it leaves, where it leads; no address where it leaves nothing."""

    label: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Way:
    """Something near that does find: what is looked for, how much there is, where it is."""

    text: str
    count: int
    address: str


@dataclass(frozen=True)
class Results:
    """What a question found: one page of it, whose paginator counts all.

    `unfiltered` and `parts` are ways on where nothing was found: without the filters, and by parts of the words.
    `is_miss` where the plan has nothing at all for these words, `is_ready` where there is an index to say so.
    """

    question: Question
    found: Found
    sentence: str
    page: Page[PlacedHit]
    choices: tuple[Choice, ...]
    unfiltered: Way | None
    parts: tuple[Way, ...]
    is_miss: bool

    @property
    def is_ready(self) -> bool:
        return self.found.built_at is not None


def read_results(plan: Plan, question: Question) -> Results:
    """What the question finds in a plan; raises Missing past the last page."""
    found = search(
        plan,
        question.text,
        kind=question.kind,
        field=question.field_code,
        start=question.start,
        stop=question.start + PAGE_SIZE,
    )
    unfiltered = _unfiltered(plan, question) if not found.count and question.is_filtered else None
    is_miss = not found.count and unfiltered is None
    return Results(
        question=question,
        found=found,
        sentence=_sentence(question, found),
        page=_page(plan, question, found),
        choices=_choices(question, found),
        unfiltered=unfiltered,
        parts=_parts(plan, question.text) if is_miss else (),
        is_miss=is_miss,
    )


def _sentence(question: Question, found: Found) -> str:
    """The answer in words, with the filters that it holds for; without an index that there is none yet."""
    if found.built_at is None:
        return _("本站正在准备检索，请稍后再试")
    facts = {"query": question.text, "count": found.count}
    said = (_("“%(query)s”：找到 %(count)s 项") if found.count else _("“%(query)s”：没有找到")) % facts
    names = [str(KIND_LABELS[question.kind])] if question.kind else []
    names += [translated(question.field.name)] if question.field else []
    return said + (_("（只看：%(filters)s）") % {"filters": _("、").join(names)} if names else "")


def _page(plan: Plan, question: Question, found: Found) -> Page[PlacedHit]:
    """The hits as a page that counts them all."""
    paginator: Paginator[Any] = Paginator(range(found.count), PAGE_SIZE)
    try:
        paginator.page(question.page)
    except EmptyPage:
        facts = {"number": question.page, "pages": paginator.num_pages}
        raise Missing(_("没有第 %(number)s 页，共 %(pages)s 页。") % facts) from None
    return Page(placed(plan, found.hits), question.page, paginator)


def _choices(question: Question, found: Found) -> tuple[Choice, ...]:
    """All kinds first, then each; the chosen one is told by its mark, what leaves nothing has no address."""
    counts = {"": sum(found.counts.values())} | {kind: found.counts[kind] for kind in KINDS}
    return tuple(
        Choice(
            label=str(KIND_LABELS[kind]) if kind else _("全部"),
            count=count,
            address=question.query(kind=kind, field=question.field_code) if count else "",
            is_chosen=kind == question.kind,
        )
        for kind, count in counts.items()
    )


def _unfiltered(plan: Plan, question: Question) -> Way | None:
    """The same words without filters; None where they find nothing either."""
    [count] = counts_of(plan, [question.text])
    return Way(question.text, count, question.query(kind="", field="")) if count else None


def _parts(plan: Plan, text: str) -> tuple[Way, ...]:
    """The words one by one, or the pairs of characters of a single Chinese one, as far as they find something."""
    parts = _cut(text)
    found = zip(parts, counts_of(plan, parts), strict=True)
    return tuple(Way(part, count, Question(part).query(kind="", field="")) for part, count in found if count)


def _cut(text: str) -> Sequence[str]:
    """The words of a text, or of a single one the pairs of neighbouring Chinese characters; () for one without."""
    parts = words(text)
    if len(parts) == 1 and (chinese := _CHINESE.search(parts[0])):
        parts = tuple(dict.fromkeys(first + second for first, second in pairwise(chinese[0])))
    return parts[:MOST_PARTS] if len(parts) > 1 else ()


def field_choices(plan: Plan, question: Question, fields: Sequence[PriorityField]) -> list[tuple[str, str]]:
    """The fields to choose from, in the plan's order: code, and name with what it leaves of the kind asked for.

    A field that leaves nothing is no choice, but for the chosen one.
    """
    counts = counts_by_field(plan, question.text, kind=question.kind)
    named = [(field.code, translated(field.name), counts.get(field.code, 0)) for field in fields]
    label = _("%(name)s（%(count)s）")
    return [
        (code, label % {"name": name, "count": count})
        for code, name, count in named
        if count or code == question.field_code
    ]
