"""The test suite in its groups: browser tests by themselves, then all the others on two processes.

Run inside `planportal.ops.servers`; arguments go to pytest as they are, in one single group.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from planportal.ops.run import PYTHON, ROOT

BROWSER_TESTS = ROOT / "tests" / "browser"
# The same on every machine, whatever its var/env says.
SETTINGS = {
    "SECRET_KEY": "the-tests-load-the-settings-with-this-key-that-signs-nothing-else",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    "HTTPS": "0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """The path of the browser that the tests drive, None where none is on the PATH."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pytest(*arguments: str) -> int:
    """The exit code of one pytest run."""
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def browser_group() -> int:
    """The browser tests; without a browser a plain line, and a failure where REQUIRE_BROWSER=1."""
    if browser() is not None:
        # Playwright runs an event loop in the thread whose tests use the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        code = pytest("-n", "2", str(BROWSER_TESTS.relative_to(ROOT)))
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        return code
    print("test: 浏览器测试未运行：没有 chromium (browser tests did NOT run: no chromium on PATH)", flush=True)
    return 1 if os.environ.get("REQUIRE_BROWSER") == "1" else 0


def main(arguments: Sequence[str]) -> int:
    """All groups, also after one failed, so that one run shows everything; the first failure's exit code."""
    os.environ.update(SETTINGS)
    if arguments:
        return pytest("-n", "2", *arguments)
    # The largest group comes last: its closing line is the one that stays in sight.
    codes = [browser_group(), pytest("-n", "2", "--ignore", str(BROWSER_TESTS))]
    return next((code for code in codes if code), 0)


def terminate(number: int, frame: FrameType | None) -> None:
    """Signal handler: end by an exception, so that the running pytest is ended too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
