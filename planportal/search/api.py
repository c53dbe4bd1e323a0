"""Search, for reading by programs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from planportal.accounts.lockout import client_address
from planportal.plan.mount import plan_of
from planportal.search.counting import counts_of
from planportal.search.folding import MOST_CHARACTERS
from planportal.search.found import KINDS, Found, Hit, Piece
from planportal.search.misses import note_miss
from planportal.search.models import Entry
from planportal.search.questions import read_field
from planportal.search.searching import built_at, search
from planportal.web.answers import DatedAnswer
from planportal.web.lists import ListAnswer, wants_csv
from planportal.web.pagination import read_page
from planportal.web.refusals import Fault, Invalid

PARAMETERS = [
    OpenApiParameter(
        "q",
        {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": r"\S"},
        required=True,
        description="要找的文字：一个或几个词，也可以是拼音或拼音首字母",
    ),
    OpenApiParameter("kind", {"type": "string", "enum": [*KINDS]}, description="只要这一类"),
    OpenApiParameter("field", {"type": "string"}, description="只要这个优先领域的，写领域代码（见 /fields/）"),
]


@extend_schema_field({"type": "string", "pattern": f"^({'|'.join(KINDS)})$"})
class KindText(serializers.CharField):
    """One of KINDS; no enumeration, of which targets have one that is called the same."""


class HitOutput(serializers.Serializer[Hit]):
    kind = KindText(help_text="类别")
    key = serializers.CharField(help_text="代码、序号或名称")
    title = serializers.SerializerMethodField(help_text="名称")
    snippet = serializers.SerializerMethodField(help_text="规划中的相关文字，可能为空")
    url = serializers.SerializerMethodField(help_text="页面地址")

    def get_title(self, hit: Hit) -> str:
        return _text(hit.title)

    def get_snippet(self, hit: Hit) -> str:
        return _text(hit.snippet)

    def get_url(self, hit: Hit) -> str:
        return str(self.context["request"].build_absolute_uri(hit.address))


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


class Results:
    """The page of hits that was asked for, as a paginator asks for it: how many there are in all, and these."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def count(self) -> int:
        return self._found.count

    def __getitem__(self, page: slice) -> tuple[Hit, ...]:
        return self._found.hits

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._found.hits)


@extend_schema_view(get=extend_schema(operation_id="search_list", parameters=PARAMETERS))
class SearchList(DatedAnswer, ListAnswer):
    """What of the plan answers a text, best first."""

    permission_classes = [AllowAny]
    queryset = Entry.objects.none()
    serializer_class = HitOutput
    filter_backends = []
    csv_name = "search"
    extra_parameters = frozenset({"q", "kind", "field"})

    _found: Found | None = None

    def data_as_of(self) -> tuple[datetime, bool]:
        answered = self._found.built_at if self._found else None
        return answered or built_at(plan_of(self.request)), False

    def get_queryset(self) -> Any:
        plan, asked = plan_of(self.request), self.request.query_params
        text, kind = _text_asked_for(asked), _kind_asked_for(asked)
        field = read_field(str(asked.get("field", "")), plan.fields.order_by("number"))
        number, size = read_page(self.request)
        start, stop = ((number - 1) * size, number * size) if not wants_csv(self.request) else (0, None)
        found = search(plan, text, kind=kind, field=field.code if field else "", start=start, stop=stop)
        self._found = found
        finds_nothing = not any(found.counts.values()) and counts_of(plan, [text]) == [0]
        if found.built_at and self.request.method == "GET" and finds_nothing:
            note_miss(plan, text, client_address(self.request))
        return Results(found)


def _text_asked_for(parameters: Any) -> str:
    text = str(parameters.get("q", ""))
    if not text.strip():
        raise Invalid(
            Fault("q", "required", _("请用 q 给出要找的文字，1 到 %(most)s 个字符。") % {"most": MOST_CHARACTERS})
        )
    if len(text) > MOST_CHARACTERS:
        message = _("要找的文字有 %(count)s 个字符，最多 %(most)s 个。")
        raise Invalid(Fault("q", "max_length", message % {"count": len(text), "most": MOST_CHARACTERS}))
    return text


def _kind_asked_for(parameters: Any) -> str:
    kind = str(parameters.get("kind", ""))
    if kind and kind not in KINDS:
        message = _("“%(kind)s”不能用作 kind，可用：%(known)s。") % {"kind": kind, "known": "、".join(KINDS)}
        raise Invalid(Fault("kind", "invalid_choice", message))
    return kind
