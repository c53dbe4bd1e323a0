"""Alive, ready, and honest about what is missing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from targets.models import Canary


def test_healthz_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_with_database_and_in_process_jobs(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "database": "ok", "broker": "in-process", "canary": "in-process"},
    )


@pytest.mark.django_db
def test_a_missing_broker_is_told_with_200(client: Client, no_broker: None) -> None:
    response = client.get("/readyz")
    body = response.json()
    assert (response.status_code, body["broker"], body["canary"]) == (200, "degraded", "degraded")


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "told"), [(None, "degraded"), (121, "degraded"), (119, "ok")])
def test_a_canary_that_nobody_saw_lately_is_told_with_200(
    client: Client, no_broker: None, age: int | None, told: str
) -> None:
    now = timezone.now()
    Canary.objects.create(queue="celery", sent_at=now, seen_at=now - timedelta(seconds=age) if age else None)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["canary"]) == (200, told)


@pytest.mark.django_db
def test_without_the_database_the_node_is_not_ready(client: Client) -> None:
    def refuse(*_args: Any) -> Any:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "unavailable")


@pytest.mark.django_db
def test_a_database_that_goes_away_meanwhile_makes_no_error_page(client: Client, no_broker: None) -> None:
    def refuse_rows(execute: Any, sql: str, *arguments: Any) -> Any:
        if "canary" in sql:
            raise OperationalError("the database is away")
        return execute(sql, *arguments)

    with connection.execute_wrapper(refuse_rows):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["canary"]) == (200, "degraded")
