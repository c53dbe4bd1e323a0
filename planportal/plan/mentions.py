"""Every place of the plan's chapters that names an institution of chapter 3."""

from collections.abc import Iterator

from planportal.plan import definitions
from planportal.plan.facts import FieldFacts, InstitutionFacts, MentionFacts
from planportal.plan.outline import Outline, chapter_part, chapter_reference, section_reference
from planportal.plan.text import Line, clause_around


def read_institutions(outline: Outline, fields: tuple[FieldFacts, ...]) -> tuple[InstitutionFacts, ...]:
    """The institutions of the fields, once each, in the order in which the plan first names them there.

    A laboratory has its university's name in its own: that is a mention of the laboratory alone.
    """
    names = list(dict.fromkeys(carrier.name for field in fields for carrier in field.institutions))
    return tuple(
        InstitutionFacts(number=number, name=name, mentions=tuple(_mentions(outline, name, _longer(name, names))))
        for number, name in enumerate(names, start=1)
    )


def _longer(name: str, names: list[str]) -> list[str]:
    return [other for other in names if name in other and other != name]


def _mentions(outline: Outline, name: str, longer: list[str]) -> Iterator[MentionFacts]:
    for part, section, line in _lines(outline):
        text = line.text
        for other in longer:
            # As long as before, so that a name is found where the line has it.
            text = text.replace(other, "\0" * len(other))
        printed = next((form for form in (name, *definitions.ALSO_PRINTED_AS.get(name, ())) if form in text), None)
        if printed is not None:
            start = text.index(printed)
            clause = clause_around(line.text, start, start + len(printed))
            yield MentionFacts(part=part, section=section, line=line.number, clause=clause)


def _lines(outline: Outline) -> Iterator[tuple[str, str, Line]]:
    for chapter in outline.chapters:
        part = chapter_part(chapter.number)
        for line in chapter.body:
            yield part, chapter_reference(chapter.number), line
        for section in chapter.sections:
            for line in section.body:
                yield part, section_reference(chapter.number, section.number), line
