"""Geometry of ranked bars and of the lines of a few prefectures through the years; no progress in it.

Coordinates are user units of the drawing's viewBox, y downwards, rounded to 0.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from targets.chart_labels import LABEL_GAP, TEXT_MIDDLE, apart
from targets.chart_parts import Content, Scale, Series, Sheet, axis_ticks, tick_labels
from targets.charts import Segment, Tick

BARS_WIDTH = Decimal(100)
THINNEST_BAR = Decimal("0.5")
CLASSES = 5
SHEET = Sheet("narrow", 420, 230, right=118, every_value=False, top=26, line_height=18.0)


@dataclass(frozen=True)
class Extent:
    """A bar from x on, on a scale of 0 to 100 that has the value 0 on it."""

    x: float
    width: float


def bar_extents(values: Sequence[Decimal]) -> list[Extent]:
    """One bar a value, all on one scale: from 0 to the right, of a negative value to the left; a 0 has no width."""
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    span = high - low
    return [_extent(value, low, span) for value in values]


def _extent(value: Decimal, low: Decimal, span: Decimal) -> Extent:
    if not value:
        return Extent(float(round(BARS_WIDTH * abs(low) / span, 1)) if span else 0.0, 0.0)
    near, far = min(value, Decimal(0)), max(value, Decimal(0))
    width = max(BARS_WIDTH * (far - near) / span, THINNEST_BAR)
    x = min(BARS_WIDTH * (near - low) / span, BARS_WIDTH - width)
    return Extent(float(round(x, 1)), float(round(width, 1)))


@dataclass(frozen=True)
class LineDot:
    x: float
    y: float


@dataclass(frozen=True)
class LineLabel:
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One prefecture's line; `number` from 1 on tells its style."""

    number: int
    segments: tuple[Segment, ...]
    dots: tuple[LineDot, ...]
    label: LineLabel


@dataclass(frozen=True)
class LinesChart:
    """The lines of a target; `axis_start` is where the y axis begins, "" when 0 is on it."""

    view_box: str
    left: float
    right: float
    bottom: float
    ticks: tuple[Tick, ...]
    years: tuple[Tick, ...]
    lines: tuple[Line, ...]
    axis_start: str
    has_gap: bool


def lines_chart(series: Sequence[Series], *, first_year: int, last_year: int) -> LinesChart:
    """The drawing of at least one point; series without points keep their number and are not drawn."""
    content = Content((), (), None, tuple(series), None, first_year, last_year)
    ticks = axis_ticks(content.values())
    names = tick_labels(ticks)
    scale = Scale(content, ticks, SHEET, left=round(14 + max(map(len, names)) * SHEET.character, 1))
    labels = _labels(scale)
    numbered = [(number, one) for number, one in enumerate(series, start=1) if one.points]
    return LinesChart(
        view_box=f"0 0 {SHEET.width} {SHEET.height}",
        left=scale.left,
        right=scale.right,
        bottom=scale.bottom,
        ticks=tuple(Tick(scale.y(tick), name, tick == 0) for tick, name in zip(ticks, names, strict=True)),
        years=tuple(Tick(scale.x(year), str(year)) for year in range(first_year, last_year + 1)),
        lines=tuple(_line(scale, number, one, labels[number]) for number, one in numbered),
        axis_start="" if ticks[0] <= 0 <= ticks[-1] else names[0],
        has_gap=any(_is_gap(pair[0].year, pair[1].year) for one in series for pair in pairwise(one.points)),
    )


def _is_gap(before: int, after: int) -> bool:
    return after - before > 1


def _line(scale: Scale, number: int, series: Series, label: LineLabel) -> Line:
    return Line(
        number=number,
        segments=tuple(
            Segment(scale.line(pair), _is_gap(pair[0].year, pair[1].year)) for pair in pairwise(series.points)
        ),
        dots=tuple(LineDot(scale.x(point.year), scale.y(point.value)) for point in series.points),
        label=label,
    )


def _labels(scale: Scale) -> dict[int, LineLabel]:
    """Each line's name at its end; where several end in the same year, moved apart."""
    ends = sorted(
        (one.points[-1].year, scale.y(one.points[-1].value), number, one.name)
        for number, one in enumerate(scale.content.others, start=1)
        if one.points
    )
    found: dict[int, LineLabel] = {}
    for year, group in groupby(ends, key=lambda end: end[0]):
        placed = list(group)
        rows = apart([y for _, y, _, _ in placed], scale)
        for row, (_, _, number, name) in zip(rows, placed, strict=True):
            found[number] = LineLabel(name, scale.x(year) + LABEL_GAP, round(row + TEXT_MIDDLE, 1))
    return found


@dataclass(frozen=True)
class ValueClass:
    """The values from `low` to `high`, both of them shown ones, that take the same shade; 1 is the lightest."""

    number: int
    low: Decimal
    high: Decimal
    count: int


def value_classes(values: Sequence[Decimal]) -> list[ValueClass]:
    """Up to five classes of as many values each as can be (quantiles); equal values are never parted."""
    ordered = sorted(values)
    by_class: dict[int, list[Decimal]] = {}
    for value in ordered:
        number = CLASSES * ordered.index(value) // len(ordered)
        by_class.setdefault(number, []).append(value)
    return [
        ValueClass(number + 1, low=found[0], high=found[-1], count=len(found)) for number, found in by_class.items()
    ]
