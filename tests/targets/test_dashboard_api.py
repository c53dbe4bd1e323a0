"""The dashboard by API: every number of it follows from the open figures and the method alone."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.plan.models import Plan
from targets import recompute
from targets.models import Target
from targets.progress import METHOD_VERSION, Assessment, Indicator, Submission, assess, roll_up
from tests.targets.desk import OFFICIAL, REVIEWER, ROOT, STAFF, Desk, codes, faults

FIELDS = [field.name for field in fields(Assessment)]


def ask(client: APIClient, **question: Any) -> dict[str, Any]:
    response = client.get(f"{ROOT}dashboard/", question)
    assert response.status_code == 200, response.content
    return dict(response.json())


def assessments(dashboard: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row["assessment"] for goal in dashboard["goals"] for row in goal["targets"]}


def test_the_dashboard_is_answered_whole(public: APIClient) -> None:
    found = ask(public)
    assert list(found) == [
        "plan",
        "as_of_year",
        "known_by",
        "view",
        "method_version",
        "computed_at",
        "pending",
        "roll_up",
        "goals",
    ]
    assert (found["plan"], found["as_of_year"], found["known_by"], found["view"]) == (
        "hlj-sti-13fyp",
        2020,
        None,
        "approved",
    )
    assert (found["method_version"], found["pending"]) == (METHOD_VERSION, False)
    assert found["computed_at"].endswith("+08:00")
    assert [list(goal) for goal in found["goals"]] == [["number", "title", "roll_up", "targets"]] * 5
    assert [len(goal["targets"]) for goal in found["goals"]] == [3, 7, 3, 0, 0]
    row = found["goals"][0]["targets"][0]
    assert row == {
        "code": "rd-intensity",
        "name": "研究与试验发展经费投入强度",
        "unit": "%",
        "kind": "level",
        "target_value": "2.00",
        "assessment": row["assessment"],
    }
    assert row["assessment"] == {
        "status": "not_achieved",
        "reason": None,
        "flags": ["below_baseline"],
        "data_year": 2020,
        "value": "1.26",
        "target_met": False,
        "baseline_value": "1.35",
        "baseline_year": 2015,
        "baseline_source": "submitted",
        "attainment_pct": "63.0",
        "progress_pct": "-13.9",
        "elapsed_pct": "100.0",
        "schedule_gap_pp": "-113.9",
        "pace_pct": "-13.9",
        "expected_year": 2020,
        "expected_value": "2.00",
        "gap_to_target": "0.74",
        "planned_annual_change": "0.130",
        "actual_annual_change": "-0.018",
        "needed_annual_change": None,
        "previous_annual_change": None,
        "forecast_worst": None,
        "forecast_value": None,
        "forecast_best": None,
        "forecast_meets_target": None,
    }
    assert found["goals"][3] == {
        "number": 4,
        "title": found["goals"][3]["title"],
        "roll_up": {
            "headline": "empty",
            "worst_status": None,
            "total": 0,
            "assessed": 0,
            "on_schedule": 0,
            "on_schedule_pct": None,
            "coverage_pct": None,
            "counts": dict.fromkeys(found["roll_up"]["counts"], 0),
            "attention": [],
            "unassessed": [],
        },
        "targets": [],
    }


@pytest.mark.parametrize("year", [2016, 2018, 2020, 2021])
def test_every_field_of_an_assessment_is_there_for_each_target(public: APIClient, year: int) -> None:
    found = assessments(ask(public, as_of_year=year))
    assert len(found) == 13
    assert all(list(assessment) == FIELDS for assessment in found.values())


# --- recomputed from the open data -----------------------------------------------------------------


def indicator(row: dict[str, Any], plan: dict[str, Any]) -> Indicator:
    return Indicator(
        id=row["code"],
        kind=row["kind"],
        target=row["target_value"],
        baseline=row["baseline_value"],
        previous_value=row["previous_value"],
        decimals=row["decimals"],
        submitted_as=row["submitted_as"] or "increment",
        base_year=plan["start_year"] - 1,
        end_year=plan["end_year"],
    )


def submissions(rows: list[dict[str, Any]]) -> list[Submission]:
    counted = [row for row in rows if row["area"] is None and row["standing"] != "proxy"]
    return [
        Submission(
            year=row["year"],
            value=row["value"],
            submitted_on=row["known_from"],
            provisional=row["provisional"],
            basis=row["basis"],
        )
        for row in sorted(counted, key=lambda row: (row["known_from"], row["sequence"]))
    ]


def open_data(public: APIClient) -> list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    """What anybody can fetch: the plan, each target, each target's approved figures."""
    plan = public.get(f"{ROOT}plans/").json()["results"][0]
    targets = public.get(f"{ROOT}targets/").json()["results"]
    figures = (public.get(f"{ROOT}targets/{row['code']}/figures/?page_size=500").json()["results"] for row in targets)
    return [(plan, row, found) for row, found in zip(targets, figures, strict=True)]


def recomputed(data: list[Any], year: int, known_by: date | None) -> dict[str, Assessment]:
    found = {}
    for plan, row, figures in data:
        known = [f for f in figures if f["year"] == 2010 and f["known_from"] <= str(known_by or "9999")]
        given = row if known or row["code"] != "technology-contract-value" else row | {"previous_value": None}
        found[row["code"]] = assess(indicator(given, plan), submissions(figures), min(year, 2021), known_by)
    return found


def same(shown: Any, computed: Any) -> bool:
    """Whether what the API writes is the computed thing, to the last digit."""
    if isinstance(computed, Decimal):
        return isinstance(shown, str) and Decimal(shown) == computed
    return bool(shown == (list(computed) if isinstance(computed, tuple) else computed))


QUESTIONS: list[tuple[int, str | None]] = [
    *[(year, None) for year in (2016, 2017, 2018, 2019, 2020, 2021, 2030)],
    *[(2019, day) for day in ("2011-12-30", "2019-08-29", "2019-08-30", "2021-12-31", "2022-12-31")],
    (2021, "2020-08-27"),
    (2020, "2099-01-01"),
]


def test_every_number_follows_from_the_open_figures(public: APIClient, desk: Desk) -> None:
    more(desk)
    data = open_data(public)
    for year, known_by in QUESTIONS:
        found = ask(public, **{"as_of_year": year} | ({"known_by": known_by} if known_by else {}))
        wanted = recomputed(data, year, date.fromisoformat(known_by) if known_by else None)
        assert differences(found, wanted) == [], (year, known_by)


def differences(found: dict[str, Any], wanted: dict[str, Assessment]) -> list[Any]:
    """Each number that the answer gives otherwise than the method does, roll-ups included."""
    wrong: list[Any] = [
        (code, name, shown[name], getattr(wanted[code], name))
        for code, shown in assessments(found).items()
        for name in FIELDS
        if not same(shown[name], getattr(wanted[code], name))
    ]
    for goal in [*found["goals"], {"roll_up": found["roll_up"], "targets": [{"code": code} for code in wanted]}]:
        counted = roll_up([(row["code"], wanted[row["code"]].status) for row in goal["targets"]])
        wrong += [
            (name, goal["roll_up"].get(name))
            for name, value in counted.items()
            if not same(goal["roll_up"].get(name), value)
        ]
    return wrong


def more(desk: Desk) -> None:
    """Figures of every kind, corrected and taken back, a provisional one, cities' ones that must not count."""
    for year, value in ((2016, "12"), (2017, "0"), (2018, "19")):
        desk.in_state("approved", target="innovation-teams", year=year, value=value)
    desk.in_state("approved", target="innovation-teams", year=2018, value="20", reason="更正")
    desk.in_state("approved", target="internet-plus-platforms", year=2019, value="7", provisional=True)
    desk.in_state("approved", target="incubators", year=2018, value="149")
    desk.in_state("approved", target="incubators", year=2018, value=None, reason="撤回")
    desk.in_state("approved", target="incubators", year=2019, value="131")
    desk.in_state("approved", target="registered-results", year=2019, value="1500", area="230100")
    desk.in_state("approved", target="high-tech-value-added-share", year=2019, value="12.6")
    desk.in_state("submitted", target="registered-results", year=2020, value="1900")


@pytest.mark.parametrize("year", [2016, 2019, 2020])
def test_numbers_have_their_decimals(public: APIClient, year: int) -> None:
    decimals = {row["code"]: row["decimals"] for row in public.get(f"{ROOT}targets/").json()["results"]}
    for code, shown in assessments(ask(public, as_of_year=year)).items():
        for name, value in shown.items():
            if isinstance(value, str) and value.lstrip("-").replace(".", "").isdigit():
                extra = name.endswith("_annual_change")
                wanted = 1 if name.endswith(("_pct", "_pp")) else decimals[code] + extra
                assert len(value.partition(".")[2]) == wanted, (code, name, value)


# --- the question ----------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2016, 2020, 2021, 2022, 2030, 999999999])
def test_the_year_is_echoed_as_asked(public: APIClient, year: int) -> None:
    found = ask(public, as_of_year=year)
    assert found["as_of_year"] == year
    assert found["goals"] == ask(public, as_of_year=min(year, 2021))["goals"]


@pytest.mark.parametrize("year", ["2015", "0", "-2016", "", "2016.0", "1e4", "２０１６", "twenty", "99999999999"])
def test_a_year_that_cannot_be_answered(public: APIClient, year: str) -> None:
    response = public.get(f"{ROOT}dashboard/", {"as_of_year": year})
    assert (response.status_code, faults(response)) == (400, [("as_of_year", "invalid")])


@pytest.mark.parametrize("day", ["", "2021", "2021-13-01", "2021-02-29", "31.12.2021", "20211231", "2021-12-31T00:00"])
def test_a_day_that_is_none(public: APIClient, day: str) -> None:
    response = public.get(f"{ROOT}dashboard/", {"known_by": day})
    assert (response.status_code, faults(response)) == (400, [("known_by", "invalid")])


def test_what_was_known_by_a_day(public: APIClient) -> None:
    """The revision of 2022 made a decline of what had been without a baseline; the day itself is included."""
    now = assessments(ask(public, as_of_year=2019))["rd-intensity"]
    assert (now["status"], now["baseline_value"], now["value"]) == ("regressing", "1.35", "1.08")
    then = ask(public, as_of_year=2019, known_by="2021-12-31")
    assert then["known_by"] == "2021-12-31"
    known = assessments(then)["rd-intensity"]
    assert (known["status"], known["reason"], known["baseline_value"]) == ("not_assessable", "no_baseline", None)
    before, on = (
        assessments(ask(public, as_of_year=2019, known_by=day))["rd-intensity"] for day in ("2020-08-26", "2020-08-27")
    )
    assert (before["data_year"], on["data_year"]) == (2018, 2019)
    nothing = ask(public, known_by="0001-01-01")
    assert (nothing["roll_up"]["headline"], nothing["roll_up"]["assessed"]) == ("not_assessed", 0)


def test_the_reported_view(public: APIClient, desk: Desk) -> None:
    figure = desk.draft(year=2020, value="1900")
    desk.draft(target="incubators", year=2020, value="151")

    def value(who: str, view: str) -> str | None:
        found = ask(desk.client(who), view=view)
        assert found["view"] == view
        shown: str | None = assessments(found)["registered-results"]["value"]
        assert assessments(found)["incubators"]["value"] is None
        return shown

    assert value(STAFF, "reported") is None
    figure = desk.done(STAFF, figure, "submit")
    assert [value(who, "reported") for who in (STAFF, OFFICIAL)] == ["1900", "1900"]
    assert value(STAFF, "approved") is None
    returned = desk.done(REVIEWER, figure, "return", reason="核对")
    assert value(STAFF, "reported") is None
    figure = desk.done(STAFF, returned, "submit")
    desk.done(REVIEWER, figure, "approve")
    assert [value(STAFF, view) for view in ("reported", "approved")] == ["1900", "1900"]
    assert assessments(ask(public))["registered-results"]["value"] == "1900"


@pytest.mark.parametrize("question", [{}, {"known_by": "2020-01-01"}, {"as_of_year": "甲"}])
def test_the_reported_view_needs_sign_in(public: APIClient, desk: Desk, question: dict[str, str]) -> None:
    response = public.get(f"{ROOT}dashboard/", question | {"view": "reported"})
    assert (response.status_code, codes(response)) == (401, ["not_authenticated"])
    assert response["WWW-Authenticate"] == "Token"
    if question:
        assert desk.client(STAFF).get(f"{ROOT}dashboard/", question | {"view": "reported"}).status_code == 400


def test_the_reported_view_is_of_now(desk: Desk) -> None:
    response = desk.client(STAFF).get(f"{ROOT}dashboard/", {"view": "reported", "known_by": "2020-01-01"})
    assert faults(response) == [("known_by", "not_with_reported")]


@pytest.mark.parametrize("view", ["", "all", "Approved"])
def test_a_view_that_is_none(public: APIClient, view: str) -> None:
    response = public.get(f"{ROOT}dashboard/", {"view": view})
    assert (response.status_code, faults(response)) == (400, [("view", "invalid_choice")])


def test_a_reader_is_told_that_newer_numbers_are_on_their_way(public: APIClient, seeded: Plan, settings: Any) -> None:
    before = ask(public)
    recompute.want([Target.objects.get(plan=seeded, code="rd-intensity").pk])
    # With a broker a reader leaves what is freshly wanted to the workers.
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = public.get(f"{ROOT}dashboard/")
    assert (response.json()["pending"], response["Data-Pending"]) == (True, "true")
    assert response["Data-As-Of"] == response.json()["computed_at"] == before["computed_at"]
    settings.REDIS_URL = ""
    response = public.get(f"{ROOT}dashboard/")
    assert (response.json()["pending"], response["Data-Pending"]) == (False, "false")
    assert response.json()["computed_at"] <= timezone.localtime().isoformat(timespec="seconds")
