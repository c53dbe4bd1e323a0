"""Chapter 3, the eight priority fields: their national projects and the institutions named."""

import re

from planportal.plan import definitions
from planportal.plan.annexes import require_count
from planportal.plan.facts import CarrierFacts, DirectionFacts, FieldFacts, ProjectFacts
from planportal.plan.outline import Block, Outline, chapter_part, section_reference
from planportal.plan.text import Line, SourceError, clause_around, printed_numeral

PRIORITIES_CHAPTER = 3

PROJECT = re.compile(r"对接国家“([^“”]+)”项目")
PROJECT_OPENING = "对接国家“"
# 依托… names who carries a task; 发挥…优势 whose strength is used.
RELIANCE = re.compile(r"依托(?P<carrier>[^，；。]+)|发挥(?P<strength>[^，；。]+)优势")
RELIANCE_ROLE = "依托"
STRENGTH_ROLE = "发挥优势"
# Up to the last of these words, so that a university's laboratory is kept as printed.
INSTITUTIONS = re.compile(r"^.*(?:有限公司|集团|研究所|实验室|大学)")


def read_fields(outline: Outline, directions: tuple[DirectionFacts, ...]) -> tuple[FieldFacts, ...]:
    """The fields in the plan's order, with their ranges of directions and what chapter 3 says."""
    chapter = outline.chapter(PRIORITIES_CHAPTER)
    if len(chapter.sections) > len(definitions.FIELDS):
        extra = chapter.sections[len(definitions.FIELDS)]
        raise SourceError(extra.heading.number, f"未知的领域“{extra.title}”")
    fields = tuple(
        _read_field(definition, outline.section(PRIORITIES_CHAPTER, number), directions)
        for number, definition in enumerate(definitions.FIELDS, start=1)
    )
    line = chapter.heading.number
    projects = sum(len(one.national_projects) for one in fields)
    institutions = sum(len(one.institutions) for one in fields)
    require_count(line, "第三章对接的国家项目", projects, definitions.EXPECTED_NATIONAL_PROJECTS)
    require_count(line, "第三章所列承担单位", institutions, definitions.EXPECTED_INSTITUTIONS)
    return fields


def _read_field(
    definition: definitions.FieldDefinition, section: Block, directions: tuple[DirectionFacts, ...]
) -> FieldFacts:
    if section.title != definition.heading:
        reason = f"未知的领域“{section.title}”：此处应为“{definition.heading}”"
        raise SourceError(section.heading.number, reason)
    numbers = [direction.number for direction in directions if direction.field == definition.code]
    return FieldFacts(
        code=definition.code,
        name=definition.name,
        number=section.number,
        first=numbers[0],
        last=numbers[-1],
        heading=section.title,
        part=chapter_part(PRIORITIES_CHAPTER),
        section=section_reference(PRIORITIES_CHAPTER, section.number),
        line=section.heading.number,
        clause=f"{printed_numeral(section.number)}、{section.title}",
        national_projects=_projects(section),
        institutions=_institutions(section),
    )


def _projects(section: Block) -> tuple[ProjectFacts, ...]:
    projects: list[ProjectFacts] = []
    for line in section.body:
        found = list(PROJECT.finditer(line.text))
        if len(found) != line.text.count(PROJECT_OPENING):
            raise SourceError(line.number, "对接国家项目的名称无法读取")
        projects += [ProjectFacts(name=match[1], line=line.number, clause=match[0]) for match in found]
    if len({project.name for project in projects}) != len(projects):
        raise SourceError(section.heading.number, f"“{section.title}”对接的国家项目重复")
    return tuple(projects)


def _institutions(section: Block) -> tuple[CarrierFacts, ...]:
    """Each institution once a field; one that is named in both ways has both roles, with the clause of each."""
    roles: dict[str, dict[str, str]] = {}
    first: dict[str, int] = {}
    for line in section.body:
        for name, role, clause in _named(line):
            if first.setdefault(name, line.number) != line.number:
                raise SourceError(line.number, f"“{name}”在同一领域的第 {first[name]} 行已经写过，应写在一行里")
            roles.setdefault(name, {}).setdefault(role, clause)
    return tuple(
        CarrierFacts(name=name, role="、".join(clauses), line=first[name], clauses=tuple(clauses.values()))
        for name, clauses in roles.items()
    )


def _named(line: Line) -> list[tuple[str, str, str]]:
    """Each name, in what role, and the clause that says so."""
    named: list[tuple[str, str, str]] = []
    for phrase in RELIANCE.finditer(line.text):
        role = RELIANCE_ROLE if phrase["carrier"] else STRENGTH_ROLE
        names = INSTITUTIONS.match(phrase["carrier"] or phrase["strength"])
        if names is None:
            raise SourceError(line.number, f"“{phrase[0][:16]}”中的单位名称无法读取")
        for name in names[0].split("、"):
            start = line.text.index(name, phrase.start())
            named.append((name, role, clause_around(line.text, start, start + len(name))))
    return named
