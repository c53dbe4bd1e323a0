"""A figure as people type it, understood: full-width digits, thousands separators, spaces, a unit behind it (pure).

Only the form forgives; the API takes plain figures. Nothing is guessed: what could be read in two ways stays as typed
and is refused by the figure's rules.
"""

import re

# Three digits behind every comma: "1,25" may mean 1.25 and is left alone.
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED = re.compile(r"-?[0-9]{1,3}( [0-9]{3})+(\.[0-9]+)?")
_MINUS_SIGNS = str.maketrans(dict.fromkeys("−–—‐‑‒﹣", "-"))
# Full-width digits, letters and punctuation are the same characters in another width. Nothing else that looks like a
# digit is one: "5²" and "①" are no figures.
_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {ord("。"): "."}
_NUMBER_AND_REST = re.compile(r"-?[0-9]+(?:[,. ][0-9]+)*\s*(?P<rest>\D+)")
LONGEST = 100


def understood(typed: str, unit: str) -> str:
    """The plain figure that was meant, such as "1250.5" for "１，２５０．５ 家"; as typed where that is not certain.

    `unit` is the target's, and the only one that may stand behind the digits.
    """
    if len(typed) > LONGEST:
        return typed
    text = _plain(typed).removesuffix(unit).strip()
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if _SPACED.fullmatch(text):
        return text.replace(" ", "")
    return text if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else typed


def other_unit(typed: str, unit: str) -> str:
    """The unit behind the digits where it is not the target's, such as "万元" in "265.20 万元"; "" where none is.

    A unit is letters or Chinese characters, "%" or "‰"; anything else behind digits is none.
    """
    found = _NUMBER_AND_REST.fullmatch(_plain(typed)) if len(typed) <= LONGEST else None
    rest = found["rest"] if found else ""
    is_unit = all(character.isalpha() or character in "%‰" for character in rest)
    return rest if is_unit and rest != unit else ""


def _plain(typed: str) -> str:
    """In half-width characters, with one kind of minus sign and single spaces."""
    return re.sub(r"\s+", " ", typed.translate(_NARROW).translate(_MINUS_SIGNS)).strip()
