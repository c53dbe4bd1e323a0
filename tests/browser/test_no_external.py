"""Nothing that a public page brings along, shows or starts asks anybody but the portal."""

from collections.abc import Callable

from playwright.sync_api import Page

from planportal.ops.look.pages import PUBLIC, every_page, leads_to

# A drawing's script, and the guide to the API with the schema that it reads.
FETCHES_LATER = "[data-chart], #swagger-ui"


def test_public_pages_ask_their_own_host_only(portal: str, window: Callable[..., Page]) -> None:
    """The window itself fails the test where somebody else was called; data blocks must not be read as addresses."""
    page = window()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    opened = 0
    for each in every_page():
        if each.role != PUBLIC or each.status != 200:
            continue
        address = each.address or linked(page, each.linked_from, each.name)
        page.goto(address)
        if page.locator(FETCHES_LATER).count():
            page.wait_for_load_state("networkidle")
        opened += 1
    assert opened >= 25
    assert {url for url in asked if not url.startswith((f"{portal}/", "data:"))} == set()
    # A style sheet, a script and each page itself: what was asked was seen.
    assert len(asked) >= 3 * opened


def linked(page: Page, address: str, name: str) -> str:
    """The first address on a page that is one of this name."""
    page.goto(address)
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    return next(str(href) for href in found if leads_to(href, name))
