"""What fills the pages: figures in every state, handed in and decided on by the demo accounts through the API."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

# Answered within one request of the embedded portal, which computes before it answers.
PATIENCE_SECONDS = 30


class RefusedError(Exception):
    """The portal refused a step of the scene; the text names the step and what the portal said."""


@dataclass
class Desk:
    """One person's way to the API of the portal at `portal`, such as http://127.0.0.1:8000."""

    portal: str
    username: str
    password: str
    token: str = ""

    def draft(self, **content: Any) -> dict[str, Any]:
        """A new figure as it was stored."""
        return self._post("figures/", {"source": "统计公报"} | content)[0]

    def decide(self, figure: dict[str, Any], step: str, **given: str) -> tuple[dict[str, Any], int]:
        """The figure after a step, and the number of the event that the receipt names."""
        body, headers = self._post(f"figures/{figure['id']}/{step}/", given, version=figure["version"])
        return body, int(headers["Receipt"].partition("-")[0])

    def submit(self, **content: Any) -> dict[str, Any]:
        """A new figure, handed in."""
        return self.decide(self.draft(**content), "submit")[0]

    def _post(self, path: str, body: dict[str, Any], *, version: int | None = None) -> tuple[dict[str, Any], Any]:
        if not self.token:
            given = {"username": self.username, "password": self.password}
            self.token = self._send("auth/token/", given, {})[0]["token"]
        tag = {} if version is None else {"If-Match": f'"{version}"'}
        return self._send(path, body, {"Authorization": f"Token {self.token}", **tag})

    def _send(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[dict[str, Any], Any]:
        request = Request(  # noqa: S310 (the portal's own address)
            f"{self.portal}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                return dict(json.load(answer)), answer.headers
        except HTTPError as error:
            raise RefusedError(f"{path} answered {error.code}: {error.read().decode()}") from None


HIDDEN = r'name="{}" value="([^"]+)"'
REPORT = {
    "page": "/targets/high-tech-enterprises/",
    "kind": "figure",
    "text": "2017 年的数与统计公报不一致，公报为 929 家。",
    "source": "2017 年统计公报",
    "contact": "0451-12345678",
}
# As long as a person takes to fill the form in, which is asked of everybody.
PAUSE_SECONDS = 0.5


def report(portal: str) -> str:
    """Sends a report of something wrong as anybody would; the address of what comes of it.

    The form that is sent too soon is shown again, and sent again until it is taken. Raises RefusedError after that.
    """
    browser = build_opener(HTTPCookieProcessor())
    address = f"{portal}/correction/"
    with browser.open(address, timeout=PATIENCE_SECONDS) as answer:
        page = answer.read().decode()
    hidden = {name: "".join(re.findall(HIDDEN.format(name), page)[:1]) for name in ("csrfmiddlewaretoken", "shown")}
    body = urlencode(REPORT | hidden).encode()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with browser.open(address, body, timeout=PATIENCE_SECONDS) as answer:
                return str(answer.url)
        except HTTPError as error:
            if error.code != 400 or time.monotonic() > deadline:
                raise RefusedError(f"correction/ answered {error.code}: {error.read().decode()}") from None
        time.sleep(PAUSE_SECONDS)


APPROVED: Sequence[dict[str, Any]] = (
    {"target": "high-tech-enterprises", "year": 2017, "value": "929", "source": "高新技术企业认定名单"},
    {"target": "high-tech-enterprises", "year": 2017, "area": "230100", "value": "560"},
    {"target": "high-tech-enterprises", "year": 2016, "area": "230100", "value": "431"},
    {"target": "high-tech-enterprises", "year": 2017, "area": "230200", "value": "88"},
    {"target": "high-tech-enterprises", "year": 2017, "area": "230600", "value": "131"},
    {"target": "rd-intensity", "year": 2018, "area": "230100", "value": "1.42", "basis": "rebased"},
    {"target": "rd-intensity", "year": 2017, "area": "230100", "value": "1.38", "basis": "rebased"},
    {"target": "rd-intensity", "year": 2018, "area": "230200", "value": "0.71", "basis": "first"},
    {"target": "incubators", "year": 2016, "value": "122"},
    {"target": "innovation-teams", "year": 2016, "value": "6"},
)
CORRECTION = {
    "target": "high-tech-enterprises",
    "year": 2017,
    "value": "931",
    "cause": "error",
    "reason": "补录两家",
}
WAITING: Sequence[dict[str, Any]] = (
    {"target": "high-tech-enterprises", "year": 2018, "value": "1150", "provisional": True},
    {"target": "incubators", "year": 2018, "value": "1190", "reason": "口径扩大到众创空间"},
)


def play(portal: str, password: str) -> int:
    """Puts figures into every state; the number of an event whose receipt staff may see.

    Raises RefusedError where the portal does not take a step, as when the scene was played there before.
    """
    staff, reviewer = Desk(portal, "demo-staff", password), Desk(portal, "demo-reviewer", password)
    event = 0
    for content in (*APPROVED, CORRECTION):
        event = reviewer.decide(staff.submit(**content), "approve")[1]
    for content in WAITING:
        staff.submit(**content)
    sent_back = staff.submit(target="registered-results", year=2016, value="1420")
    reviewer.decide(sent_back, "return", reason="与公报不一致，请核对")
    staff.draft(target="registered-results", year=2018, value="1560")
    report(portal)
    return event
