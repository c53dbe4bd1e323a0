"""Where the plan says something: the part and line of its text, how that is cited, and a clause of a few words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

ANNEX_PREFIX = "annex-"


@dataclass(frozen=True)
class Place:
    """A place in the plan's text.

    `part` is the code of the chapter or annex (chapter-2, annex-1), `reference` how the place is cited (第二章 三,
    附件1 第 33 项), `clause` a few words as printed, `line` the line of the source, from 1. "" and None stand for what
    the plan's fixtures do not tell.
    """

    part: str
    reference: str
    clause: str
    line: int | None

    def __str__(self) -> str:
        return _("%(reference)s：%(clause)s") % {"reference": self.reference, "clause": self.clause}


def annex_reference(part: str, number: int) -> str:
    """How a numbered entry of an annex is cited: 附件1 第 33 项; for a part that is no annex its number alone."""
    if not part.startswith(ANNEX_PREFIX):
        return _("第 %(number)s 项") % {"number": number}
    return _("附件%(annex)s 第 %(number)s 项") % {"annex": part.removeprefix(ANNEX_PREFIX), "number": number}
