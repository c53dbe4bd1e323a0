"""Search and suggestions, as pages and the API ask for them."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.search.engine import Document
from planportal.search.found import KINDS, Found, Hit
from planportal.search.held import held_index, held_synonyms
from planportal.search.marking import Sought, marked, snippet, sought_in
from planportal.search.models import IndexVersion
from planportal.search.query import read_query
from planportal.search.ranking import NAMES_ONLY
from planportal.web.writing import translated

# Addresses that all plans share.
OF_NO_PLAN = frozenset({"login"})
# What each is, by the code that its entry has.
LABELS = {
    "target": pgettext_lazy("kind", "指标"),
    "field": pgettext_lazy("kind", "优先领域"),
    "direction": pgettext_lazy("kind", "研发方向"),
    "alliance": pgettext_lazy("kind", "联盟"),
    "platform": pgettext_lazy("kind", "平台"),
    "institution": pgettext_lazy("kind", "点名单位"),
    "project": pgettext_lazy("kind", "国家项目"),
    "goal": pgettext_lazy("kind", "目标群"),
    "department": pgettext_lazy("kind", "责任单位"),
    "city": pgettext_lazy("kind", "市（地）"),
    "heading": pgettext_lazy("kind", "规划章节"),
    "portal": pgettext_lazy("kind", "本站页面"),
}


def search(plan: Plan, text: str, *, kind: str = "", field: str = "", start: int = 0, stop: int | None = 20) -> Found:
    """What of a plan answers a text, best first, from `start` to before `stop` (None: to the end).

    All words of the text must be found; of more than 100 characters, or than 8 words, the first ones count. `kind` is
    one of KINDS, `field` the code of a priority field; "" is no filter, and one that is not there finds nothing.
    A text without a letter or digit finds nothing. The same text finds the same in the same order on any database.
    """
    held, synonyms = held_index(plan), held_synonyms()
    if held is None:
        return Found(text, (), 0, dict.fromkeys(KINDS, 0), read_query(text, synonyms).also)
    query, ranked = held.index.answer(text, synonyms, kind=kind, field=field)
    page = held.index.page(query, ranked, start, stop)
    return Found(
        text,
        tuple(_hit(plan, one, sought_in(tier, query.forms)) for tier, one in page),
        ranked.count,
        ranked.counts,
        query.also,
        query.left_out,
        ranked.is_partial,
        held.built_at,
    )


def suggest(plan: Plan, text: str, *, limit: int = 8) -> tuple[Hit, ...]:
    """The best hits by name alone for a text that is still being typed."""
    held = held_index(plan)
    if held is None:
        return ()
    query, ranked = held.index.answer(text, held_synonyms(), tiers=NAMES_ONLY)
    page = held.index.page(query, ranked, 0, limit)
    return tuple(_hit(plan, one, sought_in(tier, query.forms)) for tier, one in page)


def built_at(plan: Plan) -> datetime:
    """As of when searches answer: when the index was last brought up to date, else when the plan was loaded."""
    version = IndexVersion.objects.filter(plan=plan).first()
    return version.built_at if version else plan.loaded_at


def _hit(plan: Plan, document: Document, sought: Sought) -> Hit:
    """A document in the reader's language, with marks."""
    title, body = document.title, document.body
    reading = document.readings[0] if document.readings else ""
    if get_language() != settings.LANGUAGE_CODE:
        title, body = translated(title), translated(body)
        reading = reading if title == document.title else ""
    return Hit(
        kind=document.kind,
        key=document.key,
        label=str(LABELS[document.label]),
        title=marked(title, sought, reading),
        snippet=snippet(body, sought),
        address=_address(plan, document.link),
    )


def _address(plan: Plan, link: tuple[str, ...]) -> str:
    name, argument, query, fragment = (*link, "", "", "", "")[:4]
    arguments = [argument] if argument else []
    address = reverse(name, args=arguments) if name in OF_NO_PLAN else plan_reverse(plan, name, *arguments)
    return address + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
