"""Searches without results, for administrators: what to do about each, and that it was done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from planportal.accounts.access import administrator_of
from planportal.plan.mount import plan_of, plan_reverse
from planportal.search.held import synonym_file, told
from planportal.search.miss import Miss
from planportal.search.misses import SEARCH_MISSES_KEPT, findable, miss_settle, open_misses
from planportal.web.lists import csv_response
from planportal.web.page_lists import page_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict

HEADERS = ("words", "count", "first_at", "last_at")


@require_safe
@answers_refusals
def misses(request: HttpRequest) -> HttpResponse:
    """What was searched and not found, the most frequent first, each with what it finds by now."""
    administrator_of(request)
    plan = plan_of(request)
    page = page_of(request, open_misses(plan))
    file = synonym_file()
    context = {
        "page": page,
        "lines": findable(plan, page),
        "kept": SEARCH_MISSES_KEPT,
        "synonyms": file,
        "faults": [told(fault) for fault in file.faults],
    }
    return render(request, "search/misses.html", context)


@require_safe
@answers_refusals
def download(request: HttpRequest) -> StreamingHttpResponse:
    """All of them as CSV."""
    administrator_of(request)
    rows = ({name: _cell(miss, name) for name in HEADERS} for miss in open_misses(plan_of(request)).iterator())
    return csv_response("searches-without-results", HEADERS, rows)


def _cell(miss: Miss, name: str) -> str | int:
    value = getattr(miss, name)
    return timezone.localtime(value).isoformat(timespec="seconds") if name.endswith("_at") else value


@require_POST
@answers_refusals
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one off the list until it is searched again."""
    administrator = administrator_of(request)
    plan = plan_of(request)
    miss = get_object_or_404(Miss, plan=plan, pk=pk)
    try:
        miss_settle(by=administrator, miss=miss)
    except Conflict as refusal:
        messages.warning(request, refusal.told)
    else:
        messages.success(request, _("“%(words)s”已处理；再有人查不到时会重新列出。") % {"words": miss.words})
    return redirect(plan_reverse(plan, "manage-searches"))
