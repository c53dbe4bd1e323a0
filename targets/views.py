"""Pages of the targets: the list, one target, and the dashboard for those signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from planportal.accounts.models import User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.pages import answers_refusals
from planportal.web.refusals import NotSignedIn
from targets.areas import city_figures, newest, read_area_figures
from targets.bases import basis_asked
from targets.chart_data import chart_data
from targets.pages import dated_page, page_question, readable_waiting
from targets.permalinks import read_permalink
from targets.progress import METHOD_VERSION
from targets.rows import read_overview
from targets.selections import FILTERS, read_selection
from targets.target_pages import read_target_page
from targets.what_if import read_what_if

# So few of the own prefecture that what is said of the province stays near.
OWN_FIGURES = 3


@answers_refusals
def target_list(request: HttpRequest) -> HttpResponse:
    """Every target, goal by goal, as of a year."""
    question = page_question(request)
    overview = read_overview(plan_of(request), question)
    rows = overview.dashboard.rows
    context = {
        "overview": overview,
        "selection": read_selection(request, overview),
        "permalink": read_permalink(request.GET, question, rows, kept=FILTERS),
    }
    return dated_page(request, "targets/target_list.html", context, overview.dashboard)


@answers_refusals
def target_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One target: the verdict with its proof."""
    plan = plan_of(request)
    question = page_question(request)
    target = get_object_or_404(plan.targets.listed(), code=code)
    basis = basis_asked(target, request.GET.get("basis", ""))
    page = read_target_page(target, question, basis=basis)
    context = {
        "page": page,
        "permalink": read_permalink(request.GET, question, [page.reading], kept=["basis"], basis=basis),
        "target": target,
        "readable": readable_waiting([target], question, request.user),
        "chart_data": chart_data(page).as_json(),
        "what_if": read_what_if(page, {}),
        "method_version": METHOD_VERSION,
        "csv_address": f"{plan_reverse(plan, 'api-target-figures', code)}?format=csv",
    }
    return dated_page(request, "targets/target_detail.html", context, page.reading)


@answers_refusals
def dashboard(request: HttpRequest) -> HttpResponse:
    """The same for officials, their own prefecture in front."""
    user = request.user
    if not isinstance(user, User):
        raise NotSignedIn
    plan = plan_of(request)
    question = page_question(request)
    overview = read_overview(plan, question)
    own = city_figures(read_area_figures(plan, question), user.city) if user.city else []
    shown = newest(own, OWN_FIGURES)
    context = {
        "overview": overview,
        "selection": read_selection(request, overview),
        "permalink": read_permalink(request.GET, question, overview.dashboard.rows, kept=FILTERS),
        "own_city": user.city,
        "own_figures": shown,
        "own_more": len(own) - len(shown),
        "readable": readable_waiting([one.target for one in shown], question, user),
    }
    return dated_page(request, "targets/dashboard.html", context, overview.dashboard)
