"""The plan's three annexes: directions under vertical field names, platforms, alliances."""

import re
from dataclasses import dataclass, field

from planportal.plan import definitions
from planportal.plan.facts import AllianceFacts, DirectionFacts, PlatformFacts
from planportal.plan.outline import Block, annex_part
from planportal.plan.text import Line, SourceError

# Number 266 is printed with a full stop behind a space.
ROW_NUMBER = re.compile(r"^([0-9]+)(?:\s*\.)?$")
LEVEL_SUFFIX = re.compile(r"（([^（）]*)）$")
LEVELS = {"国家": "national", "": "provincial"}


@dataclass
class _DirectionsReader:
    """Annex 1 as read so far; `vertical` is a field name that goes on in the next line."""

    part: str
    directions: list[DirectionFacts] = field(default_factory=list)
    fields_read: int = 0
    vertical: str = ""
    vertical_line: int = 0

    def read(self, line: Line) -> None:
        if self.vertical:
            self._continue_name(line)
            return
        cells = line.cells
        _require_next_number(line, cells[0], len(self.directions) + 1)
        if len(cells) == 2 and cells[1]:
            self.vertical, self.vertical_line = cells[1], line.number
        elif len(cells) == 3 and not cells[1]:
            self._add(line, cells[2])
        else:
            raise SourceError(line.number, f"研发方向表的一行无法读取：“{line.stripped[:20]}”")

    def _continue_name(self, line: Line) -> None:
        match line.cells:
            case [piece] if piece:
                self.vertical += piece
            case [piece, name] if piece and not ROW_NUMBER.match(piece):
                self._open_field(self.vertical + piece)
                self._add(line, name)
            case _:
                raise self.broken_name()

    def broken_name(self) -> SourceError:
        return SourceError(self.vertical_line, f"竖排的领域名称“{self.vertical}”没有写完")

    def _open_field(self, name: str) -> None:
        known = definitions.FIELDS
        if self.fields_read == len(known):
            raise SourceError(self.vertical_line, f"多出领域“{name}”：应为 {len(known)} 个领域")
        wanted = known[self.fields_read].name
        if name != wanted:
            raise SourceError(self.vertical_line, f"未知的领域“{name}”：此处应为“{wanted}”")
        self.fields_read += 1
        self.vertical = ""

    def _add(self, line: Line, name: str) -> None:
        number = len(self.directions) + 1
        if not name:
            raise SourceError(line.number, f"研发方向 {number} 没有名称")
        if not self.fields_read:
            raise SourceError(line.number, f"研发方向 {number} 之前没有领域名称")
        code = definitions.FIELDS[self.fields_read - 1].code
        self.directions.append(DirectionFacts(number=number, name=name, field=code, part=self.part, line=line.number))


def read_directions(annex: Block) -> tuple[DirectionFacts, ...]:
    """The directions of annex 1, each with the field under whose vertical name it stands."""
    rows = _below_title(annex)
    if not rows or rows[0].cells != definitions.DIRECTIONS_HEADER:
        header_line = rows[0].number if rows else annex.last_line
        raise SourceError(header_line, f"附件1 缺少表头“{' '.join(definitions.DIRECTIONS_HEADER)}”")
    reader = _DirectionsReader(annex_part(annex.number))
    for line in rows[1:]:
        reader.read(line)
    if reader.vertical:
        raise reader.broken_name()
    require_count(annex.last_line, "领域", reader.fields_read, definitions.EXPECTED_FIELDS)
    require_count(annex.last_line, "研发方向", len(reader.directions), definitions.EXPECTED_DIRECTIONS)
    return tuple(reader.directions)


def read_platforms(annex: Block) -> tuple[PlatformFacts, ...]:
    """The platforms of annex 2."""
    rows = _numbered_rows(annex)
    for line, name in rows:
        _require_ending(line, name, "平台")
    require_count(annex.last_line, "平台", len(rows), definitions.EXPECTED_PLATFORMS)
    part = annex_part(annex.number)
    return tuple(
        PlatformFacts(number=i, name=name, part=part, line=line.number) for i, (line, name) in enumerate(rows, start=1)
    )


def read_alliances(annex: Block) -> tuple[AllianceFacts, ...]:
    """The alliances of annex 3; the level comes from the suffix （国家）, which the name keeps."""
    rows = _numbered_rows(annex)
    part = annex_part(annex.number)
    alliances = tuple(
        AllianceFacts(number=i, name=name, level=_level(line, name), part=part, line=line.number)
        for i, (line, name) in enumerate(rows, start=1)
    )
    require_count(annex.last_line, "联盟", len(rows), definitions.EXPECTED_ALLIANCES)
    national = sum(alliance.level == "national" for alliance in alliances)
    require_count(annex.last_line, "国家级联盟", national, definitions.EXPECTED_NATIONAL_ALLIANCES)
    return alliances


def require_count(line: int, what: str, found: int, expected: int) -> None:
    """SourceError at the line unless as many were found as a whole source has."""
    if found != expected:
        raise SourceError(line, f"{what}应有 {expected} 个，读到 {found} 个")


def _level(line: Line, name: str) -> str:
    match = LEVEL_SUFFIX.search(name)
    suffix = match[1] if match else ""
    if suffix not in LEVELS:
        raise SourceError(line.number, f"未知的联盟级别“（{suffix}）”：只可为“（国家）”或不写")
    _require_ending(line, LEVEL_SUFFIX.sub("", name), "联盟")
    return LEVELS[suffix]


def _numbered_rows(annex: Block) -> list[tuple[Line, str]]:
    rows: list[tuple[Line, str]] = []
    for line in _below_title(annex):
        _require_next_number(line, line.cells[0], len(rows) + 1)
        match line.cells:
            case [_, name] if name:
                rows.append((line, name))
            case _:
                raise SourceError(line.number, f"附件{annex.number} 的一行无法读取：“{line.stripped[:20]}”")
    return rows


def _below_title(annex: Block) -> list[Line]:
    wanted = definitions.ANNEX_TITLES[annex.number]
    if not annex.body or annex.body[0].stripped != wanted:
        line = annex.body[0].number if annex.body else annex.heading.number
        raise SourceError(line, f"附件{annex.number} 的标题应为“{wanted}”")
    return annex.body[1:]


def _require_next_number(line: Line, printed: str, wanted: int) -> None:
    match = ROW_NUMBER.match(printed)
    if match is None:
        raise SourceError(line.number, f"缺少序号：此处应为 {wanted}，读到“{line.stripped[:20]}”")
    number = int(match[1])
    if number != wanted:
        problem = "重复" if number < wanted else "缺号"
        raise SourceError(line.number, f"序号{problem}：此处应为 {wanted}，读到 {number}")


def _require_ending(line: Line, name: str, ending: str) -> None:
    if not name.endswith(ending):
        raise SourceError(line.number, f"名称应以“{ending}”结尾，读到“{name}”")
