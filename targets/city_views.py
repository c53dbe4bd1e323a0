"""Pages of the prefectures 市（地）: the list with a ranking, one of them, and a few side by side."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import City, User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.answers import put_dates
from planportal.web.lists import csv_response
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Fault, Invalid
from targets.areas import (
    AreaFigures,
    TargetAreas,
    city_figures,
    comparisons,
    read_area_figures,
    reporting_sentence,
)
from targets.city_map_page import map_of
from targets.city_pages import CSV_COLUMNS, csv_rows, read_city_page, read_compare_page
from targets.city_permalinks import read_city_permalink
from targets.city_rankings import ranking_of
from targets.pages import page_question, readable_waiting
from targets.permalinks import refuse_state
from targets.questions import Question

FEWEST, MOST = 2, 4


@answers_refusals
def city_list(request: HttpRequest) -> HttpResponse:
    """The prefectures, one target of one year ranked, and what each has reported; the viewer's own in front."""
    return _list_page(request)


def _list_page(request: HttpRequest, refused: str = "", chosen: Collection[str] = ()) -> HttpResponse:
    """The list; `refused` says why those that were chosen for a comparison could not be compared."""
    plan = plan_of(request)
    areas = read_area_figures(plan)
    own = _own_city(request)
    reported = {city: city_figures(areas, city) for city in areas.cities}
    ranking = None
    if areas.by_target:
        target = _target_asked(areas, request.GET.get("target", ""))
        year = _year_asked(areas, target, request.GET.get("year", ""))
        ranking = ranking_of(areas, target, year, marked=[own] if own else [])
    context = {
        "finding": reporting_sentence(reported),
        "lines": sorted(reported.items(), key=lambda line: line[0] != own),
        "own_city": own,
        "comparisons": comparisons(areas),
        "targets": [one.target for one in areas.by_target],
        "years": range(plan.base_year, areas.last_year + 1),
        "ranking": ranking,
        "map": map_of(ranking) if ranking else None,
        "most": MOST,
        "refused": refused,
        "chosen": chosen,
    }
    return _page(request, "targets/city_list.html", context, status=400 if refused else 200)


@answers_refusals
def city_detail(request: HttpRequest, code: str) -> HttpResponseBase:
    """One prefecture: its figures, shares and ranks, and how complete they are; its figures alone with ?format=csv."""
    plan = plan_of(request)
    city = get_object_or_404(City, code=code)
    question = page_question(request)
    areas = read_area_figures(plan, question)
    page = read_city_page(areas, city)
    if _wants_csv(request):
        refuse_state(request.GET, _("下载的表没有固定链接，请去掉 state。"))
        response = csv_response(_csv_name(city, question), CSV_COLUMNS, csv_rows(page))
        put_dates(response, timezone.now(), pending=False)
        return response
    api_address = f"{plan_reverse(plan, 'api-city', city.code)}?as_of_year={question.as_of_year}"
    context = {
        "page": page,
        "is_own": city == _own_city(request),
        "permalink": read_city_permalink(request.GET, areas, page),
        "readable": _readable(areas, request),
        # The API answers no other view: beside one its numbers would not be those of the page.
        "api_address": api_address if question.is_default_view else "",
    }
    return _page(request, "targets/city_detail.html", context)


def _csv_name(city: City, question: Question) -> str:
    """What the table holds: the prefecture, the year, the view, and the day of knowledge."""
    day = question.known_by or timezone.localdate()
    return f"city-{city.code}-{question.as_of_year}-{question.view}-{day.isoformat()}"


def _readable(areas: AreaFigures, request: HttpRequest) -> set[int]:
    return readable_waiting([one.target for one in areas.by_target], areas.question, request.user)


@answers_refusals
def city_compare(request: HttpRequest) -> HttpResponse:
    """Two to four prefectures side by side; of another number the list again, to choose from, with status 400."""
    refuse_state(request.GET, _("并列比较没有固定链接，请去掉 state。"))
    areas = read_area_figures(plan_of(request), page_question(request))
    cities = _cities_asked(areas, request.GET.getlist("city"))
    if not FEWEST <= len(cities) <= MOST:
        message = _("请选 %(fewest)s 至 %(most)s 个市（地）来比较，这里选了 %(count)s 个。")
        told = message % {"fewest": FEWEST, "most": MOST, "count": len(cities)}
        return _list_page(request, refused=told, chosen=[city.code for city in cities])
    context = {
        "page": read_compare_page(areas, cities),
        "own_city": _own_city(request),
        "readable": _readable(areas, request),
    }
    return _page(request, "targets/city_compare.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Figures in force and what is made of them, read as they are now: nothing of them waits for a build."""
    now = timezone.now()
    response = render(request, template, {**context, "data_as_of": now}, status=status)
    put_dates(response, now, pending=False)
    return response


def _own_city(request: HttpRequest) -> City | None:
    return request.user.city if isinstance(request.user, User) else None


def _wants_csv(request: HttpRequest) -> bool:
    wanted = request.GET.get("format", "")
    if wanted not in {"", "csv"}:
        message = _("“%(raw)s”不能用作 format，可用：csv。") % {"raw": wanted[:60]}
        raise Invalid(Fault("format", "invalid_choice", message))
    return wanted == "csv"


def _target_asked(areas: AreaFigures, code: str) -> TargetAreas:
    """The target of a code; without one the target that most figures of prefectures are of."""
    if not code:
        return max(areas.by_target, key=_figure_count)
    found = next((one for one in areas.by_target if one.target.code == code), None)
    if found is None:
        message = _("没有代码为“%(raw)s”的指标。") % {"raw": code[:60]}
        raise Invalid(Fault("target", "invalid_choice", message))
    return found


def _figure_count(target: TargetAreas) -> int:
    return sum(len(series.values) for series in target.areas.cities.values())


def _year_asked(areas: AreaFigures, target: TargetAreas, raw: str) -> int:
    """The year asked for; without one the latest that any prefecture has a figure of the target for."""
    if not raw:
        years = target.areas.years
        return years[-1] if years else areas.last_year
    first, last = areas.plan.base_year, areas.last_year
    if not re.fullmatch(r"[0-9]{4}", raw) or not first <= int(raw) <= last:
        message = _("“%(raw)s”不能用作 year，可用 %(first)s 至 %(last)s。")
        raise Invalid(Fault("year", "invalid_choice", message % {"raw": raw[:60], "first": first, "last": last}))
    return int(raw)


def _cities_asked(areas: AreaFigures, given: Sequence[str]) -> list[City]:
    """The prefectures named, each once, in the order given."""
    codes = list(dict.fromkeys(code for code in given if code))
    by_code = {city.code: city for city in areas.cities}
    unknown = [code[:60] for code in codes if code not in by_code]
    if unknown:
        message = _("没有代码为“%(raw)s”的市（地）。") % {"raw": _("、").join(unknown[:MOST])}
        raise Invalid(Fault("city", "invalid_choice", message))
    return [by_code[code] for code in codes]
