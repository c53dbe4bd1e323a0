"""Indicators and figures for tests of the method, at their simplest; what is named differs."""

from typing import Any

from targets.progress import Assessment, Indicator, Submission


def level(**changes: Any) -> Indicator:
    given: dict[str, Any] = {"id": "x", "kind": "level", "target": "200", "baseline": "100", "decimals": 0}
    return Indicator(**{**given, **changes})


def from_zero(**changes: Any) -> Indicator:
    given: dict[str, Any] = {"id": "x", "kind": "cumulative", "target": "1000", "decimals": 0}
    return Indicator(**{**given, **changes})


def figure(year: int, value: Any, on: str = "", **changes: Any) -> Submission:
    return Submission(year=year, value=value, submitted_on=on or f"{year + 1}-06-30", **changes)


def yearly(*values: Any) -> list[Submission]:
    """Figures for 2016, 2017 and so on; None leaves the year out."""
    return [figure(year, value) for year, value in enumerate(values, 2016) if value is not None]


def verdict(view: Assessment) -> tuple[str, str | None]:
    return view.status, view.reason
