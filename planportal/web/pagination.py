"""Counted pages of a list (a module of its own: DRF loads it while its generic views are being loaded)."""

import re
from typing import Any

from django.core.paginator import InvalidPage
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from planportal.web.refusals import Fault, Invalid

USUAL_PAGE = 50
LARGEST_PAGE = 500
# Nine digits: more are not a page number but a mistake.
MOST_PAGES = 999_999_999


class CountedPagination(PageNumberPagination):
    """`page` from 1, `page_size` 50 and at most 500; a page past the end is 404, all other misuse 400."""

    page_size = USUAL_PAGE
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        number, size = read_page(request)
        paginator = self.django_paginator_class(queryset, size)
        try:
            self.page = paginator.page(number)
        except InvalidPage:
            raise exceptions.NotFound(
                _("没有第 %(number)s 页，共 %(pages)s 页。") % {"number": number, "pages": paginator.num_pages}
            ) from None
        self.request = request
        return list(self.page)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("page", _("第几页，从 1 起"), default=1, most=MOST_PAGES),
            _parameter("page_size", _("每页条数"), default=self.page_size, most=LARGEST_PAGE),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


def read_page(request: Request) -> tuple[int, int]:
    """The number and the size of the page that is asked for; Invalid where either cannot be used."""
    number = _whole(request, "page", default=1, most=MOST_PAGES)
    return number, _whole(request, "page_size", default=USUAL_PAGE, most=LARGEST_PAGE)


def _parameter(name: str, description: str, *, default: int, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _whole(request: Request, name: str, *, default: int, most: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if re.fullmatch(r"[0-9]{1,9}", raw) and 1 <= int(raw) <= most:
        return int(raw)
    allowed = _("从 1 起的整数") if most == MOST_PAGES else _("1 到 %(most)s 的整数") % {"most": most}
    message = _("“%(raw)s”不能用作 %(name)s，可用：%(allowed)s。") % {
        "raw": raw,
        "name": name,
        "allowed": allowed,
    }
    raise Invalid(Fault(name, "invalid", message))
