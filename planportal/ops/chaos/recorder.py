"""What the clients of the fault suite sent and were told: requests over HTTP on 127.0.0.1, each of them kept."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Longer than the portal's own limits, so that what it says is heard.
ANSWER_SECONDS = 40
# How long a client goes on repeating a request that was not answered.
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Exchange:
    """One try and its answer; `status` 0 is no answer at all, `seconds` how long it took.

    Tries of one request have its `request` number in common, which no other request of the row has.
    """

    client: int
    request: int
    step: str
    status: int
    seconds: float

    @property
    def is_error(self) -> bool:
        """What a client sees as a fault of the portal: no answer, or one of the 500s."""
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True)
class Acknowledged:
    """A step that the portal confirmed with 2xx: which version of which figure it made, and at which moment.

    `note` is the text that the client gave the figure, and nobody else gives; `at` is of `time.time()`.
    """

    note: str
    figure: int
    version: int
    state: str
    at: float


@dataclass
class Recorder:
    """Everything that happened to the clients of one row; threads add to it at once."""

    exchanges: list[Exchange] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    given_up: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    requests: Iterator[int] = field(default_factory=itertools.count)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def new_request(self) -> int:
        with self.lock:
            return next(self.requests)

    def exchange(self, made: Exchange) -> None:
        with self.lock:
            self.exchanges.append(made)

    def ask(self, note: str) -> None:
        """A figure with this note is about to be asked for."""
        with self.lock:
            self.asked.add(note)

    def acknowledge(self, note: str, figure: dict[str, Any]) -> None:
        with self.lock:
            self.acknowledged.append(
                Acknowledged(note, figure["id"], figure["version"], figure["state"], at=time.time())
            )

    def give_up(self, note: str, words: str) -> None:
        """The client of this figure got an answer that it can do nothing with."""
        with self.lock:
            self.given_up[note] = words

    def of_steps(self, *steps: str) -> list[Exchange]:
        """What was exchanged for these steps, so far."""
        with self.lock:
            return [exchange for exchange in self.exchanges if exchange.step in steps]


@dataclass(frozen=True)
class Answer:
    """An answer as a client reads it; `body` is the JSON, or the bytes where it is none."""

    status: int
    body: Any
    headers: dict[str, str]


NO_ANSWER = Answer(0, None, {})


class Client:
    """Somebody who talks to the portal over one connection that stays open; of one thread at a time."""

    def __init__(self, port: int, recorder: Recorder, *, number: int = 0) -> None:
        self.port = port
        self.recorder = recorder
        self.number = number
        self._connection: http.client.HTTPConnection | None = None

    def send(
        self,
        method: str,
        path: str,
        *,
        step: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        request: int | None = None,
    ) -> Answer:
        """One try; NO_ANSWER where the connection broke."""
        given = {"Host": "localhost", **(headers or {})}
        payload = body
        if body is not None and not isinstance(body, bytes):
            payload = json.dumps(body).encode()
            given["Content-Type"] = "application/json"
        started = time.monotonic()
        try:
            answer = self._ask(method, path, payload, given)
        except (OSError, http.client.HTTPException):
            self.close()
            answer = NO_ANSWER
        took = time.monotonic() - started
        number = self.recorder.new_request() if request is None else request
        self.recorder.exchange(Exchange(self.number, number, step, answer.status, took))
        return answer

    def _ask(self, method: str, path: str, payload: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        self._connection.request(method, path, body=payload, headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        found = {name.lower(): value for name, value in response.getheaders()}
        is_json = found.get("content-type", "").startswith("application/json")
        return Answer(response.status, json.loads(content) if is_json else content, found)

    def persist(
        self, method: str, path: str, *, step: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """The same request again until it is answered with less than 500; the last answer where it never is."""
        until = time.monotonic() + PATIENCE_SECONDS
        request = self.recorder.new_request()
        while True:
            answer = self.send(method, path, step=step, body=body, headers=headers, request=request)
            if 0 < answer.status < 500 or time.monotonic() > until:
                return answer
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
