"""What a browser sees of a page besides its words: how wide it is, whether it shifts, what it weighs, complaints."""

from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Request

from planportal.ops.look.pages import Page, leads_to

MOST_SHIFT = 0.01
# All shifts are added up, not the worst five seconds alone as the published measure has it: never less than that.
_WATCH_SHIFTS = """
window.layoutShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""
_SHIFT = """
async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return window.layoutShifts.reduce((sum, value) => sum + value, 0);
}
"""
# The innermost parts that stick out of the page, without those that scroll inside a part of it.
_STICKING_OUT = """
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = (part) => getComputedStyle(part).overflowX !== "visible";
  const clips = (part) => part !== null && (scrolls(part) || clips(part.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter(
    (part) => part.getBoundingClientRect().right > root.clientWidth + 1 && !clips(part.parentElement),
  );
  const innermost = wide.filter((part) => !wide.some((other) => other !== part && part.contains(other)));
  return ["page", ...innermost.slice(0, 3).map((part) => `${part.localName}.${part.getAttribute("class")}`)];
}
"""
_LINKS = "(links) => links.map((link) => link.getAttribute('href'))"


class UnreachableError(Exception):
    """No link leads to a page that only a link leads to; the text names both."""


class Eye:
    """A window of a browser on the portal at `portal`, asked page after page what is wrong there.

    Nothing comes from the browser's cache, so that each page is a first load.
    """

    def __init__(self, context: BrowserContext, portal: str) -> None:
        self.portal = portal
        self.theme = ""
        self.complaints: list[str] = []
        # Bytes that came over the wire for the page that is open, with headers, by address.
        self.transferred: dict[str, int] = {}
        context.add_init_script(_WATCH_SHIFTS)
        self.page = context.new_page()
        self.page.on("console", lambda said: self.complaints.append(f"console {said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._note_call)
        self._weigh(context)

    def _note_call(self, request: Request) -> None:
        if not request.url.startswith((self.portal, "data:", "blob:")):
            self.complaints.append(f"somebody else was called: {request.url}")

    def _weigh(self, context: BrowserContext) -> None:
        self.wire = context.new_cdp_session(self.page)
        addresses: dict[str, str] = {}

        def requested(event: dict[str, Any]) -> None:
            addresses[event["requestId"]] = event["request"]["url"]

        def finished(event: dict[str, Any]) -> None:
            address = addresses.get(event["requestId"], "")
            if address.startswith(self.portal):
                self.transferred[address] = int(event["encodedDataLength"])

        self.wire.on("Network.requestWillBeSent", requested)
        self.wire.on("Network.loadingFinished", finished)
        self.wire.send("Network.enable")
        self.wire.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as people do."""
        self.page.goto(f"{self.portal}/accounts/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("main").get_by_role("button", name="登录").click()
        self.page.get_by_role("button", name="退出").wait_for()

    def open(self, where: Page) -> list[str]:
        """Opens a page and says what was wrong while it loaded: another status or theme, complaints, shifts."""
        self._choose(where.theme)
        address = urljoin(self.portal, where.address or self._link_to(where))
        self.complaints.clear()
        self.transferred.clear()
        response = self.page.goto(address)
        status = response.status if response else 0
        faults = [] if status == where.status else [f"answered {status}, not {where.status}"]
        if self.page.url != address:
            faults.append(f"led to {self.page.url}")
        painted = self.page.locator("html").get_attribute("data-theme") or ""
        if painted != where.theme:
            faults.append(f"has the theme {painted!r}, not {where.theme!r}")
        shift = self.shift()
        if shift >= MOST_SHIFT:
            faults.append(f"shifted by {shift:.3f}, allowed is less than {MOST_SHIFT}")
        return faults + self.told(where)

    def _choose(self, theme: str) -> None:
        """A theme by the form in the footer, as people do; "" is the system's."""
        if theme == self.theme:
            return
        self.page.goto(self.portal)
        button = self.page.locator(f'button[name="theme"][value="{theme}"]')
        with self.page.expect_navigation():
            button.click()
        self.theme = theme

    def shift(self) -> float:
        """How much the page that is open has shifted since it was opened; 0 is not at all."""
        return float(self.page.evaluate(_SHIFT))

    def told(self, where: Page) -> list[str]:
        """What the browser complained of since the page was opened, but for the status that the page is to have."""
        expected = f"the server responded with a status of {where.status} "
        return [said for said in self.complaints if where.status == 200 or expected not in said]

    def too_wide(self) -> list[str]:
        """What sticks out of the page as wide as its window is now; empty where nothing does."""
        parts: list[str] = self.page.evaluate(_STICKING_OUT)
        return [f"wider than the window: {', '.join(parts)}"] if parts else []

    def _link_to(self, where: Page) -> str:
        self.page.goto(urljoin(self.portal, where.linked_from))
        links: list[str] = self.page.eval_on_selector_all("main a[href]", _LINKS)
        found = next((link for link in links if leads_to(link, where.name)), None)
        if found is None:
            raise UnreachableError(f"{where.linked_from} has no link to {where.name}")
        return found
