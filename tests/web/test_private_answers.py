"""Answers to somebody signed in are kept by no cache; public ones may be."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

PAGES = ["/", "/targets/", "/dashboard/"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_somebody_signed_in_is_private(browse: Callable[[str], Client], address: str) -> None:
    assert browse("demo-staff").get(address)["Cache-Control"] == "private, no-store"


def test_an_api_answer_to_a_token_is_private(api: Callable[[str], APIClient]) -> None:
    assert api("demo-staff").get("/api/v1/figures/")["Cache-Control"] == "private, no-store"


def test_public_answers_say_nothing_of_caches(seeded: object, client: Client) -> None:
    assert not client.get("/targets/").has_header("Cache-Control")
    assert not client.get("/api/v1/targets/").has_header("Cache-Control")
