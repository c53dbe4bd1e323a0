"""Where the texts of a trajectory stand: at the dots, along the lines, and in the margin at their ends."""

from collections.abc import Sequence
from itertools import pairwise

from targets.chart_parts import Anchor, Label, LabelKind, Point, Scale, Series

LABEL_GAP = 11.0
LABEL_DROP = 20.0
LABEL_ROOM = LABEL_DROP + LABEL_GAP
RING = 5.0
STEEP = 0.4
TEXT_MIDDLE = 4.5


def value_labels(scale: Scale) -> list[Label]:
    """The figures at their dots; a narrow sheet has room for the first one only."""
    actual = scale.content.actual
    chosen = actual[:-1] if scale.sheet.every_value else actual[:1] if len(actual) > 1 else ()
    return [_at_dot(scale, "value", index) for index in range(len(chosen))]


def _at_dot(scale: Scale, kind: LabelKind, index: int) -> Label:
    """Above the dot or below it, where no other line runs, and away from the slope of the line itself."""
    actual = scale.content.actual
    point = actual[index]
    y = scale.y(point.value)
    below = _goes_below(scale, index)
    ring = RING if point.revised else 0.0
    place = y + LABEL_DROP + ring if below else y - LABEL_GAP - ring
    return Label(kind, point.label, scale.x(point.year), round(place, 1), _anchor(scale, index, below=below))


def _goes_below(scale: Scale, index: int) -> bool:
    point = scale.content.actual[index]
    y = scale.y(point.value)
    others = [series.points for series in (*scale.content.others, Series("", scale.content.scheduled))]
    lines = [scale.y(other.value) for points in others for other in points if other.year == point.year]
    blocked_above = any(0 < y - line < LABEL_ROOM for line in lines) or (index == 0 and _path_rises(scale))
    blocked_below = y + LABEL_DROP > scale.bottom or any(0 < line - y < LABEL_ROOM for line in lines)
    if blocked_above != blocked_below:
        return blocked_above
    return _is_valley(scale.content.actual, index) and y + LABEL_DROP < scale.bottom


def _path_rises(scale: Scale) -> bool:
    path = scale.content.scheduled
    return len(path) > 1 and path[1].value > path[0].value


def _is_valley(points: Sequence[Point], index: int) -> bool:
    """Whether the line turns upwards here, or leaves its first dot upwards."""
    here = points[index].value
    before = points[index - 1].value if index else here
    after = points[index + 1].value if index + 1 < len(points) else here
    return here <= before and here <= after and (here < before or here < after)


def _anchor(scale: Scale, index: int, *, below: bool) -> Anchor:
    """Beside the dot where the line leaves it steeply through the label's place, else centred."""
    points = scale.content.actual
    here = points[index]
    if here.year == scale.content.first_year:
        return "start"
    if index + 1 == len(points):
        came_up = index > 0 and here.value >= points[index - 1].value
        return "end" if came_up != below else "start"
    anchor = _clear_of(scale, (here, points[index + 1]), below=below)
    return "middle" if anchor == "start" else anchor


def _clear_of(scale: Scale, stretch: tuple[Point, Point], *, below: bool) -> Anchor:
    """On which side a label keeps clear of a stretch of a line that is steep, else centred."""
    first, last = stretch
    climb = scale.y(first.value) - scale.y(last.value)
    if abs(climb) <= STEEP * (scale.x(last.year) - scale.x(first.year)):
        return "middle"
    return "end" if (climb > 0) != below else "start"


def line_labels(scale: Scale) -> list[Label]:
    """Names of lines that do not reach the last year, and of the scheduled path where it has most room."""
    content = scale.content
    labels = [_scheduled_label(scale)] if len(content.scheduled) > 1 else []
    if content.actual and content.actual[-1].year < content.last_year:
        labels.append(_at_dot(scale, "actual", len(content.actual) - 1))
    return labels + [
        _beside(scale, series) for series in content.others if series.points and _stops_early(scale, series)
    ]


def _stops_early(scale: Scale, series: Series) -> bool:
    return series.points[-1].year < scale.content.last_year


def _beside(scale: Scale, series: Series) -> Label:
    last = series.points[-1]
    return Label("other", series.name, scale.x(last.year) + LABEL_GAP, round(scale.y(last.value) + TEXT_MIDDLE, 1))


def _scheduled_label(scale: Scale) -> Label:
    """At the middle of the stretch farthest from the actual line, on the side away from it."""
    actual = {point.year: point.value for point in scale.content.actual}

    def middle(pair: tuple[Point, Point]) -> tuple[float, float]:
        return scale.x((pair[0].year + pair[1].year) / 2), (scale.y(pair[0].value) + scale.y(pair[1].value)) / 2

    def lead(pair: tuple[Point, Point]) -> float:
        """How far the actual line runs above the path there, in units; 0 where there is none."""
        if pair[0].year not in actual or pair[1].year not in actual:
            return 0.0
        return middle(pair)[1] - (scale.y(actual[pair[0].year]) + scale.y(actual[pair[1].year])) / 2

    centre = (scale.content.first_year + scale.content.last_year) / 2
    stretch = max(
        pairwise(scale.content.scheduled),
        key=lambda pair: (abs(lead(pair)), -abs((pair[0].year + pair[1].year) / 2 - centre)),
    )
    x, y = middle(stretch)
    under = lead(stretch) > 0 and y + LABEL_DROP + LABEL_GAP < scale.bottom
    place = round(y + LABEL_DROP if under else y - LABEL_GAP, 1)
    return Label("scheduled", "", x, place, _clear_of(scale, stretch, below=under))


def end_labels(scale: Scale) -> list[Label]:
    """Labels in the right margin at the lines' ends, moved apart so that none covers another."""
    content = scale.content
    ends: list[tuple[LabelKind, str, Point]] = []
    if content.target:
        ends.append(("target", content.target.label, content.target))
    if content.actual and content.actual[-1].year == content.last_year:
        ends.append(("actual", content.actual[-1].label, content.actual[-1]))
    if content.forecast:
        kinds: tuple[LabelKind, ...] = ("worst", "forecast", "best")
        ends += [
            (kind, point.label, point) for kind, point in zip(kinds, content.forecast_points(), strict=True) if point
        ]
    if content.hypothetical:
        ends.append(("hypothetical", content.hypothetical[-1].label, content.hypothetical[-1]))
    ends += [
        ("other", series.name, series.points[-1])
        for series in content.others
        if series.points and not _stops_early(scale, series)
    ]
    placed = sorted((scale.y(point.value), kind, text) for kind, text, point in ends)
    rows = apart([y for y, _, _ in placed], scale)
    x = scale.right + LABEL_GAP
    return [Label(kind, text, x, round(y + TEXT_MIDDLE, 1)) for y, (_, kind, text) in zip(rows, placed, strict=True)]


def apart(rows: Sequence[float], scale: Scale) -> list[float]:
    """The rows, in order, moved so that neighbours are a line apart and the last one stays on the sheet."""
    step, floor = scale.sheet.line_height, scale.bottom
    placed: list[float] = []
    for row in rows:
        placed.append(max(row, placed[-1] + step) if placed else row)
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], floor)
        floor = placed[index] - step
    return placed
