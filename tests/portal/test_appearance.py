"""The theme and the size of text that a reader chose: kept by forms without scripts, shown from the first paint on."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

from planportal.plan.models import Plan

ADDRESS = "/appearance/"
PRESSED = 'value="{}" aria-pressed="true"'


def test_a_theme_is_chosen_changed_and_left_to_the_system_again(client: Client, seeded: Plan) -> None:
    begins = {"dark": ' data-theme="dark">', "light": ' data-theme="light">', "": '<html lang="zh-Hans">'}
    for theme, shown in begins.items():
        answer = client.post(ADDRESS, {"theme": theme, "next": "/targets/?as_of_year=2018"})
        assert (answer.status_code, answer["Location"]) == (302, "/targets/?as_of_year=2018")
        page = client.get("/fields/")
        assert shown in page.content.decode()
        assert PRESSED.format(theme) in page.content.decode()
        assert page.content.decode().count('aria-pressed="true"') == 2
        assert "Cookie" in page["Vary"]


def test_a_theme_that_is_none_is_refused_and_a_cookie_of_one_ignored(client: Client, seeded: Plan) -> None:
    refused = client.post(ADDRESS, {"theme": "sepia", "next": "/"})
    assert refused.status_code == 400
    assert "没有外观“sepia”，可用：light、dark" in refused.content.decode()
    assert settings.THEME_COOKIE_NAME not in refused.cookies
    client.cookies[settings.THEME_COOKIE_NAME] = '"><script>'
    assert '<html lang="zh-Hans">' in client.get("/fields/").content.decode()
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_but_into_the_portal(client: Client, seeded: Plan, away: str) -> None:
    assert client.post(ADDRESS, {"theme": "dark", "next": away})["Location"] == "/"


def test_large_text_is_chosen_on_every_page_and_left_again(client: Client, seeded: Plan) -> None:
    offer, leave = (
        '<button name="size" value="large">大字版</button>',
        '<button name="size" value="">标准字号</button>',
    )
    client.cookies[settings.THEME_COOKIE_NAME] = "dark"
    for address in ("/fields/", "/accounts/login/", "/no-such-page/"):
        assert offer in client.get(address).content.decode()
    answer = client.post("/text-size/", {"size": "large", "next": "/fields/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/fields/?q=1")
    for address in ("/fields/", "/accounts/login/", "/no-such-page/"):
        page = client.get(address).content.decode()
        assert ' data-theme="dark" data-text="large">' in page
        assert leave in page
        assert offer not in page
    refused = client.post("/text-size/", {"size": "huge", "next": "/"})
    assert refused.status_code == 400
    assert "没有字号“huge”，可用：large" in refused.content.decode()
    assert client.post("/text-size/", {"size": "", "next": "//example.org/"})["Location"] == "/"
    assert "data-text" not in client.get("/fields/").content.decode()
    client.cookies[settings.TEXT_SIZE_COOKIE_NAME] = '"><script>'
    assert "data-text" not in client.get("/fields/").content.decode()


def test_single_keys_are_switched_off_on_every_page_and_on_again(client: Client, seeded: Plan) -> None:
    for choice, shown in (("off", ' data-shortcuts="off">'), ("", '<html lang="zh-Hans">')):
        answer = client.post("/shortcuts/", {"shortcuts": choice, "next": "/fields/"})
        assert (answer.status_code, answer["Location"]) == (302, "/fields/")
        for address in ("/fields/", "/accounts/login/", "/no-such-page/"):
            page = client.get(address).content.decode()
            assert shown in page
            assert f'name="shortcuts" value="{choice}" aria-pressed="true"' in page
    refused = client.post("/shortcuts/", {"shortcuts": "some", "next": "/"})
    assert refused.status_code == 400
    assert "快捷键不能设为“some”，可用：off" in refused.content.decode()


def test_the_cookie_is_kept_from_scripts_and_from_plain_http(client: Client, seeded: Plan) -> None:
    with override_settings(HTTPS=True, THEME_COOKIE_NAME="__Host-theme"):
        cookie = client.post(ADDRESS, {"theme": "dark", "next": "/"}).cookies["__Host-theme"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
