"""Whose site it is and what may be done with it: origin, licence, citation, accessibility, privacy, contact."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.corrections.limits import MOST_OF_ONE
from planportal.corrections.services import CONTACT_KEPT
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of, plan_reverse
from planportal.portal.citations import citation, site_title, title_within
from planportal.web.pages import answers_refusals
from planportal.web.writing import translated, written_figure
from targets.dashboards import Dashboard, read_dashboard
from targets.models import Figure
from targets.pages import dated_page
from targets.permalinks import read_permalink
from targets.questions import Question, read_question


@dataclass(frozen=True)
class Example:
    """What can be cited, and how that looks today."""

    name: str
    citation: str


@answers_refusals
def about(request: HttpRequest) -> HttpResponse:
    """The site itself; its examples of citations are true today."""
    plan = plan_of(request)
    question = read_question(plan, {}, signed_in=False)
    dashboard = read_dashboard(plan, question)
    context = {
        "examples": list(_examples(request, plan, question, dashboard)),
        "most_in_an_hour": MOST_OF_ONE[0][0],
        "most_in_a_day": MOST_OF_ONE[1][0],
        "contact_days": CONTACT_KEPT.days,
    }
    return dated_page(request, "portal/about.html", context, dashboard)


def _examples(request: HttpRequest, plan: Plan, question: Question, dashboard: Dashboard) -> Iterator[Example]:
    """The site; the state of the plan's first target, by its permanent link; the latest figure in force."""
    title = translated(plan.title)

    def cited(name: str, address: str) -> str:
        whole = request.build_absolute_uri(address)
        return citation(name, whole, as_of=dashboard.computed_at, read_on=timezone.localdate())

    yield Example(_("整个网站"), cited(site_title(title), plan_reverse(plan, "home")))
    for row in dashboard.rows[:1]:
        query = read_permalink({}, question, [row]).query
        address = plan_reverse(plan, "target-detail", row.target.code) + query
        yield Example(_("一项指标在某一天的状态"), cited(title_within(title, translated(row.target.name)), address))
    figures = Figure.objects.filter(target__plan=plan, city__isnull=True).in_force().select_related("target")
    for figure in figures.filter(value__isnull=False).order_by("-year", "target__number", "pk")[:1]:
        target = figure.target
        parts = {
            "target": translated(target.name),
            "year": figure.year,
            "value": written_figure(figure.value, target.decimals),
            "unit": translated(target.unit),
        }
        name = _("%(target)s：%(year)s 年 %(value)s %(unit)s") % parts
        yield Example(
            _("一条数据"),
            cited(title_within(title, name), plan_reverse(plan, "figure-detail", target.code, figure.pk)),
        )
