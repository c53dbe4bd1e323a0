"""A whole round by the API: what is asked, reported, doubted, returned, corrected, and what the public gets of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Task
from tests.targets.desk import NOBODY, OTHER, REVIEWER, STAFF, Desk, codes, faults

FIRMS = {"target": "high-tech-enterprises", "year": 2017}


@pytest.fixture
def desk(api: Callable[..., APIClient], seeded: Plan, people: dict[str, User]) -> Desk:
    """Everybody's desk, with 2017's round open."""
    services.round_open(by=people["demo-admin"], plan=seeded, year=2017)
    return Desk(api)


def task(desk: Desk, who: str, code: str = "high-tech-enterprises") -> dict[str, Any]:
    (found,) = desk.client(who).get(f"/api/v1/tasks/?target={code}&year=2017").json()["results"]
    return dict(found)


def states(desk: Desk, who: str = STAFF, code: str = "high-tech-enterprises") -> tuple[str, Any]:
    found = task(desk, who, code)
    return found["state"], found["figure"]


def changes(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.client(NOBODY).get("/api/v1/changes/?target=high-tech-enterprises").json()["results"])


def test_a_returned_figure_is_corrected_and_approved(desk: Desk) -> None:
    assert states(desk) == ("open", None)
    figure = desk.draft(STAFF, **FIRMS, value="920")
    assert states(desk) == ("draft", figure["id"])
    figure = desk.done(STAFF, figure, "submit")
    figure = desk.done(REVIEWER, figure, "return", reason="名单上是 929 家")
    assert states(desk) == ("returned", figure["id"])
    figure = desk.patch(STAFF, figure, value="929").json()
    figure = desk.done(STAFF, figure, "submit", reason="已按名单更正")
    assert states(desk, REVIEWER) == ("submitted", figure["id"])
    desk.done(REVIEWER, figure, "approve")
    assert states(desk) == ("approved", figure["id"])


def test_a_unit_slip_is_caught_and_a_warning_passed_with_a_reason_is_public(desk: Desk) -> None:
    figure = desk.draft(STAFF, **FIRMS, value="9290")
    assert [warning["code"] for warning in figure["warnings"]] == ["unit_slip"]
    assert faults(desk.step(STAFF, figure, "submit")) == [("reason", "reason_required")]
    figure = desk.done(STAFF, figure, "submit", reason="统计范围扩大")
    desk.done(REVIEWER, figure, "approve")
    shown = desk.client(NOBODY).get(f"/api/v1/figures/{figure['id']}/").json()
    assert (shown["warnings"], shown["reason"]) == (figure["warnings"], "统计范围扩大")


def test_a_late_source_is_not_overdue_and_a_passed_deadline_refuses_nothing(desk: Desk) -> None:
    today = timezone.localdate()
    tasks = Task.objects.filter(round__year=2017)
    tasks.update(opens_on=today - timedelta(days=9), due_on=today - timedelta(days=1))
    later = today + timedelta(days=90)
    tasks.filter(target__code="registered-results").update(opens_on=later, due_on=later)
    late, not_yet = task(desk, STAFF), task(desk, STAFF, "registered-results")
    assert (late["state"], late["late"]) == ("open", True)
    assert (not_yet["state"], not_yet["late"]) == ("not_yet_open", False)
    figure = desk.in_state("submitted", **FIRMS, value="929")
    assert (task(desk, STAFF)["state"], task(desk, STAFF)["late"]) == ("submitted", True)
    assert desk.in_state("draft", target="registered-results", year=2017)["state"] == "draft"
    desk.done(REVIEWER, figure, "approve")


def test_an_unavailable_figure_is_not_asked_for_again_until_it_expires(desk: Desk, people: dict[str, User]) -> None:
    row = Task.objects.get(round__year=2017, target__code="high-tech-enterprises")
    until = timezone.localdate() + timedelta(days=30)
    services.task_declare_unavailable(by=people[STAFF], task=row, until=until, reason="尚未公布")
    assert states(desk) == ("declared_unavailable", None)
    Task.objects.filter(pk=row.pk).update(unavailable_until=timezone.localdate() - timedelta(days=1))
    assert states(desk) == ("open", None)


def test_a_correction_is_public_with_old_new_and_why(desk: Desk) -> None:
    first = desk.in_state("approved", **FIRMS, value="929")
    assert faults(desk.post(STAFF, **FIRMS, value="935")) == [("reason", "reason_required")]
    second = desk.in_state("submitted", **FIRMS, value="935", reason="补录六家", cause="error")
    assert (changes(desk), states(desk)) == ([], ("approved", first["id"]))
    desk.done(REVIEWER, second, "approve")
    assert changes(desk) == [
        {
            "date": timezone.localdate().isoformat(),
            "target": "high-tech-enterprises",
            "year": 2017,
            "area": None,
            "basis": "",
            "old_value": "929",
            "new_value": "935",
            "cause": "error",
            "reason": "补录六家",
        }
    ]
    assert states(desk) == ("approved", second["id"])


def test_the_second_department_has_its_own_only(desk: Desk) -> None:
    found = desk.client(OTHER).get("/api/v1/tasks/?year=2017").json()["results"]
    assert [row["target"] for row in found] == ["invention-patents-per-10k"]
    assert codes(desk.post(OTHER, **FIRMS)) == ["not_responsible"]
    figure = desk.draft(STAFF, **FIRMS)
    assert desk.step(OTHER, figure, "submit").status_code == 404


def test_two_levels_are_two_people(desk: Desk, people: dict[str, User]) -> None:
    second = User.objects.create_user("second-reviewer", role="reviewer", department=people[REVIEWER].department)
    people[second.username] = second
    target = Task.objects.get(round__year=2017, target__code="high-tech-enterprises").target
    target.second_review = True
    target.save()
    figure = desk.in_state("submitted", **FIRMS)
    figure = desk.done(REVIEWER, figure, "approve")
    assert (figure["state"], figure["version"]) == ("submitted", 3)
    assert codes(desk.step(REVIEWER, figure, "approve")) == ["not_responsible"]
    assert desk.done(second.username, figure, "approve")["state"] == "approved"
