"""Published figures from a CSV file: every row an approved figure with its source, or nothing at all."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TextIO

from django.db import transaction
from django.utils import timezone

from planportal.accounts.models import City
from planportal.plan.models import Plan
from targets import recompute
from targets.models import Figure, Origin, Standing, State, Target, in_force
from targets.models.figure import YEARS_OF_PREVIOUS_PLAN
from targets.services import record_loaded
from targets.values import NotAFigure, read_figure

COLUMNS = (
    "target",
    "year",
    "city",
    "value",
    "unit",
    "status",
    "basis",
    "published",
    "source_title",
    "source_publisher",
    "source_address",
    "note",
)
STANDINGS = (Standing.PUBLISHED, Standing.DERIVED, Standing.PROXY)


class BadRow(Exception):
    """A row that cannot be loaded; the text names its line and column, what was read and what is allowed."""

    def __init__(self, line: int, column: str, message: str) -> None:
        super().__init__(f"第 {line} 行，{column} 列：{message}")


@dataclass(frozen=True)
class Row:
    """One published figure as the file states it, with its line."""

    line: int
    target: Target
    city: City | None
    year: int
    value: Decimal
    standing: str
    basis: str
    published: str
    known_from: date
    source: str
    publisher: str
    address: str
    note: str

    @property
    def key(self) -> tuple[int, int, int | None, str, date, str]:
        """What makes a published figure the same one: target, year, city, basis, publication, source title."""
        city = self.city.pk if self.city else None
        return (self.target.pk, self.year, city, self.basis, self.known_from, self.source)


def load(plan: Plan, file: TextIO) -> tuple[int, int]:
    """Loads every row of an open CSV file in one transaction; returns (new, already there).

    Raises BadRow, and then nothing is loaded: for a wrong row, and for another value under a known key. A second
    run of the same file changes nothing.
    """
    rows = list(read_rows(plan, file))
    with transaction.atomic():
        # Two runs at once: the second one waits here, and then knows what the first one loaded.
        recompute.hold(row.target.pk for row in rows)
        known = {_key_of(figure): figure for figure in _loaded(plan)}
        fresh = [row for row in rows if not _is_known(row, known)]
        for row in sorted(fresh, key=lambda row: (row.target.pk, row.line)):
            known[row.key] = _store(row)
        recompute.want({row.target.pk for row in fresh})
    return len(fresh), len(rows) - len(fresh)


def _loaded(plan: Plan) -> Iterable[Figure]:
    return Figure.objects.filter(target__plan=plan, origin=Origin.LOADED)


def _key_of(figure: Figure) -> tuple[int, int, int | None, str, date | None, str]:
    return (figure.target_id, figure.year, figure.city_id, figure.basis, figure.known_from, figure.source)


def _is_known(row: Row, known: dict[tuple[int, int, int | None, str, date | None, str], Figure]) -> bool:
    figure = known.get(row.key)
    if figure is not None and figure.value != row.value:
        raise BadRow(row.line, "value", f"同一来源的这项数据已载入为 {figure.value:f}，文件中是 {row.value}")
    return figure is not None


def _store(row: Row) -> Figure:
    now = timezone.now()
    same_key = Figure.objects.of_key(target=row.target, city=row.city, year=row.year, basis=row.basis).approved()
    # A publication that is loaded late supersedes nothing that became known after it.
    known_before = same_key.filter(known_from__lte=row.known_from)
    is_proxy = row.standing == Standing.PROXY
    figure = Figure.objects.create(
        target=row.target,
        city=row.city,
        year=row.year,
        basis=row.basis,
        value=row.value,
        standing=row.standing,
        origin=Origin.LOADED,
        state=State.APPROVED,
        source=row.source,
        source_publisher=row.publisher,
        source_address=row.address,
        source_published=row.published,
        note=row.note,
        supersedes=None if is_proxy else in_force(known_before),
        created_at=now,
        submitted_at=now,
        known_from=row.known_from,
        sequence=recompute.next_sequence(row.target.pk),
    )
    record_loaded(figure)
    return figure


def read_rows(plan: Plan, file: TextIO) -> Iterator[Row]:
    """The file's rows, checked one by one; raises BadRow at the first wrong one."""
    reader = csv.DictReader(file, strict=True)
    found = tuple(reader.fieldnames or ())
    if found != COLUMNS:
        raise BadRow(1, "、".join(found) or "（空）", f"标题行应为 {','.join(COLUMNS)}")
    targets = {target.code: target for target in plan.targets.select_related("plan")}
    cities = {city.code: city for city in City.objects.all()}
    try:
        for cells in reader:
            yield _row(reader.line_num, cells, targets, cities)
    except csv.Error as error:
        raise BadRow(reader.line_num, "（整行）", f"不是有效的 CSV：{error}") from None


def _row(line: int, cells: dict[str, str], targets: dict[str, Target], cities: dict[str, City]) -> Row:
    if None in cells or None in cells.values():
        raise BadRow(line, "（整行）", f"应有 {len(COLUMNS)} 列")
    target = targets.get(cells["target"])
    if target is None:
        raise BadRow(line, "target", f"没有指标“{cells['target']}”，可用：{'、'.join(targets)}")
    return Row(
        line=line,
        target=target,
        city=_city(line, cells["city"], cities),
        year=_year(line, cells["year"], target.plan),
        value=_value(line, cells["value"], target),
        standing=_standing(line, cells["status"]),
        basis=_basis(line, cells["basis"], target),
        published=cells["published"],
        known_from=_published(line, cells["published"]),
        source=_text(line, "source_title", cells, most=500, needed=True),
        publisher=_text(line, "source_publisher", cells, most=200),
        address=_text(line, "source_address", cells, most=300),
        note=_unit_checked_note(line, cells, target),
    )


def _city(line: int, code: str, cities: dict[str, City]) -> City | None:
    if not code:
        return None
    if code not in cities:
        raise BadRow(line, "city", f"没有行政区划代码“{code}”，可用：{'、'.join(cities)}")
    return cities[code]


def _year(line: int, raw: str, plan: Plan) -> int:
    first, last = plan.base_year - YEARS_OF_PREVIOUS_PLAN, plan.end_year
    if not re.fullmatch(r"[0-9]{4}", raw) or not first <= int(raw) <= last:
        raise BadRow(line, "year", f"“{raw}”不是 {first} 至 {last} 之间的年份")
    return int(raw)


def _value(line: int, raw: str, target: Target) -> Decimal:
    try:
        return read_figure(raw, decimals=target.decimals)
    except NotAFigure as error:
        raise BadRow(line, "value", f"“{raw}”不能用作数值（{error.code}），最多 {target.decimals} 位小数") from None


def _standing(line: int, raw: str) -> str:
    if raw not in STANDINGS:
        raise BadRow(line, "status", f"没有性质“{raw}”，可用：{'、'.join(STANDINGS)}")
    return raw


def _basis(line: int, raw: str, target: Target) -> str:
    allowed = target.bases or [""]
    if raw not in allowed:
        raise BadRow(line, "basis", f"没有口径“{raw}”，可用：{'、'.join(filter(None, allowed)) or '（空）'}")
    return raw


def _published(line: int, raw: str) -> date:
    day = _day(raw)
    if day is not None and day <= timezone.localdate():
        return day
    if day is not None:
        raise BadRow(line, "published", f"“{raw}”晚于今天，还没有发布")
    raise BadRow(line, "published", f"“{raw}”不是发布日期，可用 YYYY-MM-DD 或 YYYY")


def _day(raw: str) -> date | None:
    """The day of publication; a bare year counts as its last day; None for what is no date."""
    try:
        if re.fullmatch(r"[0-9]{4}", raw):
            return date(int(raw), 12, 31)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            return date.fromisoformat(raw)
    except ValueError:
        return None
    return None


def _text(line: int, column: str, cells: dict[str, str], *, most: int, needed: bool = False) -> str:
    text = cells[column].strip()
    if needed and not text:
        raise BadRow(line, column, "不能为空：每个数据都要有来源")
    if len(text) > most or "\x00" in text:
        raise BadRow(line, column, f"有 {len(text)} 字，最多 {most} 字，且不能有空字符")
    return text


def _unit_checked_note(line: int, cells: dict[str, str], target: Target) -> str:
    if cells["unit"] != target.unit:
        raise BadRow(line, "unit", f"单位是“{cells['unit']}”，该指标的单位是“{target.unit}”")
    return _text(line, "note", cells, most=1000)
