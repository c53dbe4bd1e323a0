"""Geometry of the bullet and the trajectory: places and labels ready for the template, no progress in it.

Coordinates are user units of the drawing's viewBox, y downwards, rounded to 0.1. Labels are given by
the caller but for the ticks of the y axis, which are chosen here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from targets.chart_labels import end_labels, line_labels, value_labels
from targets.chart_parts import (
    NARROW,
    WIDE,
    Bar,
    Content,
    Dot,
    Forecast,
    Label,
    Point,
    Scale,
    Series,
    Sheet,
    axis_ticks,
    tick_labels,
)

__all__ = ["Bullet", "Forecast", "Point", "Series", "Trajectory", "bullet", "trajectory", "with_hypothesis"]

BulletState = Literal["drawn", "no_data", "no_target", "no_baseline", "hold"]

BULLET_VIEW_BOX = "0 0 320 46"
TRACK_LEFT, TRACK_RIGHT = Decimal(30), Decimal(286)
TRACK_Y, TRACK_HEIGHT = 17.0, 12.0
BAR_Y, BAR_HEIGHT = 20.0, 6.0
BAR_MIDDLE = BAR_Y + BAR_HEIGHT / 2
OVERRUN = Decimal(16)
ARROW_LENGTH, ARROW_HALF = 9.0, 6.0
VALUE_Y, SCALE_Y = 11.0, 43.0
LABEL_ROOM = Decimal(44)
THINNEST_BAR = Decimal(2)


@dataclass(frozen=True)
class Bullet:
    """One row on the scale from baseline (0) to target (100%); `bar` is None unless `state` is drawn."""

    state: BulletState
    view_box: str
    track: Bar
    target_x: float
    target: Label
    baseline: Label
    words: Label
    scheduled_x: float | None = None
    bar: Bar | None = None
    arrow: str = ""
    overrun: Literal["", "low", "high"] = ""
    value: Label | None = None


def _place(value: Decimal) -> float:
    return float(round(value, 1))


def bullet(
    *,
    baseline: Decimal | None,
    target: Decimal | None,
    actual: Decimal | None,
    scheduled: Decimal | None,
    baseline_label: str = "",
    target_label: str = "",
    actual_label: str = "",
    hold: bool = False,
) -> Bullet:
    """The drawing of one indicator's way from baseline to target; falling targets need nothing special.

    What runs past either end is cut there and ends in an arrow with its own label. Without data, target or
    baseline, and for a target that only has to be held (`hold`, or where there is no distance), `state` says
    which of these it is and no bar is drawn.
    """
    distance = None if hold or baseline is None or target is None else target - baseline or None
    state = _bullet_state(baseline, target, actual, distance)
    frame = Bullet(
        state=state,
        view_box=BULLET_VIEW_BOX,
        track=Bar(float(TRACK_LEFT), TRACK_Y, float(TRACK_RIGHT - TRACK_LEFT), TRACK_HEIGHT),
        target_x=float(TRACK_RIGHT),
        target=Label("target", target_label, float(TRACK_RIGHT), SCALE_Y, "end"),
        baseline=Label("baseline", baseline_label, float(TRACK_LEFT), SCALE_Y),
        words=Label("words", "", float((TRACK_LEFT + TRACK_RIGHT) / 2), VALUE_Y, "middle"),
        scheduled_x=_tick_x(baseline, distance, scheduled),
    )
    if baseline is None or distance is None or actual is None:
        return frame
    return _with_bar(frame, (actual - baseline) / distance, actual_label)


def _bullet_state(
    baseline: Decimal | None, target: Decimal | None, actual: Decimal | None, distance: Decimal | None
) -> BulletState:
    if actual is None:
        return "no_data"
    if target is None:
        return "no_target"
    if baseline is None:
        return "no_baseline"
    return "hold" if distance is None else "drawn"


def _on_track(share: Decimal) -> Decimal:
    return TRACK_LEFT + (TRACK_RIGHT - TRACK_LEFT) * share


def _tick_x(baseline: Decimal | None, distance: Decimal | None, scheduled: Decimal | None) -> float | None:
    if baseline is None or distance is None or scheduled is None:
        return None
    share = (scheduled - baseline) / distance
    return _place(_on_track(share)) if 0 <= share <= 1 else None


def _with_bar(frame: Bullet, share: Decimal, label: str) -> Bullet:
    overrun: Literal["", "low", "high"] = "low" if share < 0 else "high" if share > 1 else ""
    near, far = TRACK_LEFT, _on_track(min(max(share, Decimal(0)), Decimal(1)))
    arrow = ""
    if overrun == "high":
        far = TRACK_RIGHT + OVERRUN
        arrow = _arrow(float(far), 1)
    elif overrun == "low":
        near, far = TRACK_LEFT - OVERRUN, TRACK_LEFT
        arrow = _arrow(float(near), -1)
    width = max(far - near, THINNEST_BAR)
    return replace(
        frame,
        bar=Bar(_place(near), BAR_Y, _place(width), BAR_HEIGHT),
        arrow=arrow,
        overrun=overrun,
        value=_value_label(near if overrun == "low" else far, label),
    )


def _arrow(x: float, direction: int) -> str:
    tip = x + direction * ARROW_LENGTH
    return f"{x},{BAR_MIDDLE - ARROW_HALF} {tip},{BAR_MIDDLE} {x},{BAR_MIDDLE + ARROW_HALF}"


def _value_label(x: Decimal, text: str) -> Label:
    if x < TRACK_LEFT + LABEL_ROOM:
        return Label("value", text, max(_place(x), 0.0), VALUE_Y, "start")
    if x > TRACK_RIGHT - LABEL_ROOM:
        return Label("value", text, _place(x), VALUE_Y, "end")
    return Label("value", text, _place(x), VALUE_Y, "middle")


@dataclass(frozen=True)
class Tick:
    position: float
    label: str
    is_zero: bool = False


@dataclass(frozen=True)
class Segment:
    """A part of a line of figures; `over_gap` where years between its two ends are missing."""

    points: str
    over_gap: bool


@dataclass(frozen=True)
class Plot:
    """One drawing of the trajectory at one size; empty strings and None are not drawn."""

    name: str
    view_box: str
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    years: tuple[Tick, ...]
    wedge: str
    forecast_line: str
    other_segments: tuple[Segment, ...]
    scheduled_line: str
    hypothetical_line: str
    actual_segments: tuple[Segment, ...]
    dots: tuple[Dot, ...]
    hypothetical_dots: tuple[Dot, ...]
    target_dot: Dot | None
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Trajectory:
    """The same drawing for wide and narrow screens, what it draws, and what the key under it has to explain."""

    state: Literal["drawn", "empty"]
    unit: str
    plots: tuple[Plot, ...]
    axis_start: str
    has_actual: bool
    has_scheduled: bool
    has_range: bool
    has_provisional: bool
    has_revised: bool
    has_gap: bool
    content: Content
    ticks: tuple[Decimal, ...]

    @property
    def tick_labels(self) -> list[str]:
        return tick_labels(self.ticks) if self.ticks else []

    @property
    def has_hypothesis(self) -> bool:
        return bool(self.content.hypothetical)


def trajectory(
    *,
    actual: Sequence[Point],
    scheduled: Sequence[Point],
    target: Point | None,
    others: Sequence[Series] = (),
    forecast: Forecast | None = None,
    unit: str,
    first_year: int,
    last_year: int,
) -> Trajectory:
    """The drawing of an indicator through the years `first_year` (the base year) to `last_year`.

    Points of other years are left out. `axis_start` is the label where the y axis begins, "" when 0 is on it.
    `state` is empty when there is neither a figure nor a scheduled path to draw.
    """
    known = _within(actual, first_year, last_year)
    content = Content(
        actual=known,
        scheduled=_within(scheduled, first_year, last_year),
        target=target if target and first_year <= target.year <= last_year else None,
        others=tuple(Series(series.name, _within(series.points, first_year, last_year)) for series in others),
        forecast=forecast if known else None,
        first_year=first_year,
        last_year=last_year,
    )
    return _drawn(content, unit)


def with_hypothesis(chart: Trajectory, points: Iterable[Point]) -> Trajectory:
    """The same drawing with a line of hypothetical values, on an axis that holds them."""
    shown = _within(points, chart.content.first_year, chart.content.last_year)
    return _drawn(replace(chart.content, hypothetical=shown), chart.unit)


def _drawn(content: Content, unit: str) -> Trajectory:
    lines = (content.actual, content.scheduled, content.hypothetical, *(series.points for series in content.others))
    drawn, known = any(lines), content.actual
    ticks = axis_ticks(content.values()) if drawn else []
    return Trajectory(
        state="drawn" if drawn else "empty",
        unit=unit,
        plots=tuple(_plot(content, ticks, sheet) for sheet in (WIDE, NARROW)) if drawn else (),
        axis_start=tick_labels(ticks)[0] if drawn and not ticks[0] <= 0 <= ticks[-1] else "",
        has_actual=bool(known),
        has_scheduled=bool(content.scheduled),
        has_range=content.forecast is not None and content.forecast.worst is not None,
        has_provisional=any(point.provisional for point in known),
        has_revised=any(point.revised for point in known),
        has_gap=any(_spans_gap(pair) for points in _lines_of_figures(content) for pair in pairwise(points)),
        content=content,
        ticks=tuple(ticks),
    )


def _within(points: Iterable[Point], first_year: int, last_year: int) -> tuple[Point, ...]:
    chosen = [point for point in points if first_year <= point.year <= last_year]
    return tuple(sorted(chosen, key=lambda point: point.year))


def _plot(content: Content, ticks: Sequence[Decimal], sheet: Sheet) -> Plot:
    names = tick_labels(ticks)
    scale = Scale(content, ticks, sheet, left=round(14 + max(map(len, names)) * sheet.character, 1))
    years = range(content.first_year, content.last_year + 1)
    wedge, line = _forecast_shapes(scale)
    return Plot(
        name=sheet.name,
        view_box=f"0 0 {sheet.width} {sheet.height}",
        left=scale.left,
        right=scale.right,
        top=float(sheet.top),
        bottom=scale.bottom,
        ticks=tuple(Tick(scale.y(tick), name, tick == 0) for tick, name in zip(ticks, names, strict=True)),
        years=tuple(Tick(scale.x(year), str(year)) for year in years),
        wedge=wedge,
        forecast_line=line,
        other_segments=tuple(part for series in content.others for part in _segments(scale, series.points)),
        scheduled_line=scale.line(content.scheduled),
        hypothetical_line=scale.line(content.hypothetical),
        actual_segments=_segments(scale, content.actual),
        dots=tuple(scale.dot(point) for point in content.actual),
        hypothetical_dots=tuple(scale.dot(point) for point in content.hypothetical if point.supposed),
        target_dot=scale.dot(content.target) if content.target else None,
        labels=(*value_labels(scale), *line_labels(scale), *end_labels(scale)),
    )


def _lines_of_figures(content: Content) -> list[Sequence[Point]]:
    return [content.actual, *(series.points for series in content.others)]


def _spans_gap(pair: tuple[Point, Point]) -> bool:
    return pair[1].year - pair[0].year > 1


def _segments(scale: Scale, points: Sequence[Point]) -> tuple[Segment, ...]:
    return tuple(Segment(scale.line(pair), _spans_gap(pair)) for pair in pairwise(points))


def _forecast_shapes(scale: Scale) -> tuple[str, str]:
    forecast, actual = scale.content.forecast, scale.content.actual
    if forecast is None or not actual:
        return "", ""
    line = scale.line([actual[-1], forecast.value])
    if forecast.worst is None or forecast.best is None:
        return "", line
    return scale.line([actual[-1], forecast.best, forecast.worst]), line
