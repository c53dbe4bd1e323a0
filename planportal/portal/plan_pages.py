"""The plan itself: its contents, its parts, and how it compares with what the portal holds."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from planportal.plan import definitions
from planportal.plan.models import Plan
from planportal.plan.mount import plan_of
from planportal.plan.official_text import LoadedText, loaded_text
from planportal.portal.plan_coverage import read_coverage
from planportal.portal.plan_oddities import oddities_of
from planportal.portal.plan_outline import outline_of
from planportal.portal.plan_places import items_of
from planportal.portal.plan_reading import contents_of, read_part, read_preamble


def plan_text(request: HttpRequest) -> HttpResponse:
    """The contents of the plan, what stands in each part, and where the official text is."""
    plan, parts = plan_of(request), outline_of(plan_of(request))
    text = loaded_text(plan)
    context = {
        "parts": contents_of(parts, items_of(plan)),
        "issuer": definitions.PLAN_ISSUER if plan.is_parsed else "",
        "text": text,
        "preamble": read_preamble(text, parts[0]) if text and parts else [],
        "data_as_of": _as_of(plan, text),
    }
    return render(request, "plan/contents.html", context)


def plan_part(request: HttpRequest, part: str) -> HttpResponse:
    """One chapter or annex: its text with a way to everything that it says, or, without it, what is known of it."""
    plan = plan_of(request)
    parts = outline_of(plan)
    at = next((index for index, one in enumerate(parts) if one.code == part), None)
    if at is None:
        raise Http404(f"{plan.code} has no part {part!r}")
    text = loaded_text(plan)
    context = {
        "part": parts[at],
        "parts": parts,
        "previous": parts[at - 1] if at else None,
        "following": parts[at + 1] if at + 1 < len(parts) else None,
        "reading": read_part(text, parts[at], items_of(plan, part=part)),
        "text": text,
        "data_as_of": _as_of(plan, text),
    }
    return render(request, "plan/part.html", context)


def plan_coverage(request: HttpRequest) -> HttpResponse:
    """What the plan prints beside what the portal holds, and what of it is not as it should be."""
    plan = plan_of(request)
    coverage = read_coverage(plan)
    context = {
        "coverage": coverage,
        "oddities": oddities_of(plan),
        "data_as_of": _as_of(plan, coverage.text),
    }
    return render(request, "plan/coverage.html", context)


def _as_of(plan: Plan, text: LoadedText | None) -> datetime:
    return max(plan.loaded_at, text.loaded_at) if text else plan.loaded_at
