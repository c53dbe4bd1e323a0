"""The geometry of bullets and trajectories: scale, overrun, empty states, axis and labels."""

from dataclasses import FrozenInstanceError
from decimal import Decimal
from itertools import pairwise

import pytest

from targets.chart_parts import axis_ticks, tick_labels
from targets.charts import Bullet, Forecast, Plot, Point, Series, Trajectory, bullet, trajectory

LEFT, RIGHT = 30.0, 286.0
WIDTH = RIGHT - LEFT


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def firms(actual: str | None, scheduled: str | None = None, **changed: str | None) -> Bullet:
    given = {"baseline": "100", "target": "200"} | changed
    return bullet(
        baseline=number(given["baseline"]),
        target=number(given["target"]),
        actual=number(actual),
        scheduled=number(scheduled),
        baseline_label="100",
        target_label="200",
        actual_label=actual or "",
    )


def points(first_year: int, *values: str) -> list[Point]:
    return [Point(first_year + index, Decimal(value), value) for index, value in enumerate(values)]


def drawn(actual: list[Point], scheduled: list[Point] | None = None, **more: object) -> Trajectory:
    given: dict[str, object] = {"target": None, "others": (), "forecast": None} | more
    return trajectory(
        actual=actual,
        scheduled=scheduled or [],
        unit="家",
        first_year=2015,
        last_year=2020,
        **given,  # type: ignore[arg-type]
    )


def label(plot: Plot, kind: str) -> tuple[float, float]:
    (found,) = [one for one in plot.labels if one.kind == kind]
    return found.x, found.y


class TestBullet:
    @pytest.mark.parametrize(("actual", "share"), [("125", 0.25), ("150", 0.5), ("200", 1.0)])
    def test_bar_reaches_the_share_of_the_way(self, actual: str, share: float) -> None:
        drawing = firms(actual)
        assert drawing.state == "drawn"
        assert drawing.bar is not None
        assert drawing.bar.x == LEFT
        assert drawing.bar.width == WIDTH * share
        assert (drawing.overrun, drawing.arrow) == ("", "")

    def test_tick_stands_at_the_scheduled_value(self) -> None:
        assert firms("150", "120").scheduled_x == pytest.approx(LEFT + WIDTH * 0.2, abs=0.1)

    def test_value_at_the_baseline_still_shows_a_bar(self) -> None:
        drawing = firms("100")
        assert drawing.bar is not None
        assert drawing.bar.width == 2.0

    def test_beyond_the_target_ends_in_an_arrow_with_its_number(self) -> None:
        drawing = firms("1932")
        assert drawing.overrun == "high"
        assert drawing.bar is not None
        assert drawing.bar.x + drawing.bar.width > RIGHT
        tips = [float(pair.split(",")[0]) for pair in drawing.arrow.split()]
        assert max(tips) == tips[1] <= 320
        assert drawing.value is not None
        assert (drawing.value.text, drawing.value.anchor) == ("1932", "end")

    def test_below_the_baseline_points_the_other_way(self) -> None:
        drawing = firms("90")
        assert drawing.overrun == "low"
        assert drawing.bar is not None
        assert drawing.bar.x + drawing.bar.width == LEFT
        tips = [float(pair.split(",")[0]) for pair in drawing.arrow.split()]
        assert min(tips) == tips[1] >= 0
        assert drawing.value is not None
        assert (drawing.value.text, drawing.value.anchor) == ("90", "start")

    def test_how_far_it_overruns_changes_nothing(self) -> None:
        assert firms("201").bar == firms("999999").bar

    def test_falling_target_and_negative_values(self) -> None:
        falling = firms("-5", "0", baseline="10", target="-20")
        assert falling.bar is not None
        assert falling.bar.width == WIDTH * 0.5
        assert falling.scheduled_x == pytest.approx(LEFT + WIDTH / 3, abs=0.1)
        assert firms("12", baseline="10", target="-20").overrun == "low"

    @pytest.mark.parametrize(
        ("drawing", "state"),
        [
            (firms(None, "140"), "no_data"),
            (firms("150", target=None), "no_target"),
            (firms("150", baseline=None), "no_baseline"),
            (firms("150", baseline="200"), "hold"),
            (firms(None, baseline=None, target=None), "no_data"),
        ],
    )
    def test_empty_states_have_no_bar(self, drawing: Bullet, state: str) -> None:
        assert drawing.state == state
        assert drawing.bar is None
        assert drawing.value is None

    def test_no_data_still_shows_what_is_due(self) -> None:
        assert firms(None, "150").scheduled_x == LEFT + WIDTH / 2

    def test_zero_is_not_missing(self) -> None:
        assert firms("0", baseline="0").state == "drawn"

    def test_hold_target_has_no_tick(self) -> None:
        held = bullet(baseline=Decimal(9), target=Decimal(8), actual=Decimal(9), scheduled=Decimal(8), hold=True)
        assert (held.state, held.scheduled_x) == ("hold", None)

    def test_is_frozen(self) -> None:
        with pytest.raises(FrozenInstanceError):
            firms("150").state = "hold"  # type: ignore[misc]


class TestAxis:
    @pytest.mark.parametrize(
        ("values", "labels"),
        [
            (("127.26", "265.20"), ["0", "100", "200", "300"]),
            (("12.2", "13"), ["12.0", "12.2", "12.4", "12.6", "12.8", "13.0"]),
            (("-3", "4"), ["−4", "−2", "0", "2", "4"]),
            (("0", "7"), ["0", "2", "4", "6", "8"]),
            (("0", "0"), ["0.00", "0.25", "0.50", "0.75", "1.00"]),
            (("900000", "1000000"), ["875,000", "900,000", "925,000", "950,000", "975,000", "1,000,000"]),
        ],
    )
    def test_round_ticks(self, values: tuple[str, ...], labels: list[str]) -> None:
        assert tick_labels(axis_ticks([Decimal(value) for value in values])) == labels

    @pytest.mark.parametrize("value", ["5", "-5", "0.01", "123456789012.34"])
    def test_flat_series_is_enclosed(self, value: str) -> None:
        ticks = axis_ticks([Decimal(value), Decimal(value)])
        assert ticks[0] < Decimal(value) < ticks[-1]
        assert 3 <= len(ticks) <= 8

    def test_start_is_named_only_when_zero_is_not_on_it(self) -> None:
        assert drawn(points(2015, "12.2", "13.0")).axis_start == "12.0"
        assert drawn(points(2015, "1", "13")).axis_start == ""
        assert drawn(points(2015, "-13", "13")).axis_start == ""


class TestTrajectory:
    def test_nothing_to_draw_is_empty(self) -> None:
        chart = drawn([], target=Point(2020, Decimal(1800), "1,800"))
        assert (chart.state, chart.plots) == ("empty", ())

    def test_schedule_alone_is_drawn(self) -> None:
        chart = drawn([], points(2015, "0", "400", "800"), target=Point(2020, Decimal(2000), "2,000"))
        assert (chart.state, chart.has_actual, chart.has_scheduled) == ("drawn", False, True)
        assert chart.plots[0].actual_segments == ()

    def test_wide_and_narrow_show_the_same_years(self) -> None:
        wide, narrow = drawn(points(2015, "1", "2")).plots
        assert [year.label for year in wide.years] == ["2015", "2016", "2017", "2018", "2019", "2020"]
        assert [year.label for year in narrow.years] == [year.label for year in wide.years]
        assert narrow.view_box == "0 0 350 300"

    def test_years_outside_the_plan_are_left_out(self) -> None:
        chart = drawn([Point(2010, Decimal(52), "52"), *points(2015, "127", "126"), Point(2021, Decimal(1), "1")])
        assert len(chart.plots[0].dots) == 2

    def test_greater_values_stand_higher(self) -> None:
        low, high = drawn(points(2015, "10", "20")).plots[0].dots
        assert low.x < high.x
        assert low.y > high.y

    def test_single_point_is_a_dot_without_a_line(self) -> None:
        plot = drawn(points(2018, "4120")).plots[0]
        assert len(plot.dots) == 1
        assert plot.actual_segments == ()
        assert [one.text for one in plot.labels if one.kind == "actual"] == ["4120"]

    def test_missing_years_are_bridged_as_a_gap(self) -> None:
        chart = drawn([*points(2015, "693"), *points(2019, "1250", "1932")])
        assert [segment.over_gap for segment in chart.plots[0].actual_segments] == [True, False]
        assert chart.has_gap

    def test_marks_of_provisional_and_revised_figures(self) -> None:
        chart = drawn([Point(2019, Decimal(1), "1", revised=True), Point(2020, Decimal(2), "2", provisional=True)])
        assert [(dot.provisional, dot.revised) for dot in chart.plots[0].dots] == [
            (False, True),
            (True, False),
        ]
        assert (chart.has_provisional, chart.has_revised) == (True, True)

    def test_range_is_a_wedge_from_the_last_figure(self) -> None:
        forecast = Forecast(
            Point(2020, Decimal(9), "9"),
            worst=Point(2020, Decimal(8), "8"),
            best=Point(2020, Decimal(10), "10"),
        )
        chart = drawn(points(2015, "4", "5"), forecast=forecast)
        plot = chart.plots[0]
        last = plot.dots[-1]
        assert chart.has_range
        assert plot.wedge.split()[0] == plot.forecast_line.split()[0] == f"{last.x},{last.y}"
        assert label(plot, "best")[1] < label(plot, "forecast")[1] < label(plot, "worst")[1]

    def test_forecast_without_a_range_is_a_line(self) -> None:
        chart = drawn(points(2015, "4", "5"), forecast=Forecast(Point(2020, Decimal(9), "9")))
        assert (chart.plots[0].wedge, chart.has_range) == ("", False)
        assert chart.plots[0].forecast_line

    def test_forecast_needs_a_figure_to_start_from(self) -> None:
        chart = drawn([], points(2015, "0", "1"), forecast=Forecast(Point(2020, Decimal(9), "9")))
        assert chart.plots[0].forecast_line == ""
        assert "forecast" not in {one.kind for one in chart.plots[0].labels}

    def test_labels_at_the_end_do_not_cover_each_other(self) -> None:
        chart = drawn(
            points(2015, "1", "2", "3", "4", "5", "6.6"),
            target=Point(2020, Decimal("6.7"), "6.7"),
            others=[Series("首次公布口径", points(2015, "1", "2", "3", "4", "5", "6.65"))],
        )
        for plot in chart.plots:
            rows = sorted(one.y for one in plot.labels if one.x > plot.right)
            assert len(rows) == 3
            assert all(after - before >= 16 for before, after in pairwise(rows))
            assert rows[-1] <= plot.bottom + 5

    def test_other_basis_is_named_where_it_ends(self) -> None:
        chart = drawn(
            points(2015, "1.35", "1.28"),
            others=[Series("首次公布口径", points(2015, "1.05", "0.99", "0.92"))],
        )
        plot = chart.plots[0]
        assert [one.over_gap for one in plot.other_segments] == [False, False]
        assert label(plot, "other")[0] > plot.years[2].position

    def test_schedule_is_named_on_the_side_away_from_the_figures(self) -> None:
        schedule = points(2015, "10", "12", "14", "16", "18", "20")
        ahead = drawn(points(2015, "10", "16", "20", "25", "30", "36"), schedule).plots[0]
        late = drawn(points(2015, "10", "9", "8", "8", "8", "9"), schedule).plots[0]
        path = [float(pair.split(",")[1]) for pair in ahead.scheduled_line.split()]
        assert label(ahead, "scheduled")[1] > min(path)
        path = [float(pair.split(",")[1]) for pair in late.scheduled_line.split()]
        assert label(late, "scheduled")[1] < max(path)

    def test_negative_and_flat_series_stay_on_the_sheet(self) -> None:
        for values in (("-5", "-3", "-8"), ("7", "7", "7"), ("0", "0", "0")):
            for plot in drawn(points(2015, *values)).plots:
                assert all(plot.top <= dot.y <= plot.bottom for dot in plot.dots)
