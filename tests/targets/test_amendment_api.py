"""The amendments of a target by API: public, as every list, and of the plan that is asked."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import User
from targets import amendments
from targets.models import Target
from tests.targets.desk import ADMIN, EVERYBODY, ROOT, codes, text

CODE = "technology-contract-value"
ADDRESS = f"{ROOT}targets/{CODE}/amendments/"
HEADERS = ["old_value", "new_value", "decided_on", "recorded_on", "document", "reason"]


@pytest.fixture
def amended(people: dict[str, User], target: Callable[[str], Target]) -> None:
    """Three decisions, recorded in another order than decided."""
    for number, (day, value) in enumerate([((2019, 3, 1), "180"), ((2018, 1, 5), "170.5"), ((2019, 3, 1), "175")]):
        amendments.target_amend(
            by=people[ADMIN],
            target=target(CODE),
            new_value=value,
            decided_on=date(*day),
            document=f"通知{number}",
            reason=f"=理由{number}",
        )


@pytest.mark.usefixtures("amended")
@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_them_oldest_decision_first(api: Callable[..., APIClient], who: str) -> None:
    today = timezone.localdate().isoformat()
    answer = api(who).get(ADDRESS)
    assert answer.status_code == 200
    assert answer.json() == {
        "count": 3,
        "next": None,
        "previous": None,
        "results": [
            dict(zip(HEADERS, row, strict=True))
            for row in (
                ("160.00", "170.50", "2018-01-05", today, "通知1", "=理由1"),
                ("160.00", "180.00", "2019-03-01", today, "通知0", "=理由0"),
                ("180.00", "175.00", "2019-03-01", today, "通知2", "=理由2"),
            )
        ],
    }
    assert (answer["Data-As-Of"][-6:], answer["Data-Pending"]) == ("+08:00", "false")


def test_a_target_that_was_never_amended_has_an_empty_list(public: APIClient, seeded: Any) -> None:
    assert public.get(ADDRESS).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert text(public.get(f"{ADDRESS}?format=csv")) == "\ufeff" + ",".join(HEADERS) + "\r\n"


@pytest.mark.usefixtures("amended")
def test_it_is_cut_into_pages(public: APIClient) -> None:
    found = public.get(f"{ADDRESS}?page_size=2&page=2").json()
    assert (found["count"], len(found["results"]), found["next"]) == (3, 1, None)
    assert found["previous"].endswith(f"{ADDRESS}?page_size=2")
    assert public.get(f"{ADDRESS}?page=2").status_code == 404


@pytest.mark.usefixtures("amended")
def test_csv_is_the_whole_list_and_no_formula(public: APIClient) -> None:
    body = text(public.get(f"{ADDRESS}?format=csv&page_size=1")).removeprefix("\ufeff")
    found = list(csv.DictReader(io.StringIO(body), strict=True))
    assert [(row["new_value"], row["reason"]) for row in found] == [
        ("170.50", "'=理由1"),
        ("180.00", "'=理由0"),
        ("175.00", "'=理由2"),
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("year=2018", "unknown_parameter"),
        ("page=0", "invalid"),
        ("page_size=501", "invalid"),
        ("format=xml", "invalid_choice"),
    ],
)
def test_what_it_does_not_know_is_400(public: APIClient, seeded: Any, query: str, code: str) -> None:
    answer = public.get(f"{ADDRESS}?{query}")
    assert (answer.status_code, codes(answer)) == (400, [code])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_for_reading(public: APIClient, seeded: Any, method: str) -> None:
    assert getattr(public, method)(ADDRESS).status_code == 405


def test_of_no_target_it_is_404(public: APIClient, seeded: Any) -> None:
    assert public.get(f"{ROOT}targets/no-such/amendments/").status_code == 404
    assert public.get(f"/p/none{ADDRESS}").status_code == 404


@pytest.mark.usefixtures("amended")
def test_under_its_plans_prefix_it_is_the_same(public: APIClient) -> None:
    assert public.get(f"/p/hlj-sti-13fyp{ADDRESS}").json() == public.get(ADDRESS).json()


@pytest.mark.usefixtures("amended")
def test_it_takes_as_many_queries_for_many_as_for_none(public: APIClient) -> None:
    counts = []
    for address in (ADDRESS, f"{ROOT}targets/incubators/amendments/"):
        with CaptureQueriesContext(connection) as captured:
            public.get(address)
        counts.append(len(captured))
    # An empty list is counted and not read.
    assert counts[0] == counts[1] + 1


def test_the_schema_and_the_page_of_downloads_name_it(public: APIClient, client: Client, seeded: Any) -> None:
    paths = public.get(f"{ROOT}schema/").json()["paths"]
    assert f"{ROOT}targets/{{code}}/amendments/" in paths
    page = client.get("/data/").content.decode()
    assert f'href="{ADDRESS}?format=csv"' in page
    assert f'href="{ADDRESS}"' in page
