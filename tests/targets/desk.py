"""Who works with figures in the tests, and how they do it: by the API alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

ROOT = "/api/v1/"
FIGURES = f"{ROOT}figures/"
STAFF, REVIEWER, OTHER = "demo-staff", "demo-reviewer", "demo-other"
OFFICIAL, AUDITOR, ADMIN, NOBODY = "demo-harbin", "demo-auditor", "demo-admin", ""
# Whom the fixture `second_reviewer` brings in.
SECOND_REVIEWER = "second-reviewer"
EVERYBODY = (NOBODY, STAFF, REVIEWER, OTHER, OFFICIAL, AUDITOR, ADMIN)
# The public lists, and how many items each has.
PUBLIC_LISTS = {
    "plans/": 1,
    "goals/": 5,
    "targets/": 13,
    "fields/": 8,
    "directions/": 362,
    "alliances/": 51,
    "platforms/": 7,
    "cities/": 13,
    "departments/": 7,
    "targets/rd-intensity/figures/": 10,
}

Api = Callable[..., APIClient]


def codes(response: Response) -> list[str]:
    return [error["code"] for error in response.json()["errors"]]


def faults(response: Response) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def text(response: Response) -> str:
    """An answer's body, streamed or not."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8")


def rows(client: APIClient, name: str) -> list[dict[str, Any]]:
    """The items of a list."""
    return list(client.get(f"{ROOT}{name}?page_size=500").json()["results"])


@dataclass
class Desk:
    """Everybody's API client, and figures brought into any state by the API alone."""

    api: Api

    def __post_init__(self) -> None:
        self.clients: dict[str, APIClient] = {}

    def client(self, who: str) -> APIClient:
        if who not in self.clients:
            self.clients[who] = self.api(who)
        return self.clients[who]

    def post(self, who: str, **values: Any) -> Response:
        given = {"target": "registered-results", "year": 2018, "value": "929"} | values
        return self.client(who).post(FIGURES, given, format="json")

    def draft(self, who: str = STAFF, **values: Any) -> dict[str, Any]:
        response = self.post(who, **values)
        assert response.status_code == 201, response.content
        return dict(response.json())

    def step(self, who: str, figure: dict[str, Any], name: str, **body: Any) -> Response:
        address = f"{FIGURES}{figure['id']}/{name}/"
        tag = f'"{figure["version"]}"'
        return self.client(who).post(address, body, format="json", headers={"If-Match": tag})

    def done(self, who: str, figure: dict[str, Any], name: str, **body: Any) -> dict[str, Any]:
        response = self.step(who, figure, name, **body)
        assert response.status_code == 200, response.content
        return dict(response.json())

    def patch(self, who: str, figure: dict[str, Any], **changes: Any) -> Response:
        address = f"{FIGURES}{figure['id']}/"
        tag = f'"{figure["version"]}"'
        return self.client(who).patch(address, changes, format="json", headers={"If-Match": tag})

    def in_state(self, state: str, by: str = STAFF, **values: Any) -> dict[str, Any]:
        """A figure that went the shortest way to a state."""
        figure = self.draft(by, **values)
        if state in {"submitted", "returned", "approved"}:
            figure = self.done(by, figure, "submit")
        if state == "returned":
            figure = self.done(REVIEWER, figure, "return", reason="来源不清")
        if state == "approved":
            figure = self.done(REVIEWER, figure, "approve")
        if state == "withdrawn":
            figure = self.done(by, figure, "withdraw", reason="重复填报")
        assert figure["state"] == state
        return figure
