"""JSON in, JSON out: exact numbers, no duplicate names, no text that a database cannot hold."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches


class NotPlainJSON(ValueError):
    """JSON of a kind that is not taken here; the text says which."""


def _refuse_constant(name: str) -> NoReturn:
    raise NotPlainJSON(_("%(name)s 不是 JSON 数值") % {"name": name})


def _exact(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise NotPlainJSON(_("数值“%(digits)s”的指数过大") % {"digits": digits[:60]}) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPlainJSON(_("同一个名称出现了两次"))
    return found


def _what_is_wrong(error: Exception) -> str:
    match error:
        case NotPlainJSON():
            return str(error)
        case json.JSONDecodeError():
            return _("第 %(line)s 行第 %(column)s 列有语法错误") % {"line": error.lineno, "column": error.colno}
        case UnicodeDecodeError():
            return _("不是 UTF-8 编码")
        case UnicodeEncodeError():
            return _("含有不成对的代理字符")
        case RecursionError():
            return _("嵌套过深")
    return _("整数位数过多")


class StrictJSONParser(BaseParser):
    """Reads UTF-8 JSON with fractions as Decimal; what is not plain JSON is a 400, never a 500."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise ParseError(_("请求正文过大，最多 %(most)s 字节。") % {"most": most})
        try:
            data = json.loads(
                raw.decode("utf-8"), parse_float=_exact, parse_constant=_refuse_constant, object_pairs_hook=_unique
            )
            # Re-encoding finds lone surrogates ("\ud800"), which no database stores.
            json.dumps(data, ensure_ascii=False, default=str).encode("utf-8")
        except (ValueError, RecursionError) as error:
            wrong = _what_is_wrong(error)
            raise ParseError(_("请求正文不是有效的 JSON：%(wrong)s。") % {"wrong": wrong}) from None
        return data


class JSONOnlyNegotiation(BaseContentNegotiation):
    """There is one form of answer, so the Accept header changes nothing."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = request.content_type or ""
        return next((parser for parser in parsers if media_type_matches(parser.media_type, content_type)), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
