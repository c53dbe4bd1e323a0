"""Pages about the portal itself: the method, the open data, the API's documentation."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from planportal.audit.sealing import head
from planportal.plan.mount import plan_of, plan_reverse
from planportal.portal.downloads import downloads
from planportal.portal.method_words import KINDS, QUANTITIES
from planportal.web.pages import answers_refusals
from planportal.web.writing import translated
from targets.dashboards import Row, read_dashboard
from targets.models import Target
from targets.pages import dated_page
from targets.progress import FLAGS, LAMPS, METHOD_VERSION, STATUSES
from targets.progress_paths import scheduled_path
from targets.questions import read_question
from targets.status_rules import rules_in_words
from targets.submissions import indicator_of
from targets.wording import FLAG, status_label


@dataclass(frozen=True)
class ScheduleRow:
    """A target, its baseline, and each year of the plan with what is due; None where nothing can be due."""

    target: Target
    baseline_value: Decimal | None
    baseline_year: int | None
    due: list[tuple[int, Decimal | None]]


@answers_refusals
def method(request: HttpRequest) -> HttpResponse:
    """How progress is computed, with the yearly values due of this plan's targets."""
    plan = plan_of(request)
    dashboard = read_dashboard(plan, read_question(plan, {}, signed_in=False))
    years = list(range(plan.start_year, plan.end_year + 1))
    context = {
        "version": METHOD_VERSION,
        "kinds": [(words, _names(dashboard.rows, words.kind)) for words in KINDS],
        "quantities": QUANTITIES,
        "rules": rules_in_words(),
        "statuses": [(status, status_label(status), LAMPS[status]) for status in STATUSES],
        "flags": [FLAG[flag] for flag in FLAGS],
        "years": years,
        "schedule": [_schedule(row, years) for row in dashboard.rows],
    }
    return dated_page(request, "portal/method.html", context, dashboard)


def _names(rows: list[Row], kind: str) -> list[str]:
    return [translated(row.target.name) for row in rows if row.target.kind == kind]


def _schedule(row: Row, years: list[int]) -> ScheduleRow:
    value, base_year = row.assessment.baseline_value, row.assessment.baseline_year
    path = scheduled_path(indicator_of(row.target, as_of_year=timezone.localdate().year), value, base_year)
    due = [(year, path.get(year)) for year in years]
    return ScheduleRow(target=row.target, baseline_value=value, baseline_year=base_year, due=due)


@dataclass(frozen=True)
class TargetDownloads:
    """Where a target's figures and its amendments are."""

    target: Target
    figures: str
    amendments: str


def data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded."""
    plan = plan_of(request)
    context = {
        "lists": downloads(plan),
        "targets": [
            TargetDownloads(
                target=target,
                figures=plan_reverse(plan, "api-target-figures", target.code),
                amendments=plan_reverse(plan, "api-target-amendments", target.code),
            )
            for target in plan.targets.order_by("number")
        ],
        "seal": head(),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "portal/data.html", context)


def api_docs(request: HttpRequest) -> HttpResponse:
    """The API, described and to be tried; the guide's examples carry whole addresses, to be copied."""
    plan = plan_of(request)
    context = {
        "root": request.build_absolute_uri(plan_reverse(plan, "api-root")),
        "token": request.build_absolute_uri(plan_reverse(plan, "api-token")),
        "schema": plan_reverse(plan, "api-schema"),
        "as_of": timezone.localtime(plan.loaded_at).isoformat(timespec="seconds"),
        "data_as_of": plan.loaded_at,
    }
    return render(request, "portal/api_docs.html", context)
