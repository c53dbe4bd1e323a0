"""How figures, changes, percentages and days are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from planportal.portal.templatetags.portal_format import register

figure = register.filters["figure"]
signed = register.filters["signed"]
percent = register.filters["percent"]
signed_pp = register.filters["signed_pp"]
chinese_date = register.filters["chinese_date"]
chinese_time = register.filters["chinese_time"]


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (Decimal(1932), 0, "1,932"),
        (Decimal("265.2"), 2, "265.20"),
        (Decimal("1234567.5"), 1, "1,234,567.5"),
        (Decimal("265.20"), None, "265.20"),
        ("265.20", 2, "265.20"),
        (Decimal(0), 0, "0"),
        (Decimal("-0.00"), 2, "0.00"),
        (Decimal("-1.5"), 1, "−1.5"),
        (None, 2, "—"),
        ("", 2, "—"),
    ],
)
def test_figure(value: Decimal | str | None, decimals: int | None, written: str) -> None:
    assert figure(value, decimals) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("3.2"), "+3.2"),
        (Decimal("-1.5"), "−1.5"),
        (Decimal("1234.5"), "+1,234.5"),
        (Decimal("0.0"), "0.0"),
        (Decimal("-0.0"), "0.0"),
        (None, "—"),
    ],
)
def test_signed(value: Decimal | None, written: str) -> None:
    assert signed(value, 1) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("165.7"), "165.7%"), (Decimal(100), "100.0%"), (Decimal("-52.0"), "−52.0%"), (None, "—")],
)
def test_percent(value: Decimal | None, written: str) -> None:
    assert percent(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("4.2"), "+4.2 个百分点"), (Decimal("-4.2"), "−4.2 个百分点"), (None, "—")],
)
def test_signed_pp(value: Decimal | None, written: str) -> None:
    assert signed_pp(value) == written


def test_chinese_date() -> None:
    assert chinese_date(date(2017, 6, 12)) == "2017年6月12日"
    assert chinese_date(None) == "—"


def test_moments_are_shown_in_shanghai() -> None:
    evening_in_london = datetime(2017, 6, 12, 18, 5, tzinfo=UTC)
    assert chinese_date(evening_in_london) == "2017年6月13日"
    assert chinese_time(evening_in_london) == "2017年6月13日 02:05"
    assert chinese_time(None) == "—"
