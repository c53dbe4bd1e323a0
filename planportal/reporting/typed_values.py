"""A figure as people type it, understood: full-width digits, thousands separators, spaces, a unit behind it (pure).

Only the form forgives; the API takes plain figures. Nothing is guessed: what could be read in two ways stays as typed
and is refused by the figure's rules.
"""

import re
import unicodedata

# Three digits behind every comma: "1,25" may mean 1.25 and is left alone.
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED = re.compile(r"-?[0-9]{1,3}( [0-9]{3})+(\.[0-9]+)?")
_MINUS_SIGNS = str.maketrans(dict.fromkeys("−–—‐‑‒﹣", "-"))
_SEPARATORS = str.maketrans({"，": ",", "。": "."})
LONGEST = 100


def understood(typed: str, unit: str) -> str:
    """The plain figure that was meant, such as "1250.5" for "１，２５０．５ 家"; as typed where that is not certain.

    `unit` is the target's, and the only one that may stand behind the digits.
    """
    if len(typed) > LONGEST:
        return typed
    text = unicodedata.normalize("NFKC", typed.translate(_SEPARATORS)).translate(_MINUS_SIGNS)
    text = re.sub(r"\s+", " ", text).strip()
    text = text.removesuffix(unicodedata.normalize("NFKC", unit)).strip()
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if _SPACED.fullmatch(text):
        return text.replace(" ", "")
    return text if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else typed
