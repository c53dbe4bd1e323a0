"""The state of a task: opened, due, at each stage of its figure, declared unavailable."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from planportal.web.refusals import Conflict, Invalid
from planportal.web.writing import written_day
from targets import services as figure_services
from targets.models import FigureEvent, Target
from tests.history import rewriting
from tests.reporting.rounds import (
    CODE,
    TODAY,
    YEAR,
    Make,
    People,
    declare,
    overdue_since,
    read,
    task_of,
)


class TestState:
    def test_it_opens_on_its_day(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        assert read(task, staff, task.opens_on - timedelta(days=1)).state == "not_yet_open"
        assert read(task, staff, task.opens_on).state == "open"

    def test_it_is_late_from_the_day_after_it_was_due(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        assert not read(task, staff, task.due_on).late
        assert read(task, staff, task.due_on + timedelta(days=1)).late

    def test_it_follows_the_figure(self, opened: Round, people: People, draft: Make) -> None:
        task, staff, reviewer = task_of(opened), people["demo-staff"], people["demo-reviewer"]
        figure = draft()
        assert (read(task, staff).state, read(task, staff).figure_id) == ("draft", figure.pk)
        figure = figure_services.figure_submit(by=staff, figure=figure, if_version=1)
        assert (read(task, staff).state, read(task, reviewer).state) == ("submitted", "submitted")
        figure = figure_services.figure_return(by=reviewer, figure=figure, if_version=2, reason="来源不清")
        assert read(task, staff).state == "returned"
        figure = figure_services.figure_submit(by=staff, figure=figure, if_version=3)
        figure = figure_services.figure_approve(by=reviewer, figure=figure, if_version=4)
        assert (read(task, staff).state, read(task, staff).figure_id) == ("approved", figure.pk)

    def test_what_a_publication_brought_is_done_and_never_late(self, seeded: Plan, people: People) -> None:
        task = task_of(services.round_open(by=people["demo-admin"], plan=seeded, year=2019))
        found = read(task, people["demo-staff"], task.due_on + timedelta(days=100))
        assert (found.state, found.late) == ("approved", False)

    def test_a_proxy_is_no_report(self, seeded: Plan, people: People) -> None:
        task = task_of(services.round_open(by=people["demo-admin"], plan=seeded, year=2019), "new-tech-firms")
        assert read(task, people["demo-staff"]).state == "open"

    def test_a_figure_taken_back_is_asked_for_again(self, opened: Round, people: People, submitted: Make) -> None:
        staff, reviewer = people["demo-staff"], people["demo-reviewer"]
        for content in ({}, {"value": None, "reason": "来源撤稿"}):
            figure = submitted(**content)
            figure_services.figure_approve(by=reviewer, figure=figure, if_version=figure.version)
        assert read(task_of(opened), staff).state == "open"

    def test_a_correction_on_its_way_leaves_it_done(self, opened: Round, people: People, submitted: Make) -> None:
        figure = submitted()
        figure_services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2)
        submitted(value="930", reason="漏报")
        assert read(task_of(opened), people["demo-staff"]).state == "approved"

    @pytest.mark.parametrize(
        ("username", "state", "sees_figure"),
        [
            ("demo-staff", "draft", True),
            ("demo-auditor", "draft", True),
            ("demo-reviewer", "open", False),
            ("demo-admin", "open", False),
        ],
    )
    def test_a_draft_shows_to_those_only_who_may_see_it(
        self, opened: Round, people: People, draft: Make, username: str, state: str, sees_figure: object
    ) -> None:
        draft()
        found = read(task_of(opened), people[username])
        assert (found.state, found.figure_id is not None) == (state, sees_figure)

    def test_an_administrator_sees_that_a_figure_is_under_review_and_no_more(
        self, opened: Round, people: People, submitted: Make
    ) -> None:
        submitted()
        found = read(task_of(opened), people["demo-admin"])
        assert (found.state, found.figure_id) == ("submitted", None)

    def test_a_city_has_a_state_of_its_own(self, seeded: Plan, people: People, draft: Make) -> None:
        Target.objects.filter(code=CODE).update(asks_cities=True)
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
        harbin = City.objects.get(code="230100")
        draft(city=harbin)
        staff = people["demo-staff"]
        assert read(task_of(made, city=harbin), staff).state == "draft"
        assert read(task_of(made), staff).state == "open"

    def test_what_was_handed_in_late_stays_late(self, opened: Round, people: People, submitted: Make) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        figure = submitted()
        assert not read(task, staff, task.due_on + timedelta(days=1)).late
        handed_in = figure.events.get(action=FigureEvent.Action.SUBMITTED)
        late = timezone.make_aware(
            timezone.datetime.combine(task.due_on + timedelta(days=1), timezone.datetime.min.time())
        )
        with rewriting():
            FigureEvent.objects.filter(pk=handed_in.pk).update(at=late)
        assert read(task, staff).late
        with rewriting():
            FigureEvent.objects.filter(pk=handed_in.pk).update(at=late - timedelta(seconds=1))
        assert not read(task, staff).late

    def test_what_was_withdrawn_was_not_handed_in(self, opened: Round, people: People, submitted: Make) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        figure = submitted()
        figure_services.figure_withdraw(by=staff, figure=figure, if_version=2, reason="填错年份")
        found = read(task, staff, task.due_on + timedelta(days=1))
        assert (found.state, found.late, found.first_submitted_on) == ("open", True, None)

    def test_one_query_reads_all_of_a_department(
        self, opened: Round, people: People, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        staff = User.objects.select_related("department").get(username="demo-staff")
        with django_assert_num_queries(1):
            found = list(opened.tasks.mine(staff).shown().with_state(staff, TODAY()))
        assert len(found) == 12


class TestUnavailable:
    def test_it_is_not_asked_for_until_it_expires(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        declare(staff, task, days=60)
        assert read(task, staff, TODAY() + timedelta(days=60)).state == "declared_unavailable"
        assert not read(task, staff, TODAY() + timedelta(days=60)).late
        expired = read(task, staff, TODAY() + timedelta(days=61))
        assert (expired.state, expired.late) == ("open", False)

    def test_after_it_there_are_30_days(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        declare(staff, task, days=60)
        due = TODAY() + timedelta(days=90)
        assert read(task, staff, due).asked_by == due
        assert not read(task, staff, due).late
        found = read(task, staff, due + timedelta(days=1))
        assert (found.late, found.is_overdue) == (True, True)

    def test_one_that_ends_early_takes_no_day_away(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        Task.objects.filter(pk=task.pk).update(due_on=TODAY() + timedelta(days=300))
        declare(staff, task, days=10)
        assert read(task, staff).asked_by == TODAY() + timedelta(days=300)

    def test_taken_back_it_ends_as_if_it_had_expired_the_day_before(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        overdue_since(task, 5)
        declare(staff, task, days=60)
        services.task_end_declaration(by=staff, task=task)
        found = read(task, staff)
        assert (found.state, found.late, found.asked_by) == ("open", False, TODAY() + timedelta(days=29))

    def test_it_is_for_a_year_at_most(self, opened: Round, people: People) -> None:
        staff, task = people["demo-staff"], task_of(opened)
        with pytest.raises(Invalid) as refused:
            declare(staff, task, days=366)
        (fault,) = refused.value.faults
        assert (fault.field, fault.code) == ("until", "until_too_late")
        assert written_day(TODAY() + timedelta(days=366)) in fault.message
        assert written_day(TODAY() + timedelta(days=365)) in fault.message
        assert declare(staff, task, days=365).unavailable_until == TODAY() + timedelta(days=365)

    def test_it_can_be_taken_back(self, opened: Round, people: People) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        declare(staff, task)
        services.task_end_declaration(by=staff, task=task)
        assert read(task, staff).state == "open"
        with pytest.raises(Conflict) as refused:
            services.task_end_declaration(by=staff, task=task)
        assert refused.value.code == "not_declared"

    @pytest.mark.parametrize(
        ("days", "reason", "code"),
        [(-1, "甲", "until_in_the_past"), (1, " ", "reason_required"), (1, "\u200b\u2060", "reason_required")],
    )
    def test_it_needs_a_day_to_come_and_a_reason(
        self, opened: Round, people: People, days: int, reason: str, code: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            declare(people["demo-staff"], task_of(opened), days=days, reason=reason)
        assert refused.value.code == code

    def test_what_is_reported_is_not_unavailable(self, opened: Round, people: People, draft: Make) -> None:
        draft()
        with pytest.raises(Conflict) as refused:
            declare(people["demo-staff"], task_of(opened))
        assert refused.value.code == "already_reported"
