"""What somebody asks the search page: words, a kind, a field, and which page of the results."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from fields.models import PriorityField
from planportal.plan.text import normalise
from planportal.search.folding import MOST_CHARACTERS
from planportal.search.found import KINDS
from planportal.web.refusals import Fault, Invalid
from planportal.web.said import says_something
from planportal.web.writing import translated

PAGE_SIZE = 20
# Names of groups: what there may be several of is plural in English.
KIND_LABELS = {
    "target": pgettext_lazy("kinds of search results", "目标指标"),
    "field": pgettext_lazy("kinds of search results", "优先领域"),
    "direction": pgettext_lazy("kinds of search results", "研发方向"),
    "alliance": pgettext_lazy("kinds of search results", "联盟"),
    "platform": pgettext_lazy("kinds of search results", "平台"),
    "institution": pgettext_lazy("kinds of search results", "点名单位"),
    "page": pgettext_lazy("kinds of search results", "其他内容"),
}
# More digits are no page but a mistake.
_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Question:
    """Words as typed but for outer white space, "" where nothing is asked; `field` is one of the plan's, or None."""

    text: str
    kind: str = ""
    field: PriorityField | None = None
    page: int = 1

    @property
    def field_code(self) -> str:
        return self.field.code if self.field else ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.field)

    @property
    def start(self) -> int:
        """The place of the page's first result, from 0."""
        return (self.page - 1) * PAGE_SIZE

    def query(self, *, kind: str, field: str) -> str:
        """The first page of the same words with these filters, as "?name=value&…"."""
        asked = {"q": self.text, "kind": kind, "field": field}
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def read_text(given: Mapping[str, str]) -> str:
    """The words of `q`; "" for what has nothing to see. Invalid: too_long over 100 characters."""
    text = given.get("q", "").strip()
    if len(text) > MOST_CHARACTERS:
        message = _("查找的文字有 %(length)s 个字，最多 %(most)s 个。请只写最要紧的几个词。") % {
            "length": len(text),
            "most": MOST_CHARACTERS,
        }
        raise Invalid(Fault("q", "too_long", message))
    return text if says_something(normalise(text)) else ""


def read_question(given: Mapping[str, str], fields: Sequence[PriorityField]) -> Question:
    """The question of the page's address; raises Invalid for what it does not know, naming value and choices."""
    return Question(
        text=read_text(given),
        kind=_kind(given.get("kind", "")),
        field=read_field(given.get("field", ""), fields),
        page=_page(given.get("page", "1")),
    )


def _kind(value: str) -> str:
    if value and value not in KINDS:
        raise _unknown("kind", value, {kind: str(KIND_LABELS[kind]) for kind in KINDS})
    return value


def read_field(code: str, fields: Iterable[PriorityField]) -> PriorityField | None:
    """The field of a code, None for ""; raises Invalid for a code of none of the fields."""
    if not code:
        return None
    known = {field.code: field for field in fields}
    if code not in known:
        raise _unknown("field", code, {one: translated(field.name) for one, field in known.items()})
    return known[code]


def _page(value: str) -> int:
    if _PAGE.fullmatch(value) and int(value):
        return int(value)
    raise Invalid(Fault("page", "invalid", _("“%(value)s”不是页码。") % {"value": value[:MOST_CHARACTERS]}))


def _unknown(name: str, value: str, known: Mapping[str, str]) -> Invalid:
    label = _("%(code)s（%(name)s）")
    message = _("“%(raw)s”不能用作 %(name)s，可用：%(allowed)s。") % {
        "raw": value[:MOST_CHARACTERS],
        "name": name,
        "allowed": _("、").join(label % {"code": code, "name": told} for code, told in known.items()),
    }
    return Invalid(Fault(name, "invalid_choice", message))
