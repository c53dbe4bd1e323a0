"""Whether a text that somebody gave says anything to whoever reads it."""

import unicodedata

# Letters and symbols by their category that are drawn as nothing: Hangul fillers and the empty Braille pattern.
DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def says_something(text: str) -> bool:
    """Whether a text has anything to see: a letter, digit, sign or symbol.

    Spaces and line breaks of any kind, control and format characters (zero-width spaces, joiners, byte order marks),
    and marks that only change the character before them are nothing to see by themselves.
    """
    return any(unicodedata.category(sign)[0] not in "CZM" and sign not in DRAWN_AS_NOTHING for sign in text)
