"""Pages of the targets: the list, one target, and the dashboard for those signed in."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import User
from planportal.plan.mount import plan_of, plan_reverse
from planportal.web.page_lists import filtered
from planportal.web.pages import answers_refusals
from planportal.web.refusals import NotSignedIn
from targets.areas import city_figures, read_area_figures
from targets.bases import basis_asked
from targets.chart_data import chart_data
from targets.filters import TargetFilter
from targets.models import Figure, State, Target, View
from targets.pages import dated_page, page_question
from targets.progress import METHOD_VERSION
from targets.questions import Question
from targets.rows import read_overview
from targets.target_pages import read_target_page
from targets.what_if import read_what_if
from targets.wording import BEST_FIRST, STATUS


class TargetPageFilter(TargetFilter):
    """The API's filters and `status`, which is no column of targets: the page looks at it in the rows."""

    status = django_filters.ChoiceFilter(
        choices=[(status, STATUS[status]) for status in BEST_FIRST],
        label=_("状态"),
        empty_label=_("全部状态"),
        method="leave",
    )

    def leave(self, targets: QuerySet[Target], name: str, status: str) -> QuerySet[Target]:
        """Statuses are worked out, not stored with targets."""
        return targets


@answers_refusals
def target_list(request: HttpRequest) -> HttpResponse:
    """Every target, goal by goal, as of a year."""
    plan = plan_of(request)
    filterset = TargetPageFilter(request.GET, queryset=plan.targets.all(), request=request)
    chosen = set(filtered(filterset).values_list("code", flat=True))
    overview = read_overview(plan, page_question(request))
    status = filterset.form.cleaned_data["status"]
    shown = {row.target.code for row in overview.rows if row.target.code in chosen and status in ("", row.status)}
    is_filtered = len(shown) < len(overview.rows)
    context = {
        "overview": overview,
        "form": filterset.form,
        "goals": overview.showing(shown) if is_filtered else overview.goals,
        "is_filtered": is_filtered,
        "count": len(shown),
    }
    return dated_page(request, "targets/target_list.html", context, overview.dashboard)


@answers_refusals
def target_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One target: the verdict with its proof."""
    plan = plan_of(request)
    question = page_question(request)
    target = get_object_or_404(plan.targets.listed(), code=code)
    page = read_target_page(target, question, basis=basis_asked(target, request.GET.get("basis", "")))
    context = {
        "page": page,
        "target": target,
        "readable": _readable(target, question, request.user),
        "chart_data": chart_data(page).as_json(),
        "what_if": read_what_if(page, {}),
        "method_version": METHOD_VERSION,
        "csv_address": f"{plan_reverse(plan, 'api-target-figures', code)}?format=csv",
    }
    return dated_page(request, "targets/target_detail.html", context, page.reading)


def _readable(target: Target, question: Question, user: object) -> set[int]:
    """The figures waiting for approval whose own pages this person may open."""
    if question.view != View.REPORTED or not isinstance(user, User):
        return set()
    waiting = Figure.objects.visible_to(user).filter(target=target, state=State.SUBMITTED)
    return set(waiting.values_list("pk", flat=True))


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
    context = {
        "overview": overview,
        "question": question,
        "own_city": user.city,
        "own_figures": own,
        "views": View.choices,
    }
    return dated_page(request, "targets/dashboard.html", context, overview.dashboard)
