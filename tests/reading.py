"""How tests read a page."""

import re

from django.http import HttpResponse


def text(page: HttpResponse) -> str:
    """What a page says, without its mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))
