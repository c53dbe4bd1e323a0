"""A token for the API: right, wrong, missing and unknown input, and the lock it shares with the page."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from planportal.accounts.models import User

People = dict[str, User]
ADDRESS = "/api/v1/auth/token/"
WRONG = {"username": "demo-staff", "password": "not-the-password"}


def ask(body: Any, **headers: str) -> Any:
    return APIClient().post(ADDRESS, body, format="json", headers=headers)


def right(settings: Settings, username: str = "demo-staff") -> dict[str, str]:
    return {"username": username, "password": settings.PORTAL_DEMO_PASSWORD}


def test_the_right_pair_gives_a_token_that_opens_the_api(people: People, settings: Settings) -> None:
    answer = ask(right(settings))
    assert answer.status_code == 200
    assert list(answer.json()) == ["token"]
    figures = APIClient().get("/api/v1/figures/", headers={"Authorization": f"Token {answer.json()['token']}"})
    assert figures.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        WRONG,
        {"username": "nobody", "password": "x"},
        {},
        {"username": "demo-staff"},
        {"username": "", "password": ""},
        {"username": "demo-staff", "password": 7},
    ],
)
def test_no_bad_or_wrong_credentials_are_401(people: People, body: dict[str, Any]) -> None:
    answer = ask(body)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert answer.json() == {"errors": [{"field": "", "code": "wrong_credentials", "message": "用户名或密码不正确。"}]}


def test_an_inactive_account_is_401(people: People, settings: Settings) -> None:
    User.objects.filter(username="demo-staff").update(is_active=False)
    assert ask(right(settings)).status_code == 401


def test_an_unknown_field_is_400(people: People, settings: Settings) -> None:
    answer = ask({**right(settings), "remember": True})
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("remember", "unknown_field")]


def test_a_wrong_token_is_401_in_the_written_shape(people: People) -> None:
    answer = APIClient().get("/api/v1/figures/", headers={"Authorization": "Token 0123"})
    assert answer.status_code == 401
    assert set(answer.json()["errors"][0]) == {"field", "code", "message"}


def test_the_eleventh_failure_is_locked(people: People, settings: Settings) -> None:
    assert [ask(WRONG).status_code for _ in range(10)] == [401] * 10
    locked = ask(right(settings))
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert [error["code"] for error in locked.json()["errors"]] == ["locked"]
    assert ask(right(settings, "demo-other")).status_code == 200


def test_the_page_and_the_api_share_one_lock(client: Client, people: People, settings: Settings) -> None:
    for _ in range(5):
        client.post("/accounts/login/", WRONG)
        ask(WRONG)
    assert ask(right(settings)).status_code == 429
    assert client.post("/accounts/login/", right(settings)).status_code == 429


def test_another_browsers_name_is_no_way_around_the_lock(people: People, settings: Settings) -> None:
    statuses = [ask(WRONG, **{"User-Agent": f"browser {number}"}).status_code for number in range(11)]
    assert statuses == [401] * 10 + [429]
