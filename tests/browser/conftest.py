"""A real browser on the portal as it is served: WhiteNoise's collected files, the strict policy, other threads."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from planportal.ops.suite import BROWSERS
from planportal.plan.models import Plan

DEMO_PASSWORD = "demo-password-1"
DESK = {"width": 1440, "height": 900}


def _as_served(handler: WSGIHandler) -> WSGIHandler:
    """No static files but those that the portal itself serves."""
    return handler


class PortalThread(LiveServerThread):
    """The portal on a port of its own; an in-memory database is shared with the test."""

    def __init__(self) -> None:
        shared = {c.alias: c for c in connections.all() if c.vendor == "sqlite" and c.is_in_memory_db()}
        super().__init__("localhost", static_handler=_as_served, connections_override=shared)
        self.daemon = True

    def __enter__(self) -> str:
        for connection in self.connections_override.values():
            connection.inc_thread_sharing()
        self.start()
        self.is_ready.wait()
        if self.error:
            raise self.error
        return f"http://{self.host}:{self.port}"

    def __exit__(self, *exception: object) -> None:
        self.terminate()
        for connection in self.connections_override.values():
            connection.dec_thread_sharing()


@pytest.fixture
def portal(transactional_db: None, seeded: Plan, settings: Any) -> Iterator[str]:
    """The address of the seeded portal; what is committed there is built and seen by everybody."""
    settings.ALLOWED_HOSTS = ["localhost"]
    with PortalThread() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own browser, without its window."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path, f"none of {', '.join(BROWSERS)} is on the PATH"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What browsers complained of; a test that expects a complaint takes it out."""
    return []


@pytest.fixture
def window(chromium: Browser, portal: str, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens windows, each with cookies of its own; fails where one complained or called anybody but the portal."""
    contexts: list[BrowserContext] = []

    def opened(*, size: dict[str, int] = DESK, scripts: bool = True) -> Page:
        context = chromium.new_context(base_url=portal, viewport=size, java_script_enabled=scripts, locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", told_of_others)
        return page

    def told_of_others(sent: Request) -> None:
        if not sent.url.startswith((portal, "data:")):
            complaints.append(f"somebody else was called: {sent.url}")

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(window: Callable[..., Page]) -> Callable[..., Page]:
    """A window in which a person has signed in by the form and was led on: sign_in("demo-staff")."""

    def signed_in(username: str, *, led_to: str = "/workspace/", **how: Any) -> Page:
        page = window(**how)
        page.goto(f"/accounts/login/?next={led_to}")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(DEMO_PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登录").click()
        return page

    return signed_in
