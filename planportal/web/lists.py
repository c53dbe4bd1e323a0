"""Lists as the API gives them: in counted pages, or whole as CSV; unknown parameters are refused."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework import generics
from rest_framework.request import Request

from planportal.web.pagination import read_page
from planportal.web.refusals import Fault, Invalid

LIST_PARAMETERS = frozenset({"page", "page_size", "format"})
BYTE_ORDER_MARK = "\ufeff"


def refuse_unknown(request: Request, allowed: Iterable[str]) -> None:
    """400 for each query parameter that is not allowed here; a misspelt filter must not show everything."""
    known = sorted(allowed)
    faults = [
        Fault(
            name,
            "unknown_parameter",
            _("没有参数“%(name)s”，可用：%(known)s。") % {"name": name, "known": "、".join(known) or _("（无）")},
        )
        for name in request.query_params
        if name not in known
    ]
    if faults:
        raise Invalid(*faults)


def wants_csv(request: Request) -> bool:
    """Whether the list is asked for as CSV; a format that is not served is 400."""
    wanted = request.query_params.get("format", "json")
    if wanted not in {"json", "csv"}:
        message = _("“%(raw)s”不能用作 format，可用：json、csv。") % {"raw": wanted}
        raise Invalid(Fault("format", "invalid_choice", message))
    return wanted == "csv"


def csv_cell(value: Any) -> str:
    """A CSV cell: null is empty, lists are joined by "|"; text that a spreadsheet would run is quoted by '.

    Numbers stay numbers: a string that is a plain decimal is never escaped.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return csv_cell("|".join(item["code"] if isinstance(item, dict) else str(item) for item in value))
    text = str(value)
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return text
    return f"'{text}" if text[:1] in set("=+-@\t\r\n") else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_response(name: str, headers: Sequence[str], rows: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """The whole list as UTF-8 CSV with a byte order mark, so that spreadsheets read Chinese."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + writer.writerow(headers)
        for row in rows:
            yield writer.writerow([csv_cell(row[header]) for header in headers])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class ListAnswer(generics.ListAPIView[Any]):
    """A list: filtered by `filterset_class`, in pages, or whole with `?format=csv`."""

    csv_name = "list"
    extra_parameters: frozenset[str] = frozenset()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        refuse_unknown(request, LIST_PARAMETERS | self.extra_parameters | self._filter_names())
        as_csv = wants_csv(request)
        read_page(request)
        queryset = self.filter_queryset(self.get_queryset())
        if as_csv:
            serializer: Any = self.get_serializer()
            rows = (serializer.to_representation(item) for item in queryset)
            return csv_response(self.csv_name, list(serializer.fields), rows)
        page = self.paginate_queryset(queryset)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _filter_names(self) -> frozenset[str]:
        filterset = getattr(self, "filterset_class", None)
        return frozenset(filterset.base_filters) if filterset else frozenset()
