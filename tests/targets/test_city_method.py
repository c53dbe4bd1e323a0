"""The method's part about prefectures (§11): figures, changes, shares, ranks and sums, on one basis at a time."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.chart_parts import Point, Series
from targets.city_charts import bar_extents, lines_chart, value_classes
from targets.progress import AreasInView, Indicator, Submission, areas_in_view
from targets.progress_areas import rank_of, share_pct

YEARS = range(2015, 2021)
VALUES = st.integers(-300, 300).map(lambda units: Decimal(units).scaleb(-1)) | st.none()
Given = tuple[Any, ...]


def submissions(*figures: Given) -> list[Submission]:
    """(year, value), and where they are not the usual ones: the day, the basis."""
    made = []
    for year, value, *more in figures:
        day, basis = (*more, *(f"{year + 1}-06-01", "")[len(more) :])
        made.append(Submission(year=year, value=value, submitted_on=day, basis=basis))
    return made


def seen(
    province: Sequence[Given] = (),
    *,
    additive: bool = True,
    as_of_year: int = 2020,
    known_by: Any = None,
    indicator: Mapping[str, Any] = {},
    **cities: list[Given],
) -> AreasInView:
    return areas_in_view(
        Indicator(**{"id": "x", "kind": "annual_flow", "target": None, "decimals": 1, **indicator}),
        additive=additive,
        province=submissions(*province),
        cities={code: submissions(*figures) for code, figures in cities.items()},
        as_of_year=as_of_year,
        known_by=known_by,
    )


@settings(max_examples=50, deadline=None)
@given(
    province=st.fixed_dictionaries(dict.fromkeys(YEARS, VALUES)),
    cities=st.fixed_dictionaries({name: st.fixed_dictionaries(dict.fromkeys(YEARS, VALUES)) for name in "ABC"}),
    additive=st.booleans(),
    as_of_year=st.integers(2016, 2022),
)
def test_every_number_follows_from_its_formula(
    *, province: dict[int, Any], cities: dict[str, dict[int, Any]], additive: bool, as_of_year: int
) -> None:
    view = seen(
        [*province.items()],
        additive=additive,
        as_of_year=as_of_year,
        **{name: [*values.items()] for name, values in cities.items()},
    )
    for name, values in cities.items():
        shown = [year for year in YEARS if year <= as_of_year and values[year] is not None]
        assert view.cities[name].latest_year == max(shown, default=None)
        for year in YEARS:
            figure = view.figure(name, year)
            assert (figure is not None) == (year in shown)
            if figure is None:
                continue
            whole, before = province[year], values.get(year - 1)
            share = floor(1000 * Fraction(values[year]) / Fraction(whole)) if additive and whole else None
            assert figure.share_pct == (None if share is None else Decimal(share) / 10)
            assert figure.yearly_change == (None if before is None else values[year] - before)
            others = [city[year] for city in cities.values() if city[year] is not None]
            assert (figure.rank, figure.reported) == (1 + sum(o > values[year] for o in others), len(others))
            assert figure.province == whole


@pytest.mark.parametrize(
    ("city", "province", "additive", "expected"),
    [
        ("1180", "1932", True, "61.0"),
        ("1999", "2000", True, "99.9"),
        ("-1", "3", True, "-33.4"),
        ("0", "3", True, "0.0"),
        ("4", "3", True, "133.3"),
        ("1", "0", True, None),
        ("0", "0", True, None),
        (None, "3", True, None),
        ("1", None, True, None),
        ("1", "3", False, None),
    ],
)
def test_a_share_is_floored_and_missing_where_it_means_nothing(
    *, city: Any, province: Any, additive: bool, expected: Any
) -> None:
    def number(text: Any) -> Any:
        return None if text is None else Decimal(text)

    assert share_pct(number(city), number(province), additive=additive) == number(expected)


def test_a_share_that_a_short_division_would_round_up_is_floored() -> None:
    assert share_pct(Decimal(10**30 - 1), Decimal(10**30), additive=True) == Decimal("99.9")


def test_equal_values_share_the_better_rank() -> None:
    values = [Decimal(number) for number in (5, 7, 7, 0)]
    assert [rank_of(value, values) for value in values] == [3, 1, 1, 4]
    assert [rank_of(value, values, sign=-1) for value in values] == [2, 3, 3, 1]
    view = seen(A=[(2019, "5")], B=[(2019, "7")], C=[(2019, "7.0")], D=[(2018, "9")])
    assert [(city, figure.rank) for city, figure in view.ranking(2019)] == [("B", 1), ("C", 1), ("A", 3)]


def test_a_zero_is_a_figure_and_a_figure_taken_back_is_none() -> None:
    taken_back = [(2019, "4"), (2020, "9", "2021-01-01"), (2020, None, "2021-02-01")]
    view = seen([(2019, "8"), (2020, "8")], A=[(2018, "0"), *taken_back], B=[(2020, "0")])
    latest = view.latest("A")
    assert latest
    assert (latest.year, latest.value, latest.yearly_change, latest.revised) == (2019, 4, 4, False)
    assert view.figure("A", 2020) is None
    assert [(city, figure.rank, figure.value) for city, figure in view.ranking(2020)] == [("B", 1, 0)]
    early = seen([], A=taken_back, known_by="2021-01-31").latest("A")
    assert early
    assert (early.year, early.value) == (2020, 9)


def test_figures_on_different_bases_are_never_put_together() -> None:
    view = seen(
        [(2018, "100", "2019-06-01", "first"), (2019, "50", "2020-06-01", "rebased")],
        A=[(2018, "10", "2019-06-01", "first"), (2019, "20", "2020-06-01", "rebased")],
        B=[(2018, "30", "2019-06-01", "first"), (2019, "40", "2020-06-01", "first")],
    )
    a, b, old = view.figure("A", 2019), view.figure("B", 2019), view.figure("B", 2018)
    assert a
    assert b
    assert old
    # A's year before is on the other basis; B has the same one in both years, and no province beside it in 2019.
    assert (a.yearly_change, a.share_pct, a.rank, a.reported, a.province_change) == (None, Decimal("40.0"), 1, 1, None)
    assert (b.yearly_change, b.share_pct, b.rank, b.reported) == (Decimal(10), None, 1, 1)
    assert (old.share_pct, old.province) == (Decimal("30.0"), 100)
    assert view.figure("A", 2018) is None
    assert [city for city, _ in view.ranking(2019)] == ["A"]
    assert view.comparison(2019) == {
        "result": "incomplete",
        "sum": Decimal(20),
        "sum_is_complete": False,
        "difference": None,
        "missing": ["B"],
    }


def test_without_a_province_most_cities_say_on_which_basis_they_are_compared() -> None:
    view = seen(
        A=[(2019, "1", "2020-06-01", "rebased")],
        B=[(2019, "2", "2020-06-01", "first")],
        C=[(2019, "3", "2020-06-01", "rebased")],
    )
    assert [city for city, _ in view.ranking(2019)] == ["C", "A"]
    assert view.comparison(2019)["sum"] == 4
    assert view.comparison(2018)["result"] == "no_area_data"


def test_the_printed_baseline_is_the_provinces_figure_of_the_base_year() -> None:
    printed = {"kind": "level", "baseline": "693"}
    view = seen([(2016, "700")], indicator=printed, A=[(2015, "70"), (2016, "71")])
    first, second = view.figure("A", 2015), view.figure("A", 2016)
    assert first
    assert second
    assert (first.share_pct, second.province_change) == (Decimal("10.1"), 7)
    corrected = seen([(2015, "700")], indicator=printed, A=[(2015, "70")]).figure("A", 2015)
    assert corrected
    assert corrected.share_pct == Decimal("10.0")
    counted = seen(indicator={"kind": "cumulative", "baseline": "0"}, A=[(2015, "70")]).figure("A", 2015)
    assert counted
    assert (counted.province, counted.share_pct) == (None, None)


@given(values=st.lists(st.integers(-99, 99).map(Decimal), min_size=1, max_size=13))
def test_bars_stand_on_one_scale_and_classes_part_no_equal_values(values: list[Decimal]) -> None:
    bars = bar_extents(values)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100.2 for bar in bars)
    assert all((bar.width == 0) == (value == 0) for bar, value in zip(bars, values, strict=True))
    ascending = sorted(zip(values, (bar.width for bar in bars), strict=True))
    widths = [width for value, width in ascending if value > 0]
    assert widths == sorted(widths)
    classes = value_classes(values)
    assert sum(one.count for one in classes) == len(values)
    assert len(classes) <= 5
    assert [(one.low <= one.high) for one in classes] == [True] * len(classes)
    assert all(before.high < after.low for before, after in pairwise(classes))


def test_lines_have_their_names_apart_and_gaps_shown() -> None:
    chart = lines_chart(
        [
            Series("甲", [Point(2016, Decimal(10), "10"), Point(2018, Decimal(12), "12")]),
            Series("乙", []),
            Series("丙", [Point(2018, Decimal(12), "12")]),
        ],
        first_year=2015,
        last_year=2020,
    )
    assert [(line.number, line.label.text) for line in chart.lines] == [(1, "甲"), (3, "丙")]
    assert abs(chart.lines[0].label.y - chart.lines[1].label.y) >= 16
    assert [segment.over_gap for segment in chart.lines[0].segments] == [True]
    assert (chart.axis_start != "", chart.has_gap) == (True, True)
