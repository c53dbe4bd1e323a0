"""Signing in by the page: where it leads, what it refuses, when it locks; signing out; a new password."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from knox.models import AuthToken
from pytest_django import Settings

from planportal.accounts.lockout import client_address
from planportal.accounts.models import User

People = dict[str, User]
LOGIN = "/accounts/login/"
WRONG = "not-the-password"


def sign_in(client: Client, username: str, password: str, **more: str) -> tuple[int, str, str]:
    """Status, address of the redirect and text of a try to sign in."""
    response = client.post(LOGIN, {"username": username, "password": password, **more})
    return response.status_code, response.headers.get("Location", ""), response.content.decode()


@pytest.mark.parametrize(
    ("username", "page"),
    [
        ("demo-staff", "/workspace/"),
        ("demo-other", "/workspace/"),
        ("demo-reviewer", "/review/"),
        ("demo-harbin", "/dashboard/"),
        ("demo-auditor", "/"),
        ("demo-admin", "/manage/"),
    ],
)
def test_signing_in_leads_to_ones_work(
    client: Client, people: People, settings: Settings, username: str, page: str
) -> None:
    assert sign_in(client, username, settings.PORTAL_DEMO_PASSWORD)[:2] == (302, page)
    assert client.get(LOGIN).headers["Location"] == page


def test_next_is_kept_through_a_failure_and_followed(client: Client, people: People, settings: Settings) -> None:
    wanted = "/directions/?field=biotechnology"
    assert f'name="next" value="{wanted}"' in client.get(LOGIN, {"next": wanted}).content.decode()
    status, _, text = sign_in(client, "demo-staff", WRONG, next=wanted)
    assert (status, f'name="next" value="{wanted}"' in text) == (200, True)
    assert sign_in(client, "demo-staff", settings.PORTAL_DEMO_PASSWORD, next=wanted)[:2] == (302, wanted)


def test_next_never_leads_to_another_site(client: Client, people: People, settings: Settings) -> None:
    password = settings.PORTAL_DEMO_PASSWORD
    assert sign_in(client, "demo-staff", password, next="https://example.org/")[:2] == (302, "/workspace/")


def test_a_wrong_pair_is_told_in_words_without_saying_which(client: Client, people: People) -> None:
    wrong_password = sign_in(client, "demo-staff", WRONG)
    wrong_name = sign_in(client, "nobody", WRONG)
    for status, _, text in (wrong_password, wrong_name):
        assert status == 200
        assert "用户名或密码不正确。" in text
        assert "请与主办单位联系" in text


def test_missing_input_is_named_at_its_field(client: Client, people: People) -> None:
    text = sign_in(client, "", "")[2]
    assert "请填写用户名。" in text
    assert "请填写密码。" in text


def test_the_eleventh_failure_is_locked_for_user_and_address_only(
    client: Client, people: People, settings: Settings
) -> None:
    assert [sign_in(client, "demo-staff", WRONG)[0] for _ in range(10)] == [200] * 10
    locked = client.post(LOGIN, {"username": "demo-staff", "password": settings.PORTAL_DEMO_PASSWORD})
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "登录暂时锁定" in locked.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "demo-staff", settings.PORTAL_DEMO_PASSWORD)[0] == 302
    assert sign_in(client, "demo-other", settings.PORTAL_DEMO_PASSWORD)[0] == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.9, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.9, 203.0.113.5, 192.0.2.8", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_locked_address_is_the_one_our_own_proxies_saw(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.NUM_PROXIES = proxies
    request = rf.post(LOGIN, REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


def test_naming_other_addresses_does_not_leave_a_lock(client: Client, people: People, settings: Settings) -> None:
    settings.NUM_PROXIES = 1
    statuses = []
    for number in range(11):
        headers = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.5"}
        given = {"username": "demo-staff", "password": WRONG}
        statuses.append(client.post(LOGIN, given, headers=headers).status_code)
    assert statuses == [200] * 10 + [429]
    elsewhere = {"X-Forwarded-For": "203.0.113.6"}
    right = {"username": "demo-staff", "password": settings.PORTAL_DEMO_PASSWORD}
    assert client.post(LOGIN, right, headers=elsewhere).status_code == 302


def test_success_forgets_the_failures_before_it(client: Client, people: People, settings: Settings) -> None:
    for _ in range(2):
        assert [sign_in(client, "demo-staff", WRONG)[0] for _ in range(9)] == [200] * 9
        assert sign_in(client, "demo-staff", settings.PORTAL_DEMO_PASSWORD)[0] == 302
        client.logout()


def test_signing_out_ends_the_session(browse: Callable[[str], Client]) -> None:
    client = browse("demo-staff")
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").headers["Location"] == "/"
    assert client.get("/accounts/password/").headers["Location"] == f"{LOGIN}?next=/accounts/password/"


def test_a_new_password_ends_what_the_old_one_opened(
    browse: Callable[[str], Client], people: People, settings: Settings
) -> None:
    AuthToken.objects.create(people["demo-staff"])
    client, other = browse("demo-staff"), browse("demo-staff")
    new = {"new_password1": "长而不常见的密码-7", "new_password2": "长而不常见的密码-7"}
    done = client.post("/accounts/password/", {"old_password": settings.PORTAL_DEMO_PASSWORD, **new}, follow=True)
    assert done.redirect_chain == [("/accounts/password/done/", 302)]
    assert "新密码已生效。" in done.content.decode()
    assert client.get("/accounts/password/").status_code == 200
    assert other.get("/accounts/password/").status_code == 302
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"old_password": WRONG}, "当前密码不正确。"),
        ({"new_password2": "another-one-99"}, "两次填写的新密码不一致。"),
        ({"new_password1": "12345678", "new_password2": "12345678"}, "密码"),
        ({"new_password1": ""}, "请填写这一项。"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(
    browse: Callable[[str], Client], settings: Settings, changes: dict[str, str], sentence: str
) -> None:
    given = {
        "old_password": settings.PORTAL_DEMO_PASSWORD,
        "new_password1": "uncommon-words-77",
        "new_password2": "uncommon-words-77",
        **changes,
    }
    client = browse("demo-staff")
    response = client.post("/accounts/password/", given)
    assert response.status_code == 200
    assert "有内容需要更正" in response.content.decode()
    assert sentence in response.content.decode()
    assert User.objects.get(username="demo-staff").check_password(settings.PORTAL_DEMO_PASSWORD)
