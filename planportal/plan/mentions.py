"""Every place of the plan's chapters that names an institution: one of chapter 3, or another that we know by name."""

import re
from collections.abc import Iterator, Sequence

from planportal.plan import definitions
from planportal.plan.facts import FieldFacts, InstitutionFacts, MentionFacts
from planportal.plan.outline import Outline, chapter_part, chapter_reference, section_reference
from planportal.plan.text import Line, clause_around


def read_institutions(outline: Outline, fields: tuple[FieldFacts, ...]) -> tuple[InstitutionFacts, ...]:
    """The institutions of the fields, once each, in the order in which chapter 3 first names them; then the others
    of `definitions.OTHER_INSTITUTIONS` that the text names, in the order in which it first names them.

    A laboratory has its university's name in its own: that is a mention of the laboratory alone.
    """
    carrying = list(dict.fromkeys(carrier.name for field in fields for carrier in field.institutions))
    others = [name for name in definitions.OTHER_INSTITUTIONS if name not in carrying]
    known = [*carrying, *others]
    spans = {name: list(_spans(outline, name, _longer(name, known))) for name in known}
    first = {name: spans[name][0][0] for name in others if spans[name]}
    named = [*carrying, *sorted(first, key=lambda name: first[name])]
    return tuple(
        InstitutionFacts(number=number, name=name, mentions=_distinct(mention for _at, mention in spans[name]))
        for number, name in enumerate(named, start=1)
    )


def _forms(name: str) -> tuple[str, ...]:
    return (name, *definitions.ALSO_PRINTED_AS.get(name, ()))


def _longer(name: str, known: Sequence[str]) -> list[str]:
    """What has the name, or a form of it, in its own name and is something else; the longest first."""
    others = [other for other in (*known, *definitions.NOT_INSTITUTIONS) if other != name]
    return sorted((other for other in others if any(form in other for form in _forms(name))), key=len, reverse=True)


def _spans(outline: Outline, name: str, longer: Sequence[str]) -> Iterator[tuple[tuple[int, int], MentionFacts]]:
    """Every time that a line names it: line and column, and the clause there."""
    for part, section, line in _lines(outline):
        text = line.text
        for other in longer:
            # As long as before, so that a name is found where the line has it.
            text = text.replace(other, "\0" * len(other))
        for start, end in _found(text, _forms(name)):
            clause = clause_around(line.text, start, end)
            yield (line.number, start), MentionFacts(part=part, section=section, line=line.number, clause=clause)


def _found(text: str, forms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the forms stand in the text, from left to right; none of them has another in itself."""
    return sorted(match.span() for form in forms for match in re.finditer(re.escape(form), text))


def _distinct(mentions: Iterator[MentionFacts]) -> tuple[MentionFacts, ...]:
    """Each clause of a line once, though it may have the name twice."""
    return tuple(dict.fromkeys(mentions))


def _lines(outline: Outline) -> Iterator[tuple[str, str, Line]]:
    for chapter in outline.chapters:
        part = chapter_part(chapter.number)
        for line in chapter.body:
            yield part, chapter_reference(chapter.number), line
        for section in chapter.sections:
            for line in section.body:
                yield part, section_reference(chapter.number, section.number), line
