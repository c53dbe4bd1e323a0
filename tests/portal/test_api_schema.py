"""The API's description is valid, whole and true: a fuzzer driven by it finds no answer outside it."""

import io
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from planportal.accounts.models import User
from planportal.portal.api_urls import urlpatterns
from planportal.wsgi import application
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, Target

# FUZZ_EXAMPLES=500 looks longer; the same number finds the same.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
LOOK = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STRICTNESS = [negative_data_rejection, missing_required_header, unsupported_method, allow_header_conformance]
# Schemathesis asks for compressed answers, and reads those of an application called in-process as they come.
PLAIN = {"Accept-Encoding": "identity"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")


@pytest.fixture
def schema(api: Callable[..., APIClient]) -> dict[str, Any]:
    """The description as it is served."""
    response = api().get("/api/v1/schema/")
    assert response.status_code == 200
    return dict(response.json())


def described(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.django_db
def test_the_schema_is_made_without_a_warning_and_is_valid() -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=io.StringIO())


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", schema["openapi"])


def test_every_address_and_method_is_described(schema: dict[str, Any]) -> None:
    served = {
        ("/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)).replace("{pk}", "{id}"), method)
        for route in urlpatterns
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(route.callback.view_class, method)
    }
    assert {(path, method) for path, method, _ in described(schema)} == served


def test_what_a_reader_sees_of_it_is_chinese(schema: dict[str, Any]) -> None:
    assert all(CHINESE.search(operation["summary"]) for _, _, operation in described(schema))
    assert [text for text in texts(schema) if ENGLISH_WORDS.search(text)] == []


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from texts(inner)
    elif isinstance(part, dict):
        for name, inner in part.items():
            if name in {"description", "summary", "title"} and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)


def test_an_input_takes_nothing_but_what_is_listed(schema: dict[str, Any]) -> None:
    inputs = {name: part for name, part in schema["components"]["schemas"].items() if name.endswith("Request")}
    assert len(inputs) == 6
    assert all(part["additionalProperties"] is False for part in inputs.values())


def test_changes_name_the_version_they_were_made_on(schema: dict[str, Any]) -> None:
    for path, method, operation in described(schema):
        if "{id}" in path and method != "get":
            headers = [p for p in operation["parameters"] if p["in"] == "header"]
            named = {p["name"]: p.get("required", False) for p in headers}
            assert named == {"If-Match": True, "Idempotency-Key": False}
            assert {"412", "422", "428"} <= set(operation["responses"])


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests through WSGI stay in the test's transaction, as Django's own client has them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def figures(_one_connection: None, people: dict[str, User], target: Callable[[str], Target]) -> list[int]:
    """Figures in every state, and one that is not there, for the fuzzer to meet."""

    def draft(year: int) -> Figure:
        return services.figure_draft(
            by=people["demo-staff"],
            target=target("registered-results"),
            city=None,
            year=year,
            content=Content(value="7", reason="因为"),
        )

    drafted, submitted, returned, approved = (draft(year) for year in (2016, 2017, 2018, 2019))
    for figure in (submitted, returned, approved):
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=1)
    services.figure_return(by=people["demo-reviewer"], figure=returned, if_version=2, reason="不清楚")
    services.figure_approve(by=people["demo-reviewer"], figure=approved, if_version=2)
    return [drafted.pk, submitted.pk, returned.pk, approved.pk, 999_999]


def operations() -> list[APIOperation]:
    loaded = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    return [found.ok() for found in loaded.get_all_operations()]


@pytest.mark.parametrize("username", ["", "demo-staff"])
def test_a_fuzzer_finds_no_answer_outside_it(username: str, api: Callable[..., APIClient], figures: list[int]) -> None:
    headers = PLAIN | ({"Authorization": api(username)._credentials["HTTP_AUTHORIZATION"]} if username else {})
    for operation in operations():
        for mode in modes(operation):
            fuzz(operation, mode, headers, figures)


@pytest.mark.usefixtures("figures")
def test_what_is_just_outside_its_limits_is_refused(api: Callable[..., APIClient]) -> None:
    headers = PLAIN | {"Authorization": api("demo-staff")._credentials["HTTP_AUTHORIZATION"]}
    for operation in different(operations()):
        for case in boundary_cases(operation):
            case.call_and_validate(headers=headers, checks=[*CHECKS, *STRICTNESS])


def different(found: list[APIOperation]) -> list[APIOperation]:
    """Of the lists that take the same parameters, the first one only."""
    by_input = {
        operation.label
        if operation.method != "get"
        else str(sorted(parameter.name for parameter in operation.query)): operation
        for operation in reversed(found)
    }
    return list(by_input.values())


def boundary_cases(operation: APIOperation) -> Iterator[Case]:
    """Each parameter and field at its limits and beyond, missing, doubled, of the wrong type; methods not served."""
    return operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=GenerationConfig()
    )


def modes(operation: APIOperation) -> list[GenerationMode]:
    """Requests that keep to the description; and, where there is something to get wrong, such as do not."""
    takes_anything = [*operation.path_parameters, *operation.query, *operation.headers, *operation.body]
    return list(GenerationMode) if takes_anything else [GenerationMode.POSITIVE]


def fuzz(operation: APIOperation, mode: GenerationMode, headers: dict[str, str], figures: list[int]) -> None:
    """Many requests of one operation, half of them aimed at figures that are there."""

    @LOOK
    @given(
        case=operation.as_strategy(generation_mode=mode),
        aim=st.none() | st.tuples(st.sampled_from(figures), st.sampled_from(['"1"', 'W/"2"', "*", ""])),
    )
    def run(case: Case, aim: tuple[int, str] | None) -> None:
        sent = dict(headers)
        if aim and "{id}" in operation.path:
            case.path_parameters["id"] = aim[0]
            sent["If-Match"] = aim[1]
        case.call_and_validate(headers=sent, checks=CHECKS)

    run()
