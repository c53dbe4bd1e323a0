"""Search by the API: its shape, its pages, CSV, and what it refuses."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from rest_framework.test import APIClient

from planportal.plan.models import Plan
from planportal.search import held
from planportal.search.models import IndexVersion
from planportal.search.searching import search

ROOT = "/api/v1/search/"


@pytest.fixture
def public(api: Callable[..., APIClient]) -> APIClient:
    return api()


def test_hits_come_best_first_with_their_pages(public: APIClient, seeded: Plan) -> None:
    answer = public.get(ROOT, {"q": "石墨"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["count"], body["next"], body["previous"]) == (7, None, None)
    first = body["results"][0]
    assert first.pop("url") == "http://testserver/alliances/15/"
    assert first == {"kind": "alliance", "key": "15", "title": "石墨产业技术创新联盟（国家）", "snippet": "国家级"}
    assert datetime.fromisoformat(answer["Data-As-Of"]) == IndexVersion.objects.get().built_at.replace(microsecond=0)
    assert answer["Data-Pending"] == "false"


def test_while_a_newer_index_is_read_answers_say_that_theirs_is_older(public: APIClient, seeded: Plan) -> None:
    def dated(address: str) -> datetime:
        return datetime.fromisoformat(public.get(address, {"q": "石墨"})["Data-As-Of"])

    before = dated(ROOT)
    # As if another thread was reading it.
    with held._readers[seeded.pk]:
        IndexVersion.objects.update(version=F("version") + 1, built_at=before + timedelta(hours=1))
        assert dated(ROOT) == before
        page = public.get("/search/", {"q": "石墨"}).content.decode()
        assert f'datetime="{before:%Y-%m-%dT%H:%M:%S}' in page
    assert dated(ROOT) == before + timedelta(hours=1)


def test_a_kind_a_field_and_pages_and_a_csv_of_everything(public: APIClient, seeded: Plan) -> None:
    of_kind = public.get(ROOT, {"q": "技术", "kind": "direction", "page_size": 20}).json()
    assert {row["kind"] for row in of_kind["results"]} == {"direction"}
    second = public.get(of_kind["next"]).json()
    assert len(second["results"]) == 20
    assert second["previous"] is not None
    whole = public.get(ROOT, {"q": "技术", "kind": "direction", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(whole.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == of_kind["count"]
    paged = [row["key"] for row in of_kind["results"] + second["results"]]
    assert [row["key"] for row in rows][:40] == paged
    in_field = public.get(ROOT, {"q": "技术", "field": "biotechnology"}).json()
    assert 0 < in_field["count"] == search(seeded, "技术", field="biotechnology").count < search(seeded, "技术").count
    assert public.get(ROOT, {"q": "量子计算机"}).json()["results"] == []
    assert public.get(ROOT, {"q": "石墨", "page": 2}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({}, ("q", "required")),
        ({"q": " \u3000"}, ("q", "required")),
        ({"q": "石" * 101}, ("q", "max_length")),
        ({"q": "石墨", "kind": "planet"}, ("kind", "invalid_choice")),
        ({"q": "石墨", "field": "old-materials"}, ("field", "invalid_choice")),
        ({"q": "石墨", "page": "0"}, ("page", "invalid")),
        ({"q": "石墨", "format": "xml"}, ("format", "invalid_choice")),
        ({"q": "石墨", "query": "x"}, ("query", "unknown_parameter")),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    public: APIClient, asked: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = public.get(ROOT, asked)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == fault
    assert error["message"]
