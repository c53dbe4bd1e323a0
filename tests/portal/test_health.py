"""Alive, ready, and honest about what is missing."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_healthz_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_with_database_and_in_process_jobs(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "database": "ok", "broker": "in-process"},
    )


@pytest.mark.django_db
def test_a_missing_broker_is_told_with_200(client: Client, no_broker: None) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (200, "degraded")


@pytest.mark.django_db
def test_without_the_database_the_node_is_not_ready(client: Client) -> None:
    def refuse(*_args: Any) -> Any:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "unavailable")
