"""What is told of an address without a page: how many there are of what was asked, and which are near."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.db.models import Max, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alliances.models import Alliance
from fields.models import Direction, Institution, PriorityField
from planportal.accounts.models import City
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.portal.public_pages import PUBLIC_PAGES
from planportal.search.portal_pages import PAGES
from planportal.web.api_errors import error_response, not_found, wants_json
from planportal.web.missing import Hint, Missing, Near
from planportal.web.writing import translated
from platforms.models import Platform
from targets.models import Target

MOST_NEAR = 3
LIKE_ENOUGH = 0.6
LONGEST_SAID = 60
Kwargs = Mapping[str, Any]


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, leading on to what may have been meant and to the main parts; under the API's addresses a JSON answer."""
    if wants_json(request):
        return error_response(404, not_found())
    return render(request, "404.html", {"hint": _hint(request, exception)}, status=404)


def _hint(request: HttpRequest, exception: Exception) -> Hint:
    plan, match = getattr(request, "plan", None), request.resolver_match
    if isinstance(exception, Missing):
        return Hint(exception.told)
    if match is not None and plan is not None and match.url_name in HINTS:
        return HINTS[match.url_name](plan, match.kwargs)
    return Hint(near=_near_path(request.path)) if match is None else Hint()


def _numbered(name: str, model: type[Model], sentence: Callable[[], str]) -> Callable[[Plan, Kwargs], Hint]:
    """The hint of a page whose address ends in a number within the plan, counted from 1."""

    def hint(plan: Plan, asked: Kwargs) -> Hint:
        last = model._default_manager.filter(plan=plan).aggregate(last=Max("number"))["last"]
        number = int(asked["number"])
        if not last or 1 <= number <= last:
            return Hint()
        near = 1 if number < 1 else last
        return Hint(
            sentence() % {"last": last, "number": str(number)[:LONGEST_SAID]},
            [Near(_("第 %(number)s 号") % {"number": near}, plan_reverse(plan, name, near))],
        )

    return hint


def _coded(
    name: str, known: Callable[[Plan], Mapping[str, str]], sentence: Callable[[], str]
) -> Callable[[Plan, Kwargs], Hint]:
    """The hint of a page whose address ends in a code: those that are written much like it."""

    def hint(plan: Plan, asked: Kwargs) -> Hint:
        codes, code = known(plan), str(asked["code"])
        if code in codes:
            return Hint()
        close = get_close_matches(code.lower(), codes, n=MOST_NEAR, cutoff=LIKE_ENOUGH)
        near = [Near(translated(codes[found]), plan_reverse(plan, name, found)) for found in close]
        return Hint(sentence() % {"code": code[:LONGEST_SAID]}, near)

    return hint


def _names(model: type[Model]) -> Callable[[Plan], Mapping[str, str]]:
    return lambda plan: dict(model._default_manager.filter(plan=plan).values_list("code", "name"))


HINTS: dict[str, Callable[[Plan, Kwargs], Hint]] = {
    "target-detail": _coded("target-detail", _names(Target), lambda: _("没有代码为“%(code)s”的指标。")),
    "target-what-if": _coded("target-detail", _names(Target), lambda: _("没有代码为“%(code)s”的指标。")),
    "figure-detail": _coded("target-detail", _names(Target), lambda: _("没有代码为“%(code)s”的指标。")),
    "field-detail": _coded("field-detail", _names(PriorityField), lambda: _("没有代码为“%(code)s”的优先领域。")),
    "city-detail": _coded(
        "city-detail",
        lambda _plan: dict(City.objects.values_list("code", "name")),
        lambda: _("没有行政区划代码为“%(code)s”的市（地）。"),
    ),
    "direction-detail": _numbered(
        "direction-detail", Direction, lambda: _("研发方向共 %(last)s 个，没有 %(number)s 号。")
    ),
    "alliance-detail": _numbered("alliance-detail", Alliance, lambda: _("联盟共 %(last)s 个，没有 %(number)s 号。")),
    "institution-detail": _numbered(
        "institution-detail", Institution, lambda: _("规划点名的单位共 %(last)s 个，没有 %(number)s 号。")
    ),
    "platform-detail": _numbered("platform-detail", Platform, lambda: _("平台共 %(last)s 个，没有 %(number)s 号。")),
}


def _near_path(path: str) -> list[Near]:
    """Pages whose address is written much like a path nobody knows, or begins with a word that is."""
    asked = path.strip("/").lower()
    first, _slash, rest = asked.partition("/")
    titles = _titles()
    close = get_close_matches(first, titles, n=MOST_NEAR, cutoff=LIKE_ENOUGH)
    if close:
        return [Near(_(titles[word]), _known(f"/{word}/{rest}") or f"/{word}/") for word in close]
    return [Near(_(titles[word]), f"/{word}/") for word in get_close_matches(asked, titles, n=1, cutoff=LIKE_ENOUGH)]


@cache
def _titles() -> dict[str, str]:
    """The msgid of the title of each public page without arguments, by its address without the outer slashes."""
    titles = {page.address: page.title for page in PAGES} | {
        "search": gettext_noop("全站查找"),
        "login": gettext_noop("登录"),
    }
    found: dict[str, str] = {}
    for page in PUBLIC_PAGES:
        try:
            address = reverse(page.name)
        except NoReverseMatch:
            continue
        found[address.strip("/")] = titles.get(page.name, address)
    return {address: title for address, title in found.items() if address}


def _known(path: str) -> str:
    """A path with its closing slash where it is one of ours, else ""."""
    whole = f"{path.rstrip('/')}/"
    try:
        resolve(whole)
    except (Resolver404, Http404):
        return ""
    return whole
