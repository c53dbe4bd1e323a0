"""Who submits while it is measured: a person with a token and a connection that stays open, and what they submit."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planportal.ops.bench.provinces import code_of
from planportal.ops.bench.stages import PASSWORD, Stage

DEPARTMENT = "kjt"
YEARS = range(2016, 2021)
# Steps, so that neighbouring rounds touch distant provinces, whose pages of the database are not warm.
STRIDE = 97


class Caller:
    """A demo account at a stage's API."""

    def __init__(self, stage: Stage, username: str, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
        self.token = token or self._post("/api/v1/auth/token/", {"username": username, "password": PASSWORD})["token"]

    def figure(self, plan: str, step: str, body: dict[str, Any], version: int | None = None) -> dict[str, Any]:
        """A POST under a plan's figures/; the figure that came back."""
        return self._post(f"/p/{plan}/api/v1/figures/{step}", body, version)

    def get(self, path: str) -> Any:
        """The JSON of an address."""
        return self._ask("GET", path, None, {})

    def _post(self, path: str, body: dict[str, Any], version: int | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({} if version is None else {"If-Match": f'"{version}"'})
        if token := getattr(self, "token", ""):
            headers["Authorization"] = f"Token {token}"
        return dict(self._ask("POST", path, json.dumps(body), headers))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
        self.connection.request(method, path, body=body, headers={"Host": "localhost", **headers})
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise SystemExit(f"bench: {path} answered {response.status}: {text.decode()}")
        return json.loads(text)


@dataclass(frozen=True)
class Corrections:
    """The corrections that can be handed in at a stage, by number: each of another target, year, area and plan."""

    stage: Stage
    targets: Sequence[dict[str, Any]]
    areas: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.targets) * len(self.areas) * len(YEARS) * self.stage.scale

    def at(self, number: int) -> tuple[str, dict[str, Any]]:
        """A plan's code and the body of a new figure; the same key comes again after `len()` numbers."""
        within, area = divmod(number, len(self.areas))
        within, target = divmod(within, len(self.targets))
        turn, year = divmod(within, len(YEARS))
        province = (turn + (number % (len(self.areas) * len(self.targets) * len(YEARS))) * STRIDE) % self.stage.scale
        chosen = self.targets[target]
        body = {
            "target": chosen["code"],
            "year": YEARS[year],
            "area": self.areas[area],
            "basis": chosen["bases"][0] if chosen["bases"] else "",
            "value": "1",
            "reason": "测量用的更正",
        }
        return code_of(province + 1), body


def corrections_of(stage: Stage) -> Corrections:
    """What demo-staff may correct at a stage."""
    caller = Caller(stage, "demo-staff")
    root = f"/p/{code_of(1)}/api/v1/"
    targets = [row for row in caller.get(f"{root}targets/")["results"] if row["department"] == DEPARTMENT]
    areas = [None, *(row["code"] for row in caller.get(f"{root}cities/")["results"])]
    return Corrections(stage, targets, areas)
