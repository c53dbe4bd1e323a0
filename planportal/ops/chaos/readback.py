"""What a reader of the open API finds, and every dashboard number computed anew from it by the method alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planportal.ops.chaos.judges import Stored
from planportal.ops.chaos.recorder import Client
from targets.progress import Indicator, Submission, assess
from targets.values import assessment_fields

API = "/api/v1"
LARGEST_PAGE = 500


@dataclass(frozen=True)
class Plan:
    """What never changes while a row is played: the plan's years, and the targets as the API writes them."""

    start_year: int
    end_year: int
    targets: list[dict[str, Any]]

    @property
    def as_of_years(self) -> range:
        """Every as-of year that has an answer of its own."""
        return range(self.start_year, self.end_year + 2)


@dataclass(frozen=True)
class Shown:
    """A dashboard as a reader got it: its assessments by "code year", its as-of, and whether more is pending."""

    assessments: dict[str, Any]
    as_of: str
    pending: bool


class Unreadable(Exception):
    """A reader did not get an answer; the text holds address and status."""


def read(client: Client, path: str, **headers: str) -> Any:
    """The JSON of a GET. Raises Unreadable for any other status than 200."""
    answer = client.persist("GET", path, step="read", headers=headers)
    if answer.status != 200:
        raise Unreadable(f"{path} was answered {answer.status}")
    return answer.body


def read_all(client: Client, path: str, **headers: str) -> list[dict[str, Any]]:
    """All results of a list, page by page."""
    found: list[dict[str, Any]] = []
    number, more = 1, True
    while more:
        page = read(client, f"{API}/{path}?page_size={LARGEST_PAGE}&page={number}", **headers)
        found += page["results"]
        number, more = number + 1, page["next"] is not None
    return found


def read_plan(client: Client) -> Plan:
    plan = read_all(client, "plans/")[0]
    return Plan(plan["start_year"], plan["end_year"], read_all(client, "targets/"))


def read_figures(client: Client, plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The approved figures by target code, as anybody reads them."""
    return {target["code"]: read_all(client, f"targets/{target['code']}/figures/") for target in plan.targets}


def read_dashboard(client: Client, year: int) -> Shown:
    """The public dashboard as of a year."""
    body = read(client, f"{API}/dashboard/?as_of_year={year}")
    assessments = {
        f"{target['code']} {year}": target["assessment"] for goal in body["goals"] for target in goal["targets"]
    }
    return Shown(assessments, as_of=body["computed_at"], pending=body["pending"])


def read_own(client: Client, auditor: str) -> list[Stored]:
    """Every figure that was entered here, in every state, as an auditor sees them; none that were loaded."""
    figures = read_all(client, "figures/", Authorization=f"Token {auditor}")
    return [
        Stored(figure["id"], figure["note"], figure["version"], figure["state"])
        for figure in figures
        if figure["standing"] == "reported"
    ]


def computed(plan: Plan, figures: dict[str, list[dict[str, Any]]], year: int) -> dict[str, Any]:
    """The assessments as of a year, from the open figures and the method, written as the API writes them."""
    return {
        f"{target['code']} {year}": _assessment(plan, target, figures[target["code"]], year) for target in plan.targets
    }


def _assessment(plan: Plan, target: dict[str, Any], figures: Iterable[dict[str, Any]], year: int) -> dict[str, Any]:
    indicator = Indicator(
        id=target["code"],
        kind=target["kind"],
        target=target["target_value"],
        baseline=target["baseline_value"],
        previous_value=target["previous_value"],
        decimals=target["decimals"],
        submitted_as=target["submitted_as"] or "increment",
        base_year=plan.start_year - 1,
        end_year=plan.end_year,
    )
    counting = [figure for figure in figures if figure["area"] is None and figure["standing"] != "proxy"]
    counting.sort(key=lambda figure: (figure["known_from"], figure["sequence"]))
    submissions = [
        Submission(
            year=figure["year"],
            value=figure["value"],
            submitted_on=figure["known_from"],
            provisional=figure["provisional"],
            basis=figure["basis"],
        )
        for figure in counting
    ]
    return assessment_fields(assess(indicator, submissions, year), target["decimals"])
