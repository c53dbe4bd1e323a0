"""The people of the fault suite: staff who draft and submit, a reviewer who approves, many of them at once."""

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from planportal.ops.chaos.readback import API, Plan, read_all
from planportal.ops.chaos.recorder import Answer, Client, Recorder
from planportal.ops.chaos.stage import PASSWORD, Died

# Said with every figure: it explains a correction and any doubt.
REASON = "故障演练：按统计公报更正"
MOST_ROUNDS = 3
WRITES = ("draft", "submit", "approve", "return")
ENTERED_BY = {"kjt": "demo-staff", "zscqj": "demo-other"}


@dataclass(frozen=True)
class Key:
    """What one figure is about; of one key only one figure can be on its way."""

    target: str
    department: str
    year: int
    area: str | None
    basis: str
    decimals: int
    size: Decimal

    def value(self, number: int) -> str:
        """A value that fits the target, another one for each number in turn."""
        part = 20 if self.area else 1
        return f"{self.size * (40 + number % 60) / 100 / part:.{self.decimals}f}"


@dataclass(frozen=True)
class Life:
    """A figure to be entered: its key, its value, and the text that only this one bears."""

    key: Key
    note: str
    value: str


def keys_of(plan: Plan, cities: Sequence[str]) -> list[Key]:
    """Every key there is: first the province's, which the dashboards are made of, then the cities'."""
    return [
        Key(
            target=target["code"],
            department=target["department"],
            year=year,
            area=area,
            basis=basis,
            decimals=target["decimals"],
            size=Decimal(target["target_value"]),
        )
        for area in (None, *cities)
        for year in range(plan.start_year - 1, plan.end_year + 1)
        for target in plan.targets
        for basis in target["bases"] or [""]
    ]


def lives_of(keys: Sequence[Key], count: int, name: str) -> list[Life]:
    """So many lives, key after key and then from the first key on again."""
    return [
        Life(key, note=f"{name}-{number}", value=key.value(number + number // len(keys)))
        for number, key in ((number, keys[number % len(keys)]) for number in range(count))
    ]


@dataclass(frozen=True)
class Desk:
    """Who is signed in: tokens by user name."""

    tokens: dict[str, str]

    def of(self, username: str) -> dict[str, str]:
        return {"Authorization": f"Token {self.tokens[username]}"}


def sign_in(client: Client) -> Desk:
    """Everybody gets a token. Raises Died where somebody gets none."""
    tokens = {}
    for username in (*ENTERED_BY.values(), "demo-reviewer", "demo-auditor"):
        body = {"username": username, "password": PASSWORD}
        answer = client.persist("POST", f"{API}/auth/token/", step="sign in", body=body)
        if answer.status != 200:
            raise Died(f"{username} could not sign in: {answer}")
        tokens[username] = answer.body["token"]
    return Desk(tokens)


def read_cities(client: Client) -> list[str]:
    return [city["code"] for city in read_all(client, "cities/")]


class Actor:
    """One client's steps in the lives of its figures; each has an Idempotency-Key and is repeated until answered."""

    def __init__(self, client: Client, desk: Desk) -> None:
        self.client = client
        self.desk = desk
        self.recorder = client.recorder

    def enter(self, life: Life) -> dict[str, Any] | None:
        """Draft and submit; the submitted figure, None where that did not work."""
        by = ENTERED_BY[life.key.department]
        key = life.key
        body = {"target": key.target, "year": key.year, "area": key.area, "value": life.value, "basis": key.basis}
        self.recorder.ask(life.note)
        draft = self._step(life, f"{API}/figures/", "draft", by, body | {"note": life.note, "reason": REASON})
        return draft and self._submit(life, draft)

    def live(self, life: Life) -> dict[str, Any] | None:
        """Draft, submit and approve; the approved figure, None where that did not work."""
        figure = self.enter(life)
        for _round in range(MOST_ROUNDS):
            if figure is None or figure["state"] == "approved":
                break
            figure = self._decide(life, figure)
        return figure

    def _submit(self, life: Life, figure: dict[str, Any]) -> dict[str, Any] | None:
        by = ENTERED_BY[life.key.department]
        return self._step(life, _address(figure, "submit"), "submit", by, {"reason": REASON}, figure)

    def _decide(self, life: Life, figure: dict[str, Any]) -> dict[str, Any] | None:
        """Approve; what was approved meanwhile can raise a new doubt, then the figure goes back for a reason."""
        answer = self._ask(_address(figure, "approve"), "approve", "demo-reviewer", {}, figure)
        if answer.status == 409 and _codes(answer) == ["new_warnings"]:
            body = {"reason": "请说明"}
            returned = self._step(life, _address(figure, "return"), "return", "demo-reviewer", body, figure)
            return returned and self._submit(life, returned)
        return self._taken(life, "approve", answer)

    def _step(
        self,
        life: Life,
        path: str,
        step: str,
        by: str,
        body: dict[str, Any],
        figure: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        return self._taken(life, step, self._ask(path, step, by, body, figure))

    def _ask(
        self, path: str, step: str, by: str, body: dict[str, Any], figure: dict[str, Any] | None = None
    ) -> Answer:
        headers = self.desk.of(by) | {"Idempotency-Key": uuid.uuid4().hex}
        if figure is not None:
            headers["If-Match"] = f'"{figure["version"]}"'
        return self.client.persist("POST", path, step=step, body=body, headers=headers)

    def _taken(self, life: Life, step: str, answer: Answer) -> dict[str, Any] | None:
        if answer.status not in (200, 201):
            self.recorder.give_up(life.note, f"{step} of {life.note} was answered {answer.status} {answer.body}")
            return None
        figure: dict[str, Any] = answer.body
        self.recorder.acknowledge(life.note, figure)
        return figure


def _address(figure: dict[str, Any], step: str) -> str:
    return f"{API}/figures/{figure['id']}/{step}/"


def _codes(answer: Answer) -> list[str]:
    return [error["code"] for error in answer.body["errors"]]


def at_once(port: int, recorder: Recorder, clients: int, work: Callable[[Client], None]) -> None:
    """Many clients do their work at the same time, each in a thread and over a connection of its own."""
    failures: list[BaseException] = []

    def run(number: int) -> None:
        client = Client(port, recorder, number=number)
        try:
            work(client)
        except Exception as error:
            failures.append(error)
            raise
        finally:
            client.close()

    # An interrupted suite does not wait for people who go on asking a portal that is gone.
    threads = [threading.Thread(target=run, args=[number], daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Died(f"{len(failures)} clients broke down, the first with {failures[0]!r}")


def share(lives: Sequence[Life], clients: int, number: int) -> list[Life]:
    """The lives of one client: all of a key belong to the same one, in their order."""
    place = {key: place for place, key in enumerate(dict.fromkeys(life.key for life in lives))}
    return [life for life in lives if place[life.key] % clients == number]
