"""The plan's text to facts: all of them, or a SourceError that names the damaged line."""

import datetime
import hashlib
import re
from collections.abc import Iterator

from planportal.plan import definitions
from planportal.plan.annexes import read_alliances, read_directions, read_platforms, require_count
from planportal.plan.facts import DocumentFacts, GoalFacts, HeadingFacts, PlanFacts, TargetFacts
from planportal.plan.mentions import read_institutions
from planportal.plan.outline import (
    Block,
    Outline,
    annex_part,
    chapter_part,
    chapter_reference,
    read_outline,
    section_reference,
)
from planportal.plan.printed import Phrase, find_phrase
from planportal.plan.priorities import read_fields
from planportal.plan.text import Line, SourceError, read_lines

# Where the plan says it: (chapter, section).
REVIEW_SECTION = (1, 1)
GOALS_SECTION = (2, 3)
POLICIES_SECTION = (8, 1)

ISSUED_ON = re.compile(r"^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日$")
GOAL = re.compile(r"^---([^。]+)。")
CO_ISSUERS = re.compile(r"《(省[^、《》〈〉]+(?:、省[^、《》〈〉]+)+)关于印发〈")
DIGITS = re.compile(r"[0-9０-９]+")


def parse_plan(source: bytes) -> PlanFacts:
    """Every fact of the plan's text.

    Raises SourceError (line and reason) for a text that is empty, not UTF-8, truncated, doubled
    or renumbered in places, or that lacks a chapter, an annex, a target's clause or a name; also
    where the counts differ from 5 goals, 13 targets, 8 fields, 362 directions, 51 alliances and
    7 platforms. The same bytes always give the same facts.
    """
    outline = read_outline(read_lines(source))
    directions = read_directions(outline.annex(1))
    departments, departments_line = _read_departments(outline)
    fields = read_fields(outline, directions)
    goals, targets = _read_goals(outline)
    return PlanFacts(
        sha256=hashlib.sha256(source).hexdigest(),
        document=_read_document(outline),
        goals=goals,
        targets=targets,
        fields=fields,
        directions=directions,
        platforms=read_platforms(outline.annex(2)),
        alliances=read_alliances(outline.annex(3)),
        institutions=read_institutions(outline, fields),
        headings=tuple(_headings(outline)),
        departments=departments,
        departments_line=departments_line,
    )


def _headings(outline: Outline) -> Iterator[HeadingFacts]:
    for chapter in outline.chapters:
        part = chapter_part(chapter.number)
        yield _heading(chapter, part, "chapter")
        for section in chapter.sections:
            yield _heading(section, part, "section")
    for annex in outline.annexes:
        titled = Block(annex.number, definitions.ANNEX_TITLES[annex.number], annex.heading)
        yield _heading(titled, annex_part(annex.number), "annex")


def _heading(block: Block, part: str, level: str) -> HeadingFacts:
    return HeadingFacts(line=block.heading.number, part=part, level=level, number=block.number, title=block.title)


def _read_document(outline: Outline) -> DocumentFacts:
    first_chapter = outline.chapter(1).heading.number
    printed = [line.stripped for line in outline.preamble]
    for wanted in (definitions.PLAN_TITLE, definitions.PLAN_ISSUER):
        if wanted not in printed:
            raise SourceError(first_chapter, f"第一章之前缺少“{wanted}”一行")
    section = outline.section(*GOALS_SECTION)
    if not any(f"到{definitions.END_YEAR}年" in line.text for line in section.body):
        raise SourceError(section.heading.number, f"发展目标没有写明“到{definitions.END_YEAR}年”")
    return DocumentFacts(
        code=definitions.PLAN_CODE,
        title=definitions.PLAN_TITLE,
        start_year=definitions.START_YEAR,
        end_year=definitions.END_YEAR,
        issuer=definitions.PLAN_ISSUER,
        issued_on=_read_issued_on(outline.preamble, first_chapter),
    )


def _read_issued_on(preamble: list[Line], first_chapter: int) -> datetime.date:
    found = [(line, match) for line in preamble if (match := ISSUED_ON.match(line.stripped))]
    if len(found) != 1:
        raise SourceError(first_chapter, f"第一章之前应有一行印发日期，读到 {len(found)} 行")
    line, match = found[0]
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError as error:
        raise SourceError(line.number, f"印发日期无法读取：“{line.stripped}”") from error


def _read_goals(outline: Outline) -> tuple[tuple[GoalFacts, ...], tuple[TargetFacts, ...]]:
    section = outline.section(*GOALS_SECTION)
    review = outline.section(*REVIEW_SECTION)
    paragraphs = [(line, match[1]) for line in section.body if (match := GOAL.match(line.stripped))]
    require_count(section.heading.number, "目标群", len(paragraphs), definitions.EXPECTED_GOALS)
    goals: list[GoalFacts] = []
    targets: list[TargetFacts] = []
    for number, (line, title) in enumerate(paragraphs, start=1):
        of_goal = _read_targets_of_goal(number, line, review)
        targets += of_goal
        goals.append(
            GoalFacts(
                number=number,
                title=title,
                qualitative=not of_goal,
                part=chapter_part(GOALS_SECTION[0]),
                section=section_reference(*GOALS_SECTION),
                line=line.number,
            )
        )
    require_count(section.heading.number, "目标", len(targets), definitions.EXPECTED_TARGETS)
    return tuple(goals), tuple(targets)


def _read_targets_of_goal(number: int, line: Line, review: Block) -> list[TargetFacts]:
    wanted = [definition for definition in definitions.TARGETS if definition.goal == number]
    clauses = [
        find_phrase(definition.template, [line], what=f"目标“{definition.name}”的条文", section_line=line.number)
        for definition in wanted
    ]
    _refuse_unexplained_numbers(number, line, clauses)
    return [_target(definition, clause, review) for definition, clause in zip(wanted, clauses, strict=True)]


def _refuse_unexplained_numbers(number: int, line: Line, clauses: list[Phrase]) -> None:
    """A number outside all clauses means that the goal says something that we do not know."""
    for match in DIGITS.finditer(line.text):
        if not any(clause.start <= match.start() < clause.end for clause in clauses):
            raise SourceError(line.number, f"目标群 {number} 中有不属于任何目标的数字“{match[0]}”")


def _target(definition: definitions.TargetDefinition, clause: Phrase, review: Block) -> TargetFacts:
    baseline = _find_baseline(definition, review)
    printed = baseline.places if baseline else {}
    context, context_line = _find_context(definition, review)
    return TargetFacts(
        code=definition.code,
        name=definition.name,
        unit=definition.unit,
        decimals=definition.decimals,
        kind=definition.kind,
        submitted_as=definition.submitted_as,
        target_value=clause.places["value"],
        baseline_value=printed.get("value"),
        # The review is of 2011 to 2015: a figure without a year is that of the period's end.
        baseline_year=definitions.BASE_YEAR if baseline else None,
        previous_value=printed.get("previous_value"),
        previous_year=int(printed["previous_year"]) if "previous_year" in printed else None,
        additive=definition.additive,
        bases=definition.bases,
        goal=definition.goal,
        chapter=chapter_reference(GOALS_SECTION[0]),
        part=chapter_part(GOALS_SECTION[0]),
        section=section_reference(*GOALS_SECTION),
        clause=clause.text,
        line=clause.line,
        baseline_line=baseline.line if baseline else None,
        context=context,
        context_line=context_line,
        definition_note=definition.definition_note,
    )


def _find_baseline(definition: definitions.TargetDefinition, review: Block) -> Phrase | None:
    if definition.baseline_template is None:
        return None
    baseline = find_phrase(
        definition.baseline_template,
        review.body,
        what=f"目标“{definition.name}”的基期数据",
        section_line=review.heading.number,
    )
    wanted = {"year": definitions.BASE_YEAR, "previous_year": definitions.PREVIOUS_YEAR}
    for place, year in wanted.items():
        if int(baseline.places.get(place, year)) != year:
            reason = f"目标“{definition.name}”的基期年份应为 {year}，读到 {baseline.places[place]}"
            raise SourceError(baseline.line, reason)
    return baseline


def _find_context(definition: definitions.TargetDefinition, review: Block) -> tuple[str, int | None]:
    if definition.context is None:
        return "", None
    phrase = find_phrase(
        definition.context.template,
        review.body,
        what=f"目标“{definition.name}”的背景数据",
        section_line=review.heading.number,
    )
    return definition.context.text.format(**phrase.places), phrase.line


def _read_departments(outline: Outline) -> tuple[tuple[str, ...], int]:
    section = outline.section(*POLICIES_SECTION)
    found = [(line, match[1]) for line in section.body for match in CO_ISSUERS.finditer(line.text)]
    if len(found) != 1:
        reason = f"{section_reference(*POLICIES_SECTION)} 应有一份联合印发的文件，读到 {len(found)} 份"
        raise SourceError(section.heading.number, reason)
    line, names = found[0]
    return tuple(names.split("、")), line.number
