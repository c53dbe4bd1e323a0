"""The page that supposes figures for the years that remain of a target, and its result alone for the script."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from planportal.plan.mount import plan_of
from planportal.web.pages import answers_refusals
from planportal.web.refusals import Invalid
from targets.bases import basis_asked
from targets.chart_data import chart_data
from targets.charts import with_hypothesis
from targets.pages import dated_page, page_question
from targets.target_pages import read_target_page
from targets.what_if import read_what_if

PAGE, RESULT = "targets/what_if_page.html", "targets/what_if_result.html"


@require_safe
@answers_refusals
def target_what_if(request: HttpRequest, code: str) -> HttpResponse:
    """What the supposed figures would lead to, or 400 with what is wrong with each; `part=result` is that alone."""
    question = page_question(request)
    target = get_object_or_404(plan_of(request).targets.listed(), code=code)
    page = read_target_page(target, question, basis=basis_asked(target, request.GET.get("basis", "")))
    what_if = read_what_if(page, request.GET.dict())
    if what_if.outcome:
        page = replace(
            page,
            chart=with_hypothesis(page.chart, what_if.outcome.points),
            chart_description=page.chart_description + what_if.told(),
        )
    context = {"page": page, "target": target, "what_if": what_if, "chart_data": chart_data(page).as_json()}
    template = RESULT if request.GET.get("part") == "result" else PAGE
    response = dated_page(request, template, context, page.reading)
    response["X-Robots-Tag"] = "noindex"
    if what_if.faults:
        response.status_code = Invalid.status
    return response
