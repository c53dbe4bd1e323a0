"""All set-up of a machine: packages, front end, catalogues, static files (standard library only).

Run by the system's Python: `python3 planportal/ops/install.py [--dev]`. Each part leaves a stamp, a hash
of what it was made from, so that a second run does only what changed; an interrupted one is repeated.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "planportal" / "portal" / "frontend"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
LOG_LINES = 20
# Static files of packages that no page uses; compressing them takes most of the time.
UNUSED_STATIC = ("redoc", "rest_framework")


class SetUpError(Exception):
    """A part of the set-up failed; the text is for whoever started it."""


class Part:
    """One part of the set-up: up to date when its stamp names its inputs and its outputs are there."""

    def __init__(self, stamp: Path, *, inputs: Iterable[Path | str], outputs: Iterable[Path]) -> None:
        self.stamp = stamp
        self.outputs = list(outputs)
        self.digest = _digest(inputs)

    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        try:
            stamped = self.stamp.read_text()
        except FileNotFoundError:
            return False
        return stamped == self.digest and all(output.exists() for output in self.outputs)

    @contextmanager
    def making(self) -> Iterator[None]:
        """Drop the stamp while the part is made, so that an interruption leaves none."""
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.unlink(missing_ok=True)
        yield
        draft = self.stamp.with_name(self.stamp.name + ".new")
        draft.write_text(self.digest)
        draft.replace(self.stamp)


def _digest(inputs: Iterable[Path | str]) -> str:
    digest = hashlib.sha256()
    for item in inputs:
        content = item.encode() if isinstance(item, str) else item.read_bytes()
        name = "" if isinstance(item, str) else str(item.relative_to(ROOT))
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def say(text: str) -> None:
    """One line on what is being done."""
    print(f"set-up: {text}", flush=True)


def call(command: list[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run a command quietly; its last lines are shown only when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        raise SetUpError(f"{command[0]}: {error}") from None
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-LOG_LINES:])
        shown = " ".join(str(word) for word in command)
        raise SetUpError(f"命令失败 (failed, exit {done.returncode}): {shown}\n{tail}")


# --- Python ---------------------------------------------------------------------------------------


def venv_version() -> str:
    """The Python version the environment was made with; "" where there is no usable one."""
    try:
        text = (VENV / "pyvenv.cfg").read_text()
    except FileNotFoundError:
        return ""
    found = re.search(r"^version(?:_info)?\s*=\s*(\S+)", text, flags=re.MULTILINE)
    return found.group(1) if found and PYTHON.exists() else ""


def make_venv() -> None:
    """Make the environment anew unless there is a whole one of a sufficient version."""
    version = tuple(int(part) for part in re.findall(r"\d+", venv_version())[:2])
    probe: list[str | Path] = [PYTHON, "-c", "import pip"]
    if version >= OLDEST_PYTHON and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return
    say("创建 .venv (making the virtual environment)")
    try:
        call([sys.executable, "-m", "venv", "--clear", VENV])
    except SetUpError as error:
        raise SetUpError(f"{error}\nDebian: apt-get install python3-venv") from None


def lock_part(name: str) -> Part:
    """The packages of one lock file. The stamp lies in the environment, to vanish together with it."""
    return Part(VENV / f".{name}", inputs=[ROOT / name, venv_version()], outputs=[PYTHON])


def install_lock(name: str, *, into: Path | None = None) -> None:
    """Install one lock file, every hash checked, into the environment or the folder `into`."""
    target: list[str | Path] = ["--target", into] if into else []
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call([*pip, "--require-hashes", *target, "-r", ROOT / name])


def install_packages(*names: str) -> None:
    """Install the lock files whose content changed, making the environment first where needed."""
    for name in names:
        if lock_part(name).is_current():
            continue
        make_venv()
        say(f"安装 {name} 中的 Python 包 (installing Python packages)")
        with lock_part(name).making():
            install_lock(name)


# --- front end, catalogues, static files ----------------------------------------------------------


def files_below(folder: Path, pattern: str = "*") -> list[Path]:
    """All files below a folder in a fixed order, without hidden ones."""
    return sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.name.startswith("."))


def node_path() -> str | None:
    """The PATH with a recent node and npm: the system's, else with .venv/bin before it; None without."""
    system = os.environ.get("PATH", os.defpath)
    for path in (system, f"{VENV / 'bin'}{os.pathsep}{system}"):
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if node is None or npm is None:
            continue
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)\.", shown)
        if found and int(found.group(1)) >= OLDEST_NODE:
            return path
    return None


def frontend_part() -> Part:
    """The bundled style sheets and scripts."""
    sources = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc", "build.mjs")]
    inputs = [*sources, *files_below(FRONTEND / "src")]
    return Part(
        VAR / "stamps" / "frontend",
        inputs=inputs,
        outputs=[FRONTEND / "dist" / "portal", FRONTEND / "node_modules"],
    )


def modules_part() -> Part:
    """The front end's npm packages."""
    inputs = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")]
    return Part(VAR / "stamps" / "node_modules", inputs=inputs, outputs=[FRONTEND / "node_modules"])


def build_frontend() -> None:
    """Install the npm packages if they changed, then bundle and minify the sources."""
    path = node_path()
    if path is None:
        install_packages("requirements-node.lock")
        path = node_path()
    if path is None:
        raise SetUpError(f"没有可用的 Node.js (no Node.js {OLDEST_NODE} or newer with npm)")
    # NODE_ENV=production would leave out the packages that only the tests need.
    env = {**os.environ, "PATH": path, "NODE_ENV": "development"}
    modules = modules_part()
    if not modules.is_current():
        say("安装前端依赖 (installing npm packages)")
        with modules.making():
            call(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FRONTEND, env=env)
    say("构建前端 (building style sheets and scripts)")
    call(["node", "build.mjs"], cwd=FRONTEND, env=env)


def catalogues() -> list[Path]:
    """The gettext sources of the portal."""
    return sorted((ROOT / "planportal" / "locale").glob("*/LC_MESSAGES/*.po"))


def catalogue_part() -> Part:
    """The compiled gettext catalogues."""
    sources = catalogues()
    outputs = [source.with_suffix(".mo") for source in sources]
    return Part(VAR / "stamps" / "catalogues", inputs=sources, outputs=outputs)


def compile_catalogues() -> None:
    """Compile every gettext source with Babel: `msgfmt` is on no bare machine."""
    say("编译语言文件 (compiling catalogues)")
    for source in catalogues():
        command: list[str | Path] = [VENV / "bin" / "pybabel", "--quiet", "compile"]
        call([*command, "--input-file", source, "--output-file", source.with_suffix(".mo")])


def static_part() -> Part:
    """The collected static files: what the front end built, the apps' own and those of the packages."""
    own = sorted([*ROOT.glob("*/static"), *ROOT.glob("planportal/*/static")])
    folders = [FRONTEND / "dist", *(folder for folder in own if VAR not in folder.parents)]
    data = Path(os.environ.get("DATA_DIR", "").strip() or VAR).resolve()
    files = [path for folder in folders for path in files_below(folder)]
    lock = lock_part("requirements.lock").digest
    inputs: list[Path | str] = [*files, ROOT / "planportal" / "settings.py", lock, str(data), *UNUSED_STATIC]
    return Part(VAR / "stamps" / "static", inputs=inputs, outputs=[data / "static" / "staticfiles.json"])


def collect_static() -> None:
    """Collect and compress the static files; nothing made here depends on the secrets."""
    say("收集静态文件 (collecting static files)")
    throwaway = {"SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "127.0.0.1"}
    env = {**throwaway, **os.environ}
    unused = [word for name in UNUSED_STATIC for word in ("--ignore", name)]
    call([PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0", *unused], env=env)


# --- all of it ------------------------------------------------------------------------------------

STEPS: list[tuple[Callable[[], Part], Callable[[], None]]] = [
    (frontend_part, build_frontend),
    (catalogue_part, compile_catalogues),
    (static_part, collect_static),
]


def is_current(locks: list[str]) -> bool:
    """Whether nothing is to be done; asked without the lock, to need no writable folder."""
    return all(lock_part(name).is_current() for name in locks) and all(part().is_current() for part, _ in STEPS)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other set-up works in this folder."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "set-up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("等待另一个安装进程 (waiting for another set-up in this folder)")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_up(*, dev: bool) -> None:
    """Bring every part up to date; `dev` adds what tests and checks need."""
    locks = ["requirements.lock", *(["requirements-dev.lock"] if dev else [])]
    if is_current(locks):
        return
    with alone():
        install_packages(*locks)
        for part, make in STEPS:
            if not part().is_current():
                with part().making():
                    make()


def main() -> int:
    """The command line; 0 when everything is up to date at the end."""
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(str(number) for number in sys.version_info[:2])
        text = f"set-up: 需要 Python 3.11 以上，当前为 {have} (needs Python 3.11 or newer)"
        print(text, file=sys.stderr)
        return 1
    options = argparse.ArgumentParser(description="Set the portal up on this machine.")
    options.add_argument("--dev", action="store_true", help="also what tests and checks need")
    try:
        set_up(dev=options.parse_args().dev)
    except SetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
