"""`make run` before anything is set up: the port and the address it is given."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planportal.ops.run import ROOT, Address, UnusableError, address, check_free


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def run(**environ: str) -> subprocess.CompletedProcess[str]:
    """The script as make starts it; where it refuses, nothing has been set up."""
    script = ROOT / "planportal" / "ops" / "run.py"
    env = {**os.environ, **environ}
    return subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, check=False)


def test_a_taken_port_is_one_line_and_a_failure(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    done = run(PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"make run: 端口 {port} 已被占用 (port {port} on 127.0.0.1 is in use); "
        f"用 PORT={port % 65535 + 1} make run 换一个端口\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000x", "８０００", "1e3"])
def test_a_port_that_is_none_is_one_line_and_a_failure(port: str) -> None:
    done = run(PORT=port)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"PORT={port!r}" in done.stderr
    assert "1 到 65535" in done.stderr


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(UnusableError, match=r"HOST='192\.0\.2\.1'"):
        check_free(Address(host="192.0.2.1", port=8000))


def test_a_port_taken_on_one_address_is_taken_for_all(listener: socket.socket) -> None:
    with pytest.raises(UnusableError, match="is in use"):
        check_free(Address(host="0.0.0.0", port=listener.getsockname()[1]))


def test_a_free_port_stays_free(listener: socket.socket) -> None:
    where = Address(host="127.0.0.1", port=listener.getsockname()[1])
    listener.close()
    check_free(where)
    check_free(where)


@pytest.mark.parametrize(
    ("environ", "url", "loopback"),
    [
        ({}, "http://127.0.0.1:8000/", True),
        ({"HOST": " ", "PORT": ""}, "http://127.0.0.1:8000/", True),
        ({"HOST": "localhost", "PORT": "9"}, "http://localhost:9/", True),
        ({"HOST": "::1"}, "http://[::1]:8000/", True),
        ({"HOST": "[::1]"}, "http://[::1]:8000/", True),
        ({"HOST": "0.0.0.0"}, "http://0.0.0.0:8000/", False),
        ({"HOST": "10.1.2.3", "PORT": "65535"}, "http://10.1.2.3:65535/", False),
    ],
)
def test_the_address_of_an_environment(environ: dict[str, str], url: str, *, loopback: bool) -> None:
    where = address(environ)
    assert (where.url, where.is_loopback) == (url, loopback)


def test_the_scripts_before_the_environment_need_no_package() -> None:
    code = "import runpy, sys; [runpy.run_path(path, run_name='x') for path in sys.argv[1:]]"
    scripts = [str(ROOT / "planportal" / "ops" / name) for name in ("run.py", "install.py", "envfile.py")]
    subprocess.run([sys.executable, "-I", "-S", "-c", code, *scripts], check=True, cwd=Path("/"))
