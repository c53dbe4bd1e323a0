"""GET tasks/: whose tasks they are, how they are written, and which filters there are."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from targets.models import Figure, Target

Api = Callable[[str], APIClient]
TASKS = "/api/v1/tasks/"


@pytest.fixture
def opened(seeded: Plan, people: dict[str, User]) -> Round:
    Target.objects.filter(code="incubators").update(asks_cities=True)
    return services.round_open(by=people["demo-admin"], plan=seeded, year=2017)


def rows(client: APIClient, query: str = "") -> list[dict[str, Any]]:
    return list(client.get(f"{TASKS}?page_size=500&{query}").json()["results"])


def test_a_task_is_answered_whole(api: Api, opened: Round, draft: Callable[..., Figure]) -> None:
    figure = draft()
    found = rows(api("demo-staff"), "target=high-tech-enterprises&year=2017")
    assert found == [
        {
            "id": Task.objects.get(round=opened, target__code="high-tech-enterprises").pk,
            "target": "high-tech-enterprises",
            "year": 2017,
            "area": None,
            "state": "draft",
            "opens_on": opened.opens_on.isoformat(),
            "due_on": opened.due_on.isoformat(),
            "late": False,
            "figure": figure.pk,
        }
    ]


@pytest.mark.parametrize(
    ("username", "count"),
    [("demo-staff", 25), ("demo-reviewer", 25), ("demo-other", 1), ("demo-harbin", 0), ("demo-auditor", 26)],
)
def test_whose_tasks_they_are(api: Api, opened: Round, username: str, count: int) -> None:
    assert len(rows(api(username), "year=2017")) == count


def test_the_public_is_asked_to_sign_in(api: Api, opened: Round) -> None:
    assert api("").get(TASKS).status_code == 401


def test_a_colleagues_draft_is_no_secret_told(api: Api, opened: Round, draft: Callable[..., Figure]) -> None:
    draft()
    (found,) = rows(api("demo-reviewer"), "target=high-tech-enterprises&year=2017")
    assert (found["state"], found["figure"]) == ("open", None)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("target=incubators&year=2017", 14),
        ("area=province&year=2017", 12),
        ("area=230100&year=2017", 1),
        ("state=approved&year=2017", 2),
        ("state=open&year=2017", 23),
        ("state=returned&year=2017", 0),
        ("department=kjt&year=2017", 25),
        ("department=zscqj&year=2017", 0),
        ("state=&year=2017", 25),
    ],
)
def test_filters(api: Api, opened: Round, query: str, count: int) -> None:
    assert len(rows(api("demo-staff"), query)) == count


@pytest.mark.parametrize(
    "query", ["target=x", "year=甲", "area=999999", "state=done", "department=x", "late=true", "page_size=501"]
)
def test_what_is_unknown_is_refused(api: Api, opened: Round, query: str) -> None:
    response = api("demo-staff").get(f"{TASKS}?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == query.partition("=")[0]


def test_it_is_a_download_too(api: Api, opened: Round) -> None:
    response = api("demo-staff").get(f"{TASKS}?format=csv&year=2017")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "id,target,year,area,state,opens_on,due_on,late,figure"
    assert len(lines) == 26


def test_the_answer_is_dated(api: Api, opened: Round) -> None:
    response = api("demo-staff").get(TASKS)
    assert response["Data-Pending"] == "false"
    assert response["Data-As-Of"].endswith("+08:00")


def test_the_count_of_queries_does_not_grow(
    api: Api, opened: Round, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = api("demo-staff")
    rows(client)
    few = "target=high-tech-enterprises&year=2017"
    for query in (few, "target=incubators&year=2017"):
        with django_assert_num_queries(7):
            rows(client, query)
    assert City.objects.count() == 13
