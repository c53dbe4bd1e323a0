"""When a year's figures open and are due, and which days count as overdue (pure)."""

from datetime import date

import pytest

from planportal.reporting.calendar import Window, days_overdue, regular_window, task_window


@pytest.mark.parametrize(
    ("today", "opens_on", "due_on"),
    [
        (date(2019, 11, 1), date(2020, 1, 1), date(2020, 3, 31)),
        (date(2020, 1, 1), date(2020, 1, 1), date(2020, 3, 31)),
        (date(2020, 2, 20), date(2020, 2, 20), date(2020, 3, 31)),
        (date(2020, 3, 10), date(2020, 3, 10), date(2020, 4, 9)),
        (date(2026, 11, 24), date(2026, 11, 24), date(2026, 12, 24)),
    ],
)
def test_a_round_opened_late_is_due_30_days_after(today: date, opens_on: date, due_on: date) -> None:
    assert regular_window(2019, today) == Window(opens_on, due_on)


@pytest.mark.parametrize(
    ("month", "opens_on", "due_on"),
    [
        (None, date(2020, 1, 1), date(2020, 3, 31)),
        (8, date(2020, 8, 1), date(2020, 9, 30)),
        (2, date(2020, 2, 1), date(2020, 3, 31)),
        (12, date(2020, 12, 1), date(2021, 1, 30)),
    ],
)
def test_a_late_source_moves_both_days(month: int | None, opens_on: date, due_on: date) -> None:
    window = Window(date(2020, 1, 1), date(2020, 3, 31))
    assert task_window(window, 2019, month) == Window(opens_on, due_on)


def test_a_late_source_never_shortens_a_round_that_was_opened_late() -> None:
    window = Window(date(2026, 11, 24), date(2026, 12, 24))
    assert task_window(window, 2019, 8) == window


@pytest.mark.parametrize(
    ("today", "pauses", "days"),
    [
        (date(2020, 3, 31), [], 0),
        (date(2020, 4, 1), [], 1),
        (date(2020, 4, 10), [], 10),
        (date(2020, 4, 10), [(date(2020, 4, 5), date(2020, 4, 7))], 7),
        (date(2020, 4, 10), [(date(2020, 3, 1), date(2020, 4, 7)), (date(2020, 4, 6), date(2020, 4, 8))], 2),
        (date(2020, 4, 10), [(date(2020, 4, 9), date(2020, 12, 31))], 8),
    ],
)
def test_paused_days_are_not_overdue(today: date, pauses: list[tuple[date, date]], days: int) -> None:
    assert days_overdue(date(2020, 3, 31), pauses, today) == days
