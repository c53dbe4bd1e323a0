"""Lists as pages show them: filtered by the API's filters, and cut into pages by `page`."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from planportal.web.filtering import filter_faults
from planportal.web.missing import Missing
from planportal.web.writing import written_sentences

PAGE_SIZE = 50


def filtered(filterset: Any) -> QuerySet[Any]:
    """The rows that pass a filter set; a value it does not know is the 400 page, naming both."""
    if filterset.is_valid():
        rows: QuerySet[Any] = filterset.qs
        return rows
    raise BadRequest(written_sentences(fault.message for fault in filter_faults(filterset)))


def filter_query(filterset: Any) -> str:
    """The chosen filters as "name=value&…", "" without any: what a page's links and downloads carry on."""
    chosen = {name: filterset.data.get(name, "") for name in filterset.filters}
    return urlencode({name: value for name, value in chosen.items() if value})


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The asked page of 50 rows, the first by default; 404 for a page that is not there, 400 for what is no number."""
    paginator = Paginator(rows, PAGE_SIZE)
    asked = request.GET.get("page", "1")
    try:
        return paginator.page(asked)
    except EmptyPage:
        text = _("没有第 %(number)s 页，共 %(pages)s 页。") % {"number": asked, "pages": paginator.num_pages}
        raise Missing(text) from None
    except InvalidPage:
        raise BadRequest(_("“%(value)s”不是页码。") % {"value": asked}) from None
