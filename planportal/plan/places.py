"""Where the plan says something: the part and line of its text, how that is cited, and a clause of a few words."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planportal.plan.text import CHINESE_NUMERALS, numeral

ANNEX_PREFIX = "annex-"
_CHAPTER = re.compile(rf"第([{CHINESE_NUMERALS}])章(?: ([{CHINESE_NUMERALS}]))?")
_ANNEX = re.compile(r"附件([0-9])")


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
        return _("%(reference)s：%(clause)s") % {"reference": self.cited, "clause": self.clause}

    @property
    def cited(self) -> str:
        """`reference` in the reader's language."""
        return cited_reference(self.reference)


def annex_reference(part: str, number: int) -> str:
    """How a numbered entry of an annex is cited: 附件1 第 33 项; for a part that is no annex its number alone."""
    if not part.startswith(ANNEX_PREFIX):
        return _("第 %(number)s 项") % {"number": number}
    return _("附件%(annex)s 第 %(number)s 项") % {"annex": part.removeprefix(ANNEX_PREFIX), "number": number}


def cited_reference(reference: str) -> str:
    """A reference in the reader's language: 第三章 二 is "chapter 3, section 2", 附件1 "annex 1"; any other stays."""
    if get_language() in (None, settings.LANGUAGE_CODE):
        return reference
    if annex := _ANNEX.fullmatch(reference):
        return _("附件%(number)s") % {"number": annex[1]}
    chapter = _CHAPTER.fullmatch(reference)
    if chapter is None:
        return reference
    if chapter[2] is None:
        return _("第%(chapter)s章") % {"chapter": numeral(chapter[1])}
    return _("第%(chapter)s章 %(section)s") % {"chapter": numeral(chapter[1]), "section": numeral(chapter[2])}
