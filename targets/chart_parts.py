"""What the drawings of charts.py are made of: points, labels, sheets, and the scale from values to places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

Anchor = Literal["start", "middle", "end"]
LabelKind = Literal[
    "value",
    "baseline",
    "target",
    "actual",
    "scheduled",
    "forecast",
    "worst",
    "best",
    "other",
    "words",
    "hypothetical",
]
WANTED_TICKS = 4
BREATH = Decimal("0.2")
NICE_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Point:
    """A value of a year with its label as printed; hollow when provisional or supposed, ringed when revised."""

    year: int
    value: Decimal
    label: str
    provisional: bool = False
    revised: bool = False
    supposed: bool = False


@dataclass(frozen=True)
class Series:
    """A line shown for context only, such as the figures on another statistical basis."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Forecast:
    """The extrapolated value; the range is None where fewer than two yearly changes are known."""

    value: Point
    worst: Point | None = None
    best: Point | None = None


@dataclass(frozen=True)
class Label:
    """A text at a place; `kind` lets the template put a word before it."""

    kind: LabelKind
    text: str
    x: float
    y: float
    anchor: Anchor = "start"


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    provisional: bool
    revised: bool


@dataclass(frozen=True)
class Sheet:
    """The paper of a drawing: its size, the margins, and how wide a character is."""

    name: Literal["wide", "narrow"]
    width: int
    height: int
    right: int
    every_value: bool
    top: int = 40
    bottom: int = 30
    character: float = 7.4
    line_height: float = 18.0


WIDE = Sheet("wide", 760, 340, right=130, every_value=True)
NARROW = Sheet("narrow", 350, 300, right=86, every_value=False, character=7.0, line_height=17.0)


@dataclass(frozen=True)
class Content:
    """What is to be drawn, limited to the years of the axis.

    `hypothetical` are supposed points, after the last known value where there is one.
    """

    actual: tuple[Point, ...]
    scheduled: tuple[Point, ...]
    target: Point | None
    others: tuple[Series, ...]
    forecast: Forecast | None
    first_year: int
    last_year: int
    hypothetical: tuple[Point, ...] = ()

    def values(self) -> list[Decimal]:
        lone = [self.target, *(self.forecast_points())]
        lines = [
            *self.actual,
            *self.scheduled,
            *self.hypothetical,
            *(point for series in self.others for point in series.points),
        ]
        return [point.value for point in [*lines, *lone] if point is not None]

    def forecast_points(self) -> list[Point | None]:
        return [self.forecast.worst, self.forecast.value, self.forecast.best] if self.forecast else []


@dataclass(frozen=True)
class Scale:
    """From years and values to places on a sheet."""

    content: Content
    ticks: Sequence[Decimal]
    sheet: Sheet
    left: float

    @property
    def right(self) -> float:
        return float(self.sheet.width - self.sheet.right)

    @property
    def bottom(self) -> float:
        return float(self.sheet.height - self.sheet.bottom)

    def x(self, year: float) -> float:
        years = self.content.last_year - self.content.first_year or 1
        return round(self.left + (self.right - self.left) * (year - self.content.first_year) / years, 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0]))
        return round(self.bottom - (self.bottom - self.sheet.top) * share, 1)

    def line(self, points: Iterable[Point]) -> str:
        return " ".join(f"{self.x(point.year)},{self.y(point.value)}" for point in points)

    def dot(self, point: Point) -> Dot:
        return Dot(self.x(point.year), self.y(point.value), point.provisional, point.revised)


def axis_ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Round ticks that enclose the values, from 0 where the least is under half of the greatest.

    An axis that does not start at 0 leaves some breath under the least value, so that its label finds room.
    """
    low, high = min(values), max(values)
    if low >= 0 and low <= high / 2:
        low = Decimal(0)
    if low == high:
        pad = abs(high) / 10 or Decimal("0.5")
        low, high = (low - pad, high + pad) if high else (low, Decimal(1))
    step = _nice_step((high - low) / WANTED_TICKS)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    if low and low - first * step < step * BREATH:
        first -= 1
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * (first + index) for index in range(int(last - first) + 1)]


def _nice_step(least: Decimal) -> Decimal:
    unit = Decimal(1).scaleb(least.adjusted())
    return next(step * unit for step in NICE_STEPS if step * unit >= least)


def tick_labels(ticks: Sequence[Decimal]) -> list[str]:
    step = (ticks[1] - ticks[0]).normalize().as_tuple().exponent
    decimals = max(0, -step) if isinstance(step, int) else 0
    return [f"{tick:,.{decimals}f}".replace("-", "−") for tick in ticks]
