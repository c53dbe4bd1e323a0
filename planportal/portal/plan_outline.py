"""The plan's outline as pages: its parts, the sections of each, and which lines of the text each covers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planportal.plan.models import Heading, Level, Plan
from planportal.plan.outline import chapter_reference, section_reference
from planportal.plan.text import printed_numeral


@dataclass(frozen=True)
class Section:
    """A section: its heading's line, and the heading in words (三、发展目标)."""

    number: int
    line: int
    heading: str


@dataclass(frozen=True)
class Part:
    """A chapter or an annex; it covers the lines from `line` on, up to `last_line`, None for the end of the text."""

    code: str
    is_annex: bool
    number: int
    name: str
    title: str
    line: int
    last_line: int | None
    sections: tuple[Section, ...]

    def covers(self, line: int) -> bool:
        return self.line <= line and (self.last_line is None or line <= self.last_line)

    def reference_at(self, line: int) -> str:
        """How the plan is cited at a line of this chapter: 第二章 三; without its section before the first one."""
        above = [section.number for section in self.sections if section.line <= line]
        return section_reference(self.number, above[-1]) if above else chapter_reference(self.number)


def outline_of(plan: Plan) -> list[Part]:
    """The parts of a plan in the order of its text; headings without a line stand nowhere and are left out."""
    headings = list(plan.headings.filter(line__isnull=False).order_by("line"))
    opening = [heading for heading in headings if heading.level != Level.SECTION]
    ends = [_line(following) - 1 for following in opening[1:]]
    return [_part(heading, end, headings) for heading, end in zip(opening, [*ends, None], strict=False)]


def _part(heading: Heading, last_line: int | None, headings: Sequence[Heading]) -> Part:
    sections = [one for one in headings if one.level == Level.SECTION and one.part == heading.part]
    return Part(
        code=heading.part,
        is_annex=heading.level == Level.ANNEX,
        number=heading.number,
        name=_part_name(heading),
        title=heading.title,
        line=_line(heading),
        last_line=last_line,
        sections=tuple(Section(one.number, _line(one), _section_heading(one)) for one in sections),
    )


def _line(heading: Heading) -> int:
    assert heading.line is not None
    return heading.line


def _part_name(heading: Heading) -> str:
    if heading.level == Level.ANNEX:
        return _("附件%(number)s") % {"number": heading.number}
    return _("第%(number)s章") % {"number": _numeral(heading.number)}


def _section_heading(heading: Heading) -> str:
    return _("%(number)s、%(title)s") % {"number": _numeral(heading.number), "title": heading.title}


def _numeral(number: int) -> str:
    """As the plan prints it; plain digits in other languages."""
    return printed_numeral(number) if get_language() == settings.LANGUAGE_CODE else str(number)
