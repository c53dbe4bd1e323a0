"""What a search costs at the plan's size and at a hundred times that, beside a bare view in the same run.

In the server: from a text to the marked hits of a page, one query after the other in one process, and what the first
search of a process takes, which reads the index. Over HTTP: the API and the page, by turns with the bare view.
"""

import http.client
import json
import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from planportal.ops.bench.search_queries import QUERIES
from planportal.ops.bench.stages import create_database
from planportal.ops.run import PYTHON, ROOT
from planportal.ops.serving import LIVES, served

SCALES = (1, 100)
BARE = "bare JSON view"
ADDRESSES = {"API: search": "/api/v1/search/?q="}
HTTP_ROUNDS = 3
# In the server, at the larger scale: what no query may take.
MOST_MS = 20.0


def prepared() -> dict[int, str]:
    """By scale the address of a database with so large an index; the first one is as DATABASE_URL names it."""
    base = os.environ["DATABASE_URL"]
    found = {1: base}
    for scale in SCALES[1:]:
        name = f"bench_search_{scale}"
        parts = urlsplit(base)
        create_database(_at(base, "postgres"), name, template=parts.path[1:])
        found[scale] = _at(base, name)
        _entries(found[scale], f"entries.multiply({scale})")
    return found


def _at(base: str, name: str) -> str:
    parts = urlsplit(base)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def _entries(database_url: str, call: str) -> str:
    """What a call of planportal.ops.bench.entries prints in a process of its own, on a database."""
    code = f"import json; from planportal.ops.bench import entries; {call}"
    command = [str(PYTHON), "manage.py", "shell", "--verbosity", "0", "-c", code]
    environment = os.environ | {"DATABASE_URL": database_url}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def over_http(database_url: str) -> dict[str, list[float]]:
    """Milliseconds of a request by address, every query in every round; the bare view before each of them."""
    taken: dict[str, list[float]] = defaultdict(list)
    with served(os.environ | {"DATABASE_URL": database_url}, workers=1) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(HTTP_ROUNDS + 1):
            for text in QUERIES:
                for name, address in {BARE: LIVES, **{n: a + quote(text) for n, a in ADDRESSES.items()}}.items():
                    found = _request(connection, address)
                    # The first round reads the index and warms up.
                    if number:
                        taken[name].append(found)
        connection.close()
    return taken


def _request(connection: http.client.HTTPConnection, address: str) -> float:
    start = time.perf_counter()
    connection.request("GET", address, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"bench: {address} answered {response.status}")
    return (time.perf_counter() - start) * 1000


def rows_of(name: str, taken: Sequence[float], bare: float) -> str:
    """A line: p50, p95 and worst in milliseconds, and as ratios to the bare view's median."""
    numbers = (median(taken), quantiles(taken, n=20)[-1], max(taken))
    columns = "".join(f"{number:>9.2f}" for number in numbers) + "".join(f"{n / bare:>9.1f}" for n in numbers)
    return f"{name:<30}{columns}"


def report() -> None:
    """Prints a table for each scale, and whether the worst query stays below MOST_MS."""
    databases = prepared()
    print(f"{'search, ms and × the bare view':<30}" + "".join(f"{part:>9}" for part in ("p50", "p95", "worst") * 2))
    for scale, database_url in databases.items():
        measured = json.loads(_entries(database_url, "print(json.dumps(entries.measure()))"))
        _report_one(scale, measured, over_http(database_url))


def _report_one(scale: int, measured: Mapping[str, Any], taken: Mapping[str, Sequence[float]]) -> None:
    bare = median(taken[BARE])
    print(
        f"{scale} times the plan: {measured['entries']} entries, first search of a process {measured['first']:.0f} ms"
    )
    print(rows_of("in the server", measured["by_query"], bare))
    print(rows_of("in the server, processor", measured["processor"], bare))
    for name, found in taken.items():
        print(rows_of(name, found, bare), flush=True)
    worst = max(range(len(QUERIES)), key=measured["by_query"].__getitem__)
    verdict = "kept" if measured["by_query"][worst] < MOST_MS else "MISSED"
    print(f"worst in the server: “{QUERIES[worst][:20]}”, below {MOST_MS:.0f} ms: {verdict}", flush=True)
