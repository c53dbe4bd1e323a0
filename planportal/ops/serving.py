"""The portal served on a free port of 127.0.0.1 for as long as something is measured or looked at there."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from planportal.ops.processes import granian
from planportal.ops.run import ROOT, Address

READY_SECONDS = 30
LIVES = "/healthz"


class NotServedError(Exception):
    """The server ended, or did not answer in time."""


@contextmanager
def served(environment: Mapping[str, str], *, workers: int = 2) -> Iterator[int]:
    """The port where the portal of an environment is served; the server is ended by its process id.

    Raises NotServedError.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = granian(Address("127.0.0.1", port), workers=workers, threads=2)
    process = subprocess.Popen(command, cwd=ROOT, env=dict(environment))
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotServedError("the server did not start")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", LIVES, headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
