"""A whole round by the API: what is asked, reported, doubted, returned, corrected, and what the public gets of it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Task
from targets.models import Target
from tests.targets.desk import NOBODY, OTHER, REVIEWER, STAFF, Desk, codes, faults

People = dict[str, User]
FIRMS = {"target": "high-tech-enterprises", "year": 2017}
HARBIN_TIME = ZoneInfo("Asia/Shanghai")
# The figures of 2017 are asked for from January and due on 31 March 2018.
WINTER = datetime(2018, 1, 8, 9, tzinfo=HARBIN_TIME)
SPRING = datetime(2018, 4, 2, 9, tzinfo=HARBIN_TIME)
SUMMER = datetime(2018, 8, 20, 9, tzinfo=HARBIN_TIME)


@pytest.fixture
def winter(seeded: Plan) -> Iterator[time_machine.Traveller]:
    """The January in which the round opens; tests move on from there."""
    with time_machine.travel(WINTER) as clock:
        yield clock


@pytest.fixture
def desk(winter: time_machine.Traveller, api: Callable[..., APIClient], seeded: Plan, people: People) -> Desk:
    """Everybody's desk, with 2017's round open; one source appears in August."""
    administrator = people["demo-admin"]
    target = Target.objects.get(plan=seeded, code="registered-results")
    services.target_configure(
        by=administrator,
        target=target,
        department=target.department,
        release_month=8,
        source_hint="",
        asks_cities=False,
        second_review=False,
        reason="公报 8 月发布",
    )
    services.round_open(by=administrator, plan=seeded, year=2017)
    return Desk(api)


def move_on(desk: Desk, clock: time_machine.Traveller, to: datetime) -> None:
    """To a later day, on which everybody signs in anew."""
    clock.move_to(to)
    desk.clients.clear()


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


def test_a_late_source_is_not_overdue_and_a_passed_deadline_refuses_nothing(
    desk: Desk, winter: time_machine.Traveller
) -> None:
    move_on(desk, winter, SPRING)
    late, not_yet = task(desk, STAFF), task(desk, STAFF, "registered-results")
    assert (late["state"], late["due_on"], late["late"]) == ("open", "2018-03-31", True)
    assert (not_yet["state"], not_yet["opens_on"], not_yet["late"]) == ("not_yet_open", "2018-08-01", False)
    figure = desk.in_state("submitted", **FIRMS, value="929")
    assert (task(desk, STAFF)["state"], task(desk, STAFF)["late"]) == ("submitted", True)
    desk.done(REVIEWER, figure, "approve")
    move_on(desk, winter, SUMMER)
    now_open = task(desk, STAFF, "registered-results")
    assert (now_open["state"], now_open["due_on"], now_open["late"]) == ("open", "2018-09-30", False)
    desk.in_state("approved", target="registered-results", year=2017, value="1500")
    assert task(desk, STAFF, "registered-results")["late"] is False


def test_an_unavailable_figure_is_not_asked_for_again_until_it_expires(
    desk: Desk, winter: time_machine.Traveller, people: People
) -> None:
    row = Task.objects.get(round__year=2017, target__code="high-tech-enterprises")
    services.task_declare_unavailable(by=people[STAFF], task=row, until=SPRING.date(), reason="尚未公布")
    move_on(desk, winter, SPRING)
    assert states(desk) == ("declared_unavailable", None)
    move_on(desk, winter, SPRING + timedelta(days=1))
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
    own = {"target": "invention-patents-per-10k", "year": 2017}
    handed_in = desk.in_state("submitted", by=OTHER, **own, value="5.31", reason="以年报为准", cause="late_data")
    assert desk.done(REVIEWER, handed_in, "approve")["state"] == "approved"
    figure = desk.draft(STAFF, **FIRMS)
    assert desk.step(OTHER, figure, "submit").status_code == 404


def test_two_levels_are_two_people(desk: Desk, people: People) -> None:
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
