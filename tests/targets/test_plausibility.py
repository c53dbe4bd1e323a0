"""Slips of the unit, jumps and sums above the whole, on series made up for the purpose."""

from decimal import Decimal

import pytest

from targets.plausibility import Band, Series, Slip, outside_history, plausible_band, sum_above, unit_slip

CONTRACTS = {2015: "127.26", 2016: "125.81", 2017: "146.71", 2018: "165.92"}


def series(year: int, others: dict[int, str], current: str | None = None, typical: str | None = None) -> Series:
    return Series(
        year=year,
        others={known: Decimal(value) for known, value in others.items()},
        current=None if current is None else Decimal(current),
        typical=None if typical is None else Decimal(typical),
    )


@pytest.mark.parametrize(
    ("value", "factor", "larger"),
    [
        ("1658500.00", 10_000, True),
        ("2328823.50", 10_000, True),
        ("0.02", 10_000, False),
        ("16592.00", 100, True),
        ("1.66", 100, False),
        ("1659.20", 10, True),
        ("16.59", 10, False),
        # Within half as much again of the factor, on either side.
        ("2488.80", 10, True),
        ("1106.14", 10, True),
    ],
)
def test_a_slip_of_the_unit_is_named_by_its_factor(value: str, factor: int, larger: object) -> None:
    found = unit_slip(Decimal(value), series(2019, CONTRACTS))
    assert found == Slip(factor, larger=bool(larger), reference=Decimal("165.92"), year=2018)


@pytest.mark.parametrize("value", ["165.92", "232.88", "83.00", "500.00", "0.00", "1000.00", "2490.00", "1105.00"])
def test_other_values_are_no_slip(value: str) -> None:
    assert unit_slip(Decimal(value), series(2019, CONTRACTS)) is None


def test_the_reference_is_what_holds_then_the_nearest_year_the_earlier_one_of_two() -> None:
    known = {2015: "100", 2017: "1000", 2019: "5000"}
    assert unit_slip(Decimal(100), series(2018, known, current="1000")) == Slip(
        10, larger=False, reference=Decimal(1000), year=2018
    )
    found = unit_slip(Decimal(10000), series(2018, {2017: "1000", 2019: "1500"}))
    assert found is not None
    assert found.year == 2017
    later = unit_slip(Decimal(150000), series(2020, known))
    assert later is None or later.year == 2019


def test_a_value_between_its_neighbours_is_no_slip() -> None:
    assert unit_slip(Decimal(100), series(2018, {2017: "10", 2019: "1000"})) is None


@pytest.mark.parametrize(("value", "factor"), [("18000000", 10_000), ("180000", 100), ("18000", None), ("18", 100)])
def test_without_a_series_a_digit_too_many_is_no_slip(value: str, factor: int | None) -> None:
    found = unit_slip(Decimal(value), series(2016, {}, typical="1800"))
    assert (found and (found.factor, found.year)) == (None if factor is None else (factor, None))


@pytest.mark.parametrize("known", [{}, {2018: "0"}])
def test_nothing_known_is_no_ground_for_doubt(known: dict[int, str]) -> None:
    assert unit_slip(Decimal(7), series(2019, known)) is None
    assert outside_history(Decimal(7), series(2019, known)) is None


def test_the_band_carries_the_changes_on_with_a_margin() -> None:
    # Changes -1.45, +20.90, +19.21; twice the greatest one is the margin: 41.80.
    assert plausible_band(series(2019, CONTRACTS)) == Band(
        Decimal("122.67"), Decimal("228.62"), (2015, 2016, 2017, 2018)
    )


def test_the_band_before_all_known_years_mirrors_the_one_after() -> None:
    after = plausible_band(series(2019, {2016: "10", 2017: "20", 2018: "30"}))
    before = plausible_band(series(2015, {2016: "30", 2017: "20", 2018: "10"}))
    assert after is not None
    assert before is not None
    assert (after.low, after.high) == (before.low, before.high) == (Decimal(20), Decimal(60))


def test_the_band_over_a_gap_is_wider() -> None:
    known = {2016: "100", 2017: "110", 2018: "120"}
    near, far = (plausible_band(series(year, known)) for year in (2019, 2020))
    assert near is not None
    assert far is not None
    assert (near.low, near.high, far.low, far.high) == (100, 160, 80, 200)


def test_between_two_known_years_the_band_spans_both() -> None:
    band = plausible_band(series(2017, {2015: "693", 2019: "1250", 2020: "1932"}))
    # The change between them is 139.25 a year; a quarter of the larger one is more than twice that.
    assert band == Band(Decimal("380.5"), Decimal("1562.5"), (2015, 2019, 2020))
    steep = plausible_band(series(2017, {2016: "10", 2018: "110", 2019: "120"}))
    assert steep == Band(Decimal(0), Decimal(210), (2016, 2018, 2019))


def test_a_band_goes_below_zero_only_where_the_series_does() -> None:
    falling = plausible_band(series(2019, {2016: "30", 2017: "20", 2018: "10"}))
    negative = plausible_band(series(2019, {2016: "10", 2017: "0", 2018: "-10"}))
    assert falling is not None
    assert negative is not None
    assert (falling.low, negative.low) == (0, -40)


@pytest.mark.parametrize("known", [{2018: "5"}, {2017: "5", 2018: "6"}])
def test_fewer_than_three_known_years_are_no_history(known: dict[int, str]) -> None:
    assert plausible_band(series(2019, known)) is None


@pytest.mark.parametrize(
    ("value", "fits"), [("122.67", True), ("122.66", False), ("228.62", True), ("228.63", False), ("232.88", False)]
)
def test_a_jump_is_what_falls_out_of_the_band(value: str, fits: object) -> None:
    assert (outside_history(Decimal(value), series(2019, CONTRACTS)) is None) == fits


@pytest.mark.parametrize(("value", "fits"), [("256.17", True), ("256.18", False), ("209.59", True)])
def test_a_correction_close_to_what_holds_is_no_jump(value: str, fits: object) -> None:
    assert (outside_history(Decimal(value), series(2019, CONTRACTS, current="232.89")) is None) == fits


@pytest.mark.parametrize(
    ("whole", "parts", "found"),
    [
        ("100", ["60", "41"], "101"),
        ("100", ["60", "40"], None),
        (None, ["1"], None),
        ("0", ["0"], None),
        ("5", [], None),
    ],
)
def test_a_sum_above_the_whole(whole: str | None, parts: list[str], found: str | None) -> None:
    total = sum_above(None if whole is None else Decimal(whole), map(Decimal, parts))
    assert total == (None if found is None else Decimal(found))
