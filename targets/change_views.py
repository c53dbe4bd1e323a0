"""The public page of corrections and amendments, and the feeds to subscribe to."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from planportal.plan.models import Plan
from planportal.plan.mount import plan_of
from planportal.web.page_lists import filter_query, filtered, page_of
from targets import feeds
from targets.changes import amended_targets, amendments_of, change_lines, changes_of
from targets.filters import ChangeFilter


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """Every correction of an approved figure, filtered and in pages; beside them the amendments of targets."""
    plan = plan_of(request)
    filterset = ChangeFilter(request.GET, queryset=changes_of(plan), request=request)
    page = page_of(request, filtered(filterset))
    target = filterset.form.cleaned_data["target"]
    amendments = amendments_of(plan).filter(target=target) if target else amendments_of(plan)
    context = {
        "form": filterset.form,
        "query": filter_query(filterset),
        "page": page,
        "lines": change_lines(page),
        "amended": amended_targets(amendments),
        "rebased": [target for target in plan.targets.order_by("number") if target.bases],
        "data_as_of": timezone.now(),
    }
    return render(request, "targets/change_list.html", context)


@require_safe
@conditional_page
@cache_control(no_cache=True)
def atom_feed(request: HttpRequest) -> HttpResponse:
    """Atom; asked again with its ETag, 304 while nothing was made public since."""
    return HttpResponse(_in_chinese(feeds.atom, request), content_type=feeds.ATOM)


@require_safe
@conditional_page
@cache_control(no_cache=True)
def json_feed(request: HttpRequest) -> HttpResponse:
    """JSON Feed 1.1; conditional in the same way."""
    return HttpResponse(_in_chinese(feeds.json_feed, request), content_type=feeds.JSON_FEED)


def _in_chinese(feed: Callable[[Plan, feeds.Absolute], str], request: HttpRequest) -> str:
    """A feed is the same for everybody, whatever language a browser has chosen for its pages."""
    with translation.override(settings.LANGUAGE_CODE):
        return feed(plan_of(request), request.build_absolute_uri)
