"""`make run` in the folder given: it comes up, answers the known figures, and stops."""
# ruff: noqa: INP001, T201

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

START_SECONDS = 300
STOP_SECONDS = 20
EXPECTED = {
    "technology-contract-value": ("265.20", "achieved"),
    "rd-intensity": ("1.26", "not_achieved"),
}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get_json(url: str) -> Any:
    """The JSON answer to a GET."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def wait_until_ready(url: str, portal: subprocess.Popen[bytes]) -> float:
    """Seconds until /readyz answered 200; ends the script when it does not come."""
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        if portal.poll() is not None:
            sys.exit(f"smoke: make run ended with {portal.returncode}")
        try:
            get_json(f"{url}/readyz")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return time.monotonic() - began
    sys.exit(f"smoke: /readyz did not answer within {START_SECONDS} s")


def check_figures(url: str) -> None:
    """The two figures of 2020 whose verdict is known."""
    dashboard = get_json(f"{url}/api/v1/dashboard/?as_of_year=2020")
    found = {target["code"]: target["assessment"] for goal in dashboard["goals"] for target in goal["targets"]}
    for code, (value, status) in EXPECTED.items():
        assessment = found[code]
        if (assessment["value"], assessment["status"]) != (value, status):
            sys.exit(f"smoke: {code} should be {value}, {status}; got {assessment}")


def check_taken(folder: str, env: dict[str, str]) -> None:
    """A second start on the same port fails at once with one line of ours."""
    second = subprocess.run(["make", "run"], cwd=folder, env=env, capture_output=True, text=True, check=False)  # noqa: S607
    ours = [line for line in second.stderr.splitlines() if not line.startswith("make: ***")]
    if second.returncode == 0 or len(ours) != 1 or env["PORT"] not in ours[0]:
        sys.exit(f"smoke: a taken port should be one line and a failure; got {second}")


def stop(portal: subprocess.Popen[bytes]) -> None:
    """Ctrl-C; ends the script when that does not end the portal."""
    if portal.poll() is None:
        os.killpg(portal.pid, signal.SIGINT)
    try:
        portal.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(portal.pid, signal.SIGKILL)
        sys.exit(f"smoke: the portal did not stop within {STOP_SECONDS} s")


def main(folder: str) -> None:
    """Start, check, stop; exits non-zero with a line on what is wrong."""
    own = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "DATA_DIR", "HOST", "HTTPS")
    env = {name: value for name, value in os.environ.items() if name not in own}
    env["PORT"] = str(free_port())
    url = f"http://127.0.0.1:{env['PORT']}"
    # A process group of its own gets the interruption as a terminal would send it.
    portal = subprocess.Popen(["make", "run"], cwd=folder, env=env, start_new_session=True)  # noqa: S607
    try:
        seconds = wait_until_ready(url, portal)
        check_figures(url)
        check_taken(folder, env)
    finally:
        stop(portal)
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(env["PORT"]))) == 0:
            sys.exit("smoke: the portal still listens after Ctrl-C")
    print(f"smoke: ready after {seconds:.0f} s, figures right, taken port refused, stopped")


if __name__ == "__main__":
    main(sys.argv[1])
