"""Requests a second of the portal's addresses, as ratios to a bare view in the same run.

Run inside `planportal.ops.servers`. It prepares the database, serves it with two processes, and asks for each address
in turn, round after round, so that a machine whose speed drifts drifts for all of them alike. Traffic stays on
127.0.0.1 and is bounded in count and time.
"""

import http.client
import os
import subprocess
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from planportal.ops.bench.ratios import ratio_by_round
from planportal.ops.run import PYTHON, ROOT
from planportal.ops.serving import LIVES as BARE
from planportal.ops.serving import served

ADDRESSES = {
    "bare JSON view": BARE,
    "API: dashboard": "/api/v1/dashboard/?as_of_year=2020",
    "API: dashboard as known by a day": "/api/v1/dashboard/?as_of_year=2020&known_by=2021-06-30",
    "API: 50 directions": "/api/v1/directions/",
    "page: home": "/",
    "page: 13 targets": "/targets/",
    "page: one target": "/targets/rd-intensity/",
    "page: 50 directions": "/directions/",
}
CONNECTIONS = 8
ROUNDS = 5
SECONDS = 1.0


def prepare() -> None:
    """Tables, plan and published figures in the database that the environment names."""
    for command in (["migrate"], ["seed"], ["load_figures", "fixtures/published_figures.csv"], ["sweep"]):
        manage(*command)


def manage(*command: str) -> None:
    """manage.py in the environment as it is; raises CalledProcessError where it fails."""
    subprocess.run([str(PYTHON), "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _get(connection: http.client.HTTPConnection, path: str) -> int:
    # Compressed, as browsers ask for it and as it costs the portal.
    connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    size = len(response.read())
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"bench: {path} answered {response.status}")
    return size


def rate(port: int, path: str) -> float:
    """Requests a second at one address, over CONNECTIONS connections that stay open."""
    start = time.monotonic()
    until = start + SECONDS

    def ask() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        done = 0
        while time.monotonic() < until:
            _get(connection, path)
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        asked = [pool.submit(ask) for _number in range(CONNECTIONS)]
        # result() raises what a thread met, so that a page that fails is no slow page.
        counts = [each.result() for each in asked]
    return sum(counts) / (time.monotonic() - start)


def measure(port: int) -> dict[str, list[float]]:
    """The rates of every address, one for each round; a first round warms up and does not count."""
    rates: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        for name, path in ADDRESSES.items():
            found = rate(port, path)
            if number:
                rates[name].append(found)
    return rates


def report() -> None:
    """Prints a row for each address: requests a second (median) and the median of the ratios round by round."""
    with served(dict(os.environ)) as port:
        rates = measure(port)
    bare = rates["bare JSON view"]
    print(f"{'address':<34}{'requests/s':>12}{'of the bare view':>18}")
    for name, found in rates.items():
        print(f"{name:<34}{median(found):>12.0f}{ratio_by_round(found, bare):>18.3f}", flush=True)
