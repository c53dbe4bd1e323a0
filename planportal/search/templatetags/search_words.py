"""Words to look for, read from an address that leads nowhere."""

import re

from django import template

from planportal.search.folding import MOST_CHARACTERS

register = template.Library()
_ENDING = re.compile(r"\.(?:html?|aspx?|jsp|php|pdf|docx?|xlsx?)$", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@register.filter
def words_of_path(path: str) -> str:
    """The words of a path's last part, as far as it has letters: "/fields/shi-mo.html" is "shi mo"; else ""."""
    last = _ENDING.sub("", path.rstrip("/").rpartition("/")[2])
    words = _BETWEEN_WORDS.sub(" ", last).strip()[:MOST_CHARACTERS]
    return "" if words.replace(" ", "").isdigit() else words
