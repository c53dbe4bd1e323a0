"""The search page, and what is suggested while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from planportal.accounts.lockout import client_address
from planportal.accounts.models import User
from planportal.plan.mount import plan_of
from planportal.search.examples import examples
from planportal.search.misses import note_miss
from planportal.search.questions import read_question, read_text
from planportal.search.result_pages import field_choices, read_results
from planportal.search.searching import built_at, suggest
from planportal.web.pages import answers_refusals

MOST_SUGGESTIONS = 8
# Whoever takes a character back is answered by their own browser.
SUGGESTIONS_SECONDS = 60


@require_safe
@answers_refusals
def search_page(request: HttpRequest) -> HttpResponse:
    """What `q` finds, filtered by `kind` and `field`, 20 a page; without `q`, what can be looked for."""
    plan = plan_of(request)
    fields = list(plan.fields.order_by("number"))
    question = read_question(request.GET, fields)
    context = {"question": question, "data_as_of": built_at(plan)}
    if not question.text:
        return render(request, "search/start.html", context | {"examples": examples(plan)})
    results = read_results(plan, question)
    if results.is_ready and results.is_miss and request.method == "GET" and not _is_editor(request):
        note_miss(plan, question.text, client_address(request))
    # A newer index may be in force while this one still answers.
    context |= {"data_as_of": results.found.built_at or context["data_as_of"]}
    context |= {"results": results, "fields": field_choices(plan, question, fields)}
    return render(request, "search/results.html", context)


def _is_editor(request: HttpRequest) -> bool:
    """Administrators try what others missed; that must not list it again."""
    return isinstance(request.user, User) and request.user.may_administer


@require_safe
@answers_refusals
def suggestions(request: HttpRequest) -> HttpResponse:
    """At most eight things that `q` may mean, as options of a list box; nothing for blank words."""
    plan, text = plan_of(request), read_text(request.GET)
    hits = suggest(plan, text, limit=MOST_SUGGESTIONS) if text else ()
    response = render(request, "search/suggestions.html", {"hits": hits})
    response["Cache-Control"] = f"private, max-age={SUGGESTIONS_SECONDS}"
    patch_vary_headers(response, ["Cookie"])
    return response
