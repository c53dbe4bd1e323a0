"""What people type is understood where it can mean one thing only."""

import pytest

from planportal.reporting.typed_values import other_unit, understood


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("929", "929"),
        (" 929 ", "929"),
        ("1,250", "1250"),
        ("1，250", "1250"),
        ("1,658,500.39", "1658500.39"),
        ("１２５０", "1250"),
        ("１，２５０．５", "1250.5"),
        ("1 250", "1250"),
        ("1\u00a0250", "1250"),
        ("1\u3000250", "1250"),
        ("1250 家", "1250"),
        ("1250家", "1250"),
        ("12。5", "12.5"),
        ("−5", "-5"),
        ("－５", "-5"),
        ("0", "0"),
        ("007", "007"),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    assert understood(typed, "家") == meant


@pytest.mark.parametrize("unit", ["%", "亿元", "件"])
def test_the_targets_own_unit_may_stand_behind(unit: str) -> None:
    assert understood(f"12.5 {unit}", unit) == "12.5"


def test_a_full_width_percent_sign_is_one_too() -> None:
    assert understood("１．２６％", "%") == "1.26"


@pytest.mark.parametrize(
    "typed",
    [
        "1,25",
        "12,50",
        "1,2500",
        ",250",
        "1.250.000",
        "1250万",
        "12 50",
        "约1250",
        "九百",
        "1e3",
        "--5",
        "",
        "1-2",
        "+5",
        "5²",
        "²",
        "①",
        "⒈",
        "½",
        "٣",
        "Ⅳ",
        "㎡",
    ],
)
def test_what_is_not_certain_stays_as_typed(typed: str) -> None:
    assert understood(typed, "家") == typed


def test_another_unit_is_not_taken_for_the_targets() -> None:
    assert understood("1250 万元", "亿元") == "1250 万元"


@pytest.mark.parametrize(
    ("typed", "unit", "found"),
    [
        ("265.20 万元", "亿元", "万元"),
        ("265.20万元", "亿元", "万元"),
        ("２６５．２０　万元", "亿元", "万元"),
        ("1,658,500.39 万元", "亿元", "万元"),
        ("1万", "家", "万"),
        ("-3 万", "家", "万"),
        ("0.13 ‰", "%", "‰"),
        ("13％", "家", "%"),
        ("20 USD", "亿元", "USD"),
        ("20 亿元", "亿元", ""),
        ("1,25 亿元", "亿元", ""),
        ("12 50", "家", ""),
        ("1e3", "家", ""),
        ("1万5千", "家", ""),
        ("约1250", "家", ""),
        ("5²", "家", ""),
        ("5①", "家", ""),
        ("5!", "家", ""),
        ("九百", "家", ""),
        ("", "家", ""),
        ("9" * 100 + "万", "家", ""),
    ],
)
def test_another_unit_is_told_apart(typed: str, unit: str, found: str) -> None:
    assert other_unit(typed, unit) == found


def test_very_long_input_is_left_alone() -> None:
    assert understood("９" * 101, "家") == "９" * 101
