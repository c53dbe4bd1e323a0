"""How a page answers a refusal: the login page and back, the 400 page, the 403 page; the rest is for the view."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from planportal.web.pages import answers_refusals
from planportal.web.refusals import Conflict, Fault, Forbidden, Invalid, NotSignedIn, Refusal


def answer(refusal: Refusal | None) -> HttpResponse:
    @answers_refusals
    def view(request: HttpRequest, word: str) -> HttpResponse:
        if refusal:
            raise refusal
        return HttpResponse(word)

    return view(RequestFactory().get("/targets/?view=reported"), word="好")


def test_a_page_without_refusal_is_answered_as_it_is() -> None:
    assert answer(None).content.decode() == "好"


def test_not_signed_in_leads_to_the_login_and_back() -> None:
    response = answer(NotSignedIn())
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/targets/%3Fview%3Dreported"


def test_invalid_input_is_a_bad_request_with_every_sentence() -> None:
    with pytest.raises(BadRequest, match="甲不对。乙不对。"):
        answer(Invalid(Fault("a", "invalid", "甲不对。"), Fault("b", "invalid", "乙不对。")))


def test_forbidden_is_denied_with_its_sentence() -> None:
    with pytest.raises(PermissionDenied, match="不是审核人"):
        answer(Forbidden("not_reviewer", "不是审核人"))


def test_other_refusals_are_left_to_the_view() -> None:
    with pytest.raises(Conflict):
        answer(Conflict("wrong_state", "状态不对。"))
