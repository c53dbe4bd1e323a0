"""The row in which the disk is full: what people typed is kept, what was stored is whole, and reading goes on."""

import http.client
import re
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from planportal.ops.chaos import judges
from planportal.ops.chaos.crowd import REASON, Actor, Life
from planportal.ops.chaos.readback import API
from planportal.ops.chaos.recorder import Answer
from planportal.ops.chaos.scene import FRESH_SECONDS, Outcome, Scale, Scene
from planportal.ops.chaos.stage import PASSWORD, STOP_SECONDS, Stage, Theatre, until

ENTRY = "/workspace/incubators/2018/"
READ = ("/", "/targets/", "/targets/incubators/", "/changes/", f"{API}/dashboard/", f"{API}/targets/")
NOTE = "磁盘已满时填写的备注"
BLOCK = b"x" * 65536
MEGABYTES = 48
BOUNDARY = "the-parts-of-the-form"


def disk_full(theatre: Theatre, scale: Scale, outcome: Outcome) -> None:
    """The disk with database and evidence fills up while people enter figures, and is cleared again."""
    with small_disk() as folder, theatre.embedded(folder=folder or theatre.folder / "unmounted") as stage:
        scene = Scene.on(stage, outcome)
        browser = Browser(stage.port)
        browser.sign_in("demo-staff")
        key = next(key for key in scene.keys if (key.target, key.year, key.area) == ("incubators", 2016, None))
        Actor(scene.reader, scene.desk).live(Life(key, note="before", value="101"))
        with _full(stage, folder):
            _judge_full(scene, browser)
        outcome.add(judges.changed([("ok",)], stage.sql("PRAGMA integrity_check"), "the database's integrity"))
        scene.recorder.ask(NOTE)
        outcome.add(judges.changed(302, browser.enter("102", file=True).status, "the answer once there is room again"))
        stored = [(1,)]
        outcome.add(
            judges.changed(stored, stage.sql("SELECT count(*) FROM targets_evidence"), "the files of evidence")
        )
        saved = stage.sql(f"SELECT id, version, state FROM targets_figure WHERE note = '{NOTE}'")  # noqa: S608
        for figure, version, state in saved:
            scene.recorder.acknowledge(NOTE, {"id": figure, "version": version, "state": state})
        scene.wait_until_fresh(within=FRESH_SECONDS)
        scene.judge()
        means = "a disk of its own, filled" if folder else "no right to mount a disk: writes refused by a limit"
        scene.describe(f"{means}; form with and without a file, API, {len(READ)} addresses read")


def _judge_full(scene: Scene, browser: "Browser") -> None:
    """Nothing is saved and everything typed comes back, by form and API; every page reads."""
    outcome = scene.outcome
    for file in (False, True):
        answer = browser.enter("102", file=file)
        outcome.add(_not_kept(answer, values=("102", NOTE, "没有"), what="a form with a file" if file else "a form"))
    body = {"target": "incubators", "year": 2019, "value": "5", "reason": REASON}
    answer = scene.reader.send("POST", f"{API}/figures/", step="full", body=body, headers=scene.desk.of("demo-staff"))
    codes = [error["code"] for error in answer.body["errors"]] if isinstance(answer.body, dict) else answer.body
    outcome.add(judges.changed((503, ["not_stored"]), (answer.status, codes), "the API's answer"))
    for address in (*READ, ENTRY):
        outcome.add(judges.changed(200, browser.get(address).status, f"the answer of {address}"))


def _not_kept(answer: Answer, *, values: tuple[str, ...], what: str) -> list[str]:
    """What a form that could not be saved does not say or hold any more."""
    text = answer.body.decode() if isinstance(answer.body, bytes) else str(answer.body)
    missing = [value for value in values if value not in text]
    found = [f"{what}: the page has lost {value}" for value in missing]
    return found if answer.status in (400, 503) else [*found, f"{what} was answered {answer.status}"]


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A folder that is a small disk of its own; None where this user may mount nothing."""
    with tempfile.TemporaryDirectory(prefix="portal-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=700", "tmpfs", name]
        try:
            mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            mounted = False
        try:
            yield Path(name) if mounted else None
        finally:
            if mounted:
                # A process that was killed lets go of its files a moment later.
                until(lambda: _unmounted(name), seconds=STOP_SECONDS)


def _unmounted(name: str) -> bool:
    return subprocess.run(["umount", name], capture_output=True, check=False).returncode == 0


@contextmanager
def _full(stage: Stage, disk: Path | None) -> Iterator[None]:
    """The stage's disk takes no more until the block is left."""
    undo = _limit(stage) if disk is None else _fill(disk)
    try:
        yield
    finally:
        undo()


def _fill(disk: Path) -> Callable[[], None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = len(BLOCK)
        while size:
            try:
                file.write(BLOCK[:size])
            except OSError:
                # Smaller and smaller, until not even a byte finds room.
                size //= 2
    return ballast.unlink


def _limit(stage: Stage) -> Callable[[], None]:
    """Refuse the web server's processes every byte that they write to a file."""
    pids = stage.pids("web")
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_soft, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))

    def undo() -> None:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    return undo


class Browser:
    """Somebody with a browser: cookies, and forms that are sent as they were shown."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def sign_in(self, username: str) -> None:
        page = self.get("/accounts/login/")
        typed = {
            "username": username,
            "password": PASSWORD,
            "csrfmiddlewaretoken": _hidden(page, "csrfmiddlewaretoken"),
        }
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._send("POST", "/accounts/login/", urlencode(typed).encode(), form)

    def enter(self, value: str, *, file: bool) -> Answer:
        """The entry form, filled in and saved as a draft, with a file that proves the figure where asked."""
        page = self.get(ENTRY)
        typed = {name: _hidden(page, name) for name in ("csrfmiddlewaretoken", "typist")}
        typed |= {"value": value, "note": NOTE, "reason": REASON, "cause": "revision", "action": "draft"}
        parts = [_part(f'name="{name}"', text.encode()) for name, text in typed.items()]
        if file:
            pdf = b"%PDF-1.4 " + b"0" * 4096 + b" %%EOF"
            parts.append(_part('name="attachments"; filename="proof.pdf"', pdf))
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return self._send("POST", ENTRY, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None, {})

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body=body, headers={"Host": "localhost", "Cookie": cookies, **headers})
        response = connection.getresponse()
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
        connection.close()
        return Answer(response.status, content, {})


def _part(named: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + content + b"\r\n"


def _hidden(page: Answer, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body.decode())
    return found[1] if found else ""
