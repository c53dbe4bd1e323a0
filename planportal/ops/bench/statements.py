"""SQL statements of one submission through the API, counted in this process: prints them as JSON.

Run with the environment of a stage, as a process of its own: Django's settings hold one database.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import django
from django.db import connection
from django.test import Client

from planportal.ops.bench.stages import PASSWORD


@contextmanager
def _counted(counts: dict[str, int], step: str) -> Iterator[None]:
    """Counts what the database is asked meanwhile, savepoints included."""
    counts[step] = 0

    def count_one(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        counts[step] += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count_one):
        yield


def _posted(path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    client = Client(headers={"host": "localhost"})
    answer = client.post(
        path,
        body,
        content_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"bench: {path} answered {answer.status_code}: {answer.content.decode()}")
    return dict(answer.json())


def _signed_in(username: str) -> str:
    body = {"username": username, "password": PASSWORD}
    return f"Token {_posted('/api/v1/auth/token/', body)['token']}"


def count(plan: str) -> dict[str, int]:
    """Statements of drafting, submitting and approving a correction in a plan, by step; one submission warms up."""
    staff, reviewer = _signed_in("demo-staff"), _signed_in("demo-reviewer")
    figures = f"/p/{plan}/api/v1/figures/"
    counts: dict[str, int] = {}
    for year in (2019, 2020):
        new = {"target": "high-tech-enterprises", "year": year, "area": "230100", "value": "40", "reason": "更正"}
        with _counted(counts, "draft"):
            figure = _posted(figures, new, authorization=staff)
        with _counted(counts, "submit"):
            figure = _posted(f"{figures}{figure['id']}/submit/", {}, authorization=staff, if_match='"1"')
        with _counted(counts, "approve"):
            _posted(f"{figures}{figure['id']}/approve/", {}, authorization=reviewer, if_match='"2"')
    return counts


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")
    django.setup()
    print(json.dumps(count(sys.argv[1])))
