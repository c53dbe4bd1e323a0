"""The home page: where the plan stands, in one sentence and one screen."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from fields.models import NationalProject
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of, plan_reverse
from planportal.search.examples import examples
from planportal.web.pages import answers_refusals
from planportal.web.writing import written_figure
from targets.figure_lines import web_address
from targets.models import Figure, Standing
from targets.pages import dated_page, page_question
from targets.permalinks import read_permalink
from targets.questions import Question
from targets.rows import read_overview
from targets.wording import basis_label, with_unit

LATEST_FIGURES = 12
_ENTRIES = (
    (
        "field-list",
        gettext_lazy("%(count)s 个优先领域"),
        gettext_lazy("规划要攻关的领域、依托的机构和对接的国家项目。"),
    ),
    (
        "direction-list",
        gettext_lazy("%(count)s 个研发方向"),
        gettext_lazy("附件1 逐条列出的研发方向，可按领域和关键词筛选。"),
    ),
    (
        "alliance-list",
        gettext_lazy("%(count)s 个产业技术创新联盟"),
        gettext_lazy("附件3 所列的联盟，注明国家级与省级。"),
    ),
    (
        "platform-list",
        gettext_lazy("%(count)s 个科技创新平台"),
        gettext_lazy("附件2 所列的平台。"),
    ),
    (
        "institution-list",
        gettext_lazy("%(count)s 个点名单位"),
        gettext_lazy("规划依托或提到的高校、研究所、企业和实验室，以及提到它们的每一处。"),
    ),
    (
        "project-list",
        gettext_lazy("%(count)s 个国家项目"),
        gettext_lazy("规划写明各领域要对接的国家项目。"),
    ),
    (
        "plan-text",
        gettext_lazy("规划原文与对照"),
        gettext_lazy("按章节读规划，看每项内容写在哪里，以及本站收录的与规划所载的是否一致。"),
    ),
)


@dataclass(frozen=True)
class Entry:
    """A part of the plan's catalogue, named with how much there is in it, or the plan's text."""

    name: str
    text: str
    address: str


@dataclass(frozen=True)
class Change:
    """Figures of one target that one source made known on one day: the first of them, and all by year."""

    figure: Figure
    values: tuple[tuple[int, str], ...]
    basis: str
    address: str
    is_proxy: bool


@answers_refusals
def home(request: HttpRequest) -> HttpResponse:
    """The public's first page."""
    plan = plan_of(request)
    question = page_question(request)
    overview = read_overview(plan, question)
    context = {
        "overview": overview,
        "permalink": read_permalink(request.GET, question, overview.dashboard.rows),
        "entries": catalogue(plan),
        "examples": examples(plan),
        "changes": latest_changes(plan, question),
        "period_is_over": timezone.localdate().year > plan.end_year,
    }
    return dated_page(request, "portal/home.html", context, overview.dashboard)


def catalogue(plan: Plan) -> list[Entry]:
    """The ways into the catalogue, each with its count, and the plan itself."""
    counts = {
        "field-list": plan.fields.count(),
        "direction-list": plan.directions.count(),
        "alliance-list": plan.alliances.count(),
        "platform-list": plan.platforms.count(),
        "institution-list": plan.institutions.count(),
        "project-list": NationalProject.objects.filter(field__plan=plan).count(),
    }
    return [
        Entry(str(name) % {"count": counts.get(address)}, str(text), plan_reverse(plan, address))
        for address, name, text in _ENTRIES
    ]


def latest_changes(plan: Plan, question: Question) -> list[Change]:
    """The approved figures that became known last by the question's day, newest first.

    Those that one source made known of one target on one day stand together.
    """
    figures = (
        Figure.objects.filter(target__plan=plan, known_from__lte=question.known_by or date.max)
        .approved()
        .select_related("target", "city")
        .order_by(F("known_from").desc(), "target__number", "city__code", "source", "basis", "-year", "-sequence")
    )
    groups = [list(group) for _, group in groupby(figures[:LATEST_FIGURES], key=_same_news)]
    return [_change(group) for group in groups]


def _same_news(figure: Figure) -> tuple[object, ...]:
    return (figure.known_from, figure.target_id, figure.city_id, figure.source, figure.basis)


def _change(figures: list[Figure]) -> Change:
    first = figures[0]
    return Change(
        figure=first,
        values=tuple((figure.year, _value(figure)) for figure in figures),
        basis=basis_label(first.basis),
        address=web_address(first),
        is_proxy=first.standing == Standing.PROXY,
    )


def _value(figure: Figure) -> str:
    if figure.value is None:
        return gettext("已撤回")
    return with_unit(written_figure(figure.value, figure.target.decimals), figure.target.unit)
