"""What the drawing that answers to a pointer is made of: the page's own values and words, as text.

Numbers are given as they are shown, and as plain digits that say where on the axis they stand; nothing is computed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from planportal.web.writing import written_change, written_figure
from targets.chart_parts import Content, Point
from targets.target_pages import TargetPage, YearLine
from targets.wording import difference_with_unit, with_unit


@dataclass(frozen=True)
class PointData:
    """A value of a year: `place` in plain digits, `label` as it is shown."""

    year: int
    place: str
    label: str
    provisional: bool
    revised: bool
    supposed: bool


@dataclass(frozen=True)
class LineData:
    """A line with a name of its own."""

    name: str
    points: tuple[PointData, ...]


@dataclass(frozen=True)
class TickData:
    """A line of the grid."""

    place: str
    label: str


@dataclass(frozen=True)
class ForecastData:
    """The extrapolated value, and the range of scenarios where there is one."""

    value: PointData
    worst: PointData | None
    best: PointData | None


@dataclass(frozen=True)
class YearData:
    """What is said of a year: pairs of a word and a value with its unit; tags and source are of the actual one."""

    year: int
    said: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ChartData:
    """The drawing of a target's page, told in `description`; `words` are the names of its lines.

    `axis` says where the y axis begins, "" when 0 is on it.
    """

    description: str
    axis: str
    unit: str
    ticks: tuple[TickData, ...]
    years: tuple[YearData, ...]
    actual: tuple[PointData, ...]
    scheduled: tuple[PointData, ...]
    hypothetical: tuple[PointData, ...]
    target: PointData | None
    forecast: ForecastData | None
    others: tuple[LineData, ...]
    words: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """As `json_script` takes it."""
        return asdict(self)


def chart_data(page: TargetPage) -> ChartData:
    """The values of a page's drawing and of the table under it."""
    chart, content = page.chart, page.chart.content
    ticks = zip(chart.ticks, chart.tick_labels, strict=True)
    return ChartData(
        description=page.chart_description,
        axis=_("纵轴从 %(start)s 起，不从 0 起。") % {"start": chart.axis_start} if chart.axis_start else "",
        unit=_("单位：%(unit)s") % {"unit": chart.unit},
        ticks=tuple(TickData(f"{tick:f}", label) for tick, label in ticks),
        years=tuple(_year(page, line) for line in page.years),
        actual=_points(content.actual),
        scheduled=_points(content.scheduled),
        hypothetical=_points(content.hypothetical),
        target=_point(content.target),
        forecast=_forecast(content),
        others=tuple(LineData(series.name, _points(series.points)) for series in content.others if series.points),
        words=_words(),
    )


def _words() -> dict[str, str]:
    return {
        "actual": _("实际"),
        "scheduled": _("应达值"),
        "target": _("目标"),
        "forecast": _("外推"),
        "worst": _("最差"),
        "best": _("最好"),
        "range": _("情景区间（不是概率）"),
        "hypothetical": _("假设"),
    }


def _points(points: Iterable[Point]) -> tuple[PointData, ...]:
    return tuple(_placed(point) for point in points)


def _point(point: Point | None) -> PointData | None:
    return None if point is None else _placed(point)


def _placed(point: Point) -> PointData:
    return PointData(point.year, f"{point.value:f}", point.label, point.provisional, point.revised, point.supposed)


def _forecast(content: Content) -> ForecastData | None:
    forecast = content.forecast
    if forecast is None:
        return None
    return ForecastData(_placed(forecast.value), _point(forecast.worst), _point(forecast.best))


def _year(page: TargetPage, line: YearLine) -> YearData:
    """The table's line in words; beside it what the drawing alone shows of the year."""
    return YearData(
        year=line.year,
        said=(*_of_the_table(page, line), *_of_the_drawing(page, line.year)),
        tags=line.tags,
        source=line.source,
    )


def _of_the_table(page: TargetPage, line: YearLine) -> Iterator[tuple[str, str]]:
    target = page.row.target
    actual = _("暂无数据") if line.actual is None else _measured(page, line.actual)
    yield _("实际"), actual
    if line.change is not None:
        yield _("较上年"), difference_with_unit(written_change(line.change, target.decimals), target.unit)
    if line.scheduled is not None:
        yield _("应达值"), _measured(page, line.scheduled)


def _of_the_drawing(page: TargetPage, year: int) -> Iterator[tuple[str, str]]:
    content = page.chart.content
    for series in content.others:
        yield from ((series.name, _measured(page, point.value)) for point in series.points if point.year == year)
    if content.target and year == content.target.year:
        yield _("目标"), _measured(page, content.target.value)
    yield from _of_the_forecast(page, year)
    for point in content.hypothetical:
        if point.supposed and point.year == year:
            yield _("假设（不是数据）"), _measured(page, point.value)


def _of_the_forecast(page: TargetPage, year: int) -> Iterator[tuple[str, str]]:
    forecast = page.chart.content.forecast
    if forecast is None or forecast.value.year != year:
        return
    yield _("外推"), _measured(page, forecast.value.value)
    if forecast.worst and forecast.best:
        facts = {
            "worst": _measured(page, forecast.worst.value),
            "best": _measured(page, forecast.best.value),
        }
        yield _("情景区间（不是概率）"), _("%(worst)s 至 %(best)s") % facts


def _measured(page: TargetPage, value: Decimal) -> str:
    target = page.row.target
    return with_unit(written_figure(value, target.decimals), target.unit)
