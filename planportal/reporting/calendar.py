"""When a year's figures open and are due (pure): the round's own days, and those of a source published late."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

# Long enough to gather a figure once it exists; also what a round that was opened late gives everybody, and what
# is left after a declaration has ended or a figure was taken back.
DAYS_TO_REPORT = 30
# Enough to mend a figure that a reviewer sent back, however long the review took.
DAYS_AFTER_RETURN = 10
# A figure that does not exist for now is asked for again after a year at the latest.
MOST_DAYS_UNAVAILABLE = 365
REGULAR_OPENING = (1, 1)
REGULAR_DUE = (3, 31)


@dataclass(frozen=True)
class Window:
    """The first day on which a figure is asked for and the last one on which it is on time."""

    opens_on: date
    due_on: date


def regular_window(year: int, today: date) -> Window:
    """The window that a round for a year's figures has unless somebody says otherwise.

    From 1 January to 31 March of the following year; opened later, from today, and never less than 30 days.
    """
    opens_on = max(date(year + 1, *REGULAR_OPENING), today)
    return Window(opens_on, max(date(year + 1, *REGULAR_DUE), opens_on + timedelta(days=DAYS_TO_REPORT)))


def task_window(window: Window, year: int, release_month: int | None) -> Window:
    """A task's own window: a source published about `release_month` of the following year moves both days.

    It opens on the first of that month and is due 30 days after its last, unless the round's days are later still.
    """
    if release_month is None:
        return window
    first = date(year + 1, release_month, 1)
    last = date(year + 1, release_month, monthrange(year + 1, release_month)[1])
    return Window(
        opens_on=max(window.opens_on, first), due_on=max(window.due_on, last + timedelta(days=DAYS_TO_REPORT))
    )


def days_overdue(due_on: date, pauses: list[tuple[date, date]], today: date) -> int:
    """For how many days a task has been overdue, the paused ones (both ends inclusive) left out; 0 until due.

    A day that several pauses name is left out once.
    """
    days = {due_on + timedelta(days=n) for n in range(1, max((today - due_on).days, 0) + 1)}
    for first, last in pauses:
        days -= {first + timedelta(days=n) for n in range((min(last, today) - first).days + 1)}
    return len(days)
