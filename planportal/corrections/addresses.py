"""Whether an address that somebody names is one of this site: a path with its query, with a page or without."""

from urllib.parse import urlsplit

from planportal.corrections.models import LONGEST_PAGE


def own_address(given: str, host: str) -> str | None:
    """The path and query of an address of ours, "" for none; None where it is another site's, or is no address.

    `given` may be a path, or a whole address copied from the browser's bar with our `host` (and port) in it.
    """
    text = given.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        if parts.scheme not in {"http", "https"} or parts.netloc != host:
            return None
        text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return text if _is_path(text) else None


def _is_path(text: str) -> bool:
    """Whether a browser takes a text for a path of the same site: "//" and "/\\" lead elsewhere."""
    leads_on = text.startswith("/") and not text.startswith(("//", "/\\"))
    return leads_on and len(text) <= LONGEST_PAGE and text.isprintable() and " " not in text
