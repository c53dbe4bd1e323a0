"""Rounds and their tasks: when they open and are due, what state they are in, and who may decide what about them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from planportal.accounts.models import Department
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import ReportingEvent, Round
from planportal.web.refusals import Conflict, Forbidden, Invalid, Refusal
from planportal.web.writing import written_day
from targets import services as figure_services
from targets.models import Figure, FigureEvent, Target
from tests.history import rewriting
from tests.reporting.rounds import (
    CODE,
    TODAY,
    YEAR,
    Make,
    People,
    configure,
    declare,
    move,
    overdue_since,
    read,
    task_of,
)


class TestOpening:
    def test_there_is_one_task_a_target_with_the_targets_department(self, opened: Round, seeded: Plan) -> None:
        tasks = list(opened.tasks.select_related("target"))
        assert sorted(task.target.code for task in tasks) == sorted(target.code for target in seeded.targets.all())
        assert all(task.department_id == task.target.department_id for task in tasks)
        assert {task.city for task in tasks} == {None}

    def test_it_is_an_event_of_its_own(self, opened: Round, people: People) -> None:
        event = ReportingEvent.objects.get(round=opened)
        assert (event.action, event.actor) == ("round_opened", people["demo-admin"])
        assert "13 项任务" in event.detail

    def test_the_base_year_asks_only_for_what_the_plan_does_not_say(self, seeded: Plan, people: People) -> None:
        base = services.round_open(by=people["demo-admin"], plan=seeded, year=2015)
        assert set(base.tasks.values_list("target__code", flat=True)) == {
            "rd-intensity",
            "registered-results",
            "technology-contract-value",
            "incubated-firms",
        }

    def test_prefectures_are_asked_where_the_target_asks_for_them(self, seeded: Plan, people: People) -> None:
        Target.objects.filter(code=CODE).update(asks_cities=True)
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
        assert made.tasks.filter(target__code=CODE).count() == 14
        assert made.tasks.count() == 26

    def test_completing_adds_what_is_missing_once(self, opened: Round, people: People) -> None:
        Target.objects.filter(code=CODE).update(asks_cities=True)
        admin = people["demo-admin"]
        counts = [services.round_complete(by=admin, reporting_round=opened) for _again in range(2)]
        assert counts == [13, 0]

    def test_a_year_has_one_round(self, opened: Round, seeded: Plan, people: People) -> None:
        with pytest.raises(Conflict) as refused:
            services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
        assert refused.value.code == "round_exists"
        refusal = ReportingEvent.objects.get(action="refused")
        assert (refusal.attempted, refusal.code) == ("round_opened", "round_exists")

    @pytest.mark.parametrize("year", [2014, 2021, 0])
    def test_a_year_outside_the_plan_has_none(self, seeded: Plan, people: People, year: int) -> None:
        with pytest.raises(Invalid) as refused:
            services.round_open(by=people["demo-admin"], plan=seeded, year=year)
        assert [(fault.field, fault.code) for fault in refused.value.faults] == [("year", "year_out_of_range")]

    def test_it_is_not_due_before_it_opens(self, seeded: Plan, people: People) -> None:
        days = {"opens_on": date(2018, 3, 1), "due_on": date(2018, 2, 1)}
        with pytest.raises(Invalid) as refused:
            services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR, **days)
        assert refused.value.code == "due_before_opening"
        assert not Round.objects.filter(year=YEAR).exists()


class TestWhoDecides:
    NOT_ADMINISTRATORS = ["demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor"]

    @pytest.mark.parametrize("username", NOT_ADMINISTRATORS)
    def test_only_administrators_run_rounds(self, opened: Round, seeded: Plan, people: People, username: str) -> None:
        by, task = people[username], task_of(opened)
        later = TODAY() + timedelta(days=60)
        decisions: list[Callable[[], Any]] = [
            lambda: services.round_open(by=by, plan=seeded, year=2018),
            lambda: services.round_complete(by=by, reporting_round=opened),
            lambda: services.round_change_dates(
                by=by, reporting_round=opened, opens_on=TODAY(), due_on=later, reason="甲"
            ),
            lambda: services.task_extend(by=by, task=task, due_on=later, reason="甲"),
            lambda: services.task_pause(by=by, task=task, until=later, reason="甲"),
            lambda: services.task_resume(by=by, task=task),
            lambda: configure(by, task.target),
        ]
        for decision in decisions:
            with pytest.raises(Forbidden) as refused:
                decision()
            assert refused.value.code == "not_administrator"
        assert ReportingEvent.objects.filter(action="refused", actor=by).count() == len(decisions)

    @pytest.mark.parametrize(
        ("username", "code"),
        [
            ("demo-other", "not_responsible"),
            ("demo-harbin", "read_only"),
            ("demo-auditor", "read_only"),
            ("demo-admin", "read_only"),
        ],
    )
    def test_only_the_department_declares(self, opened: Round, people: People, username: str, code: str) -> None:
        with pytest.raises(Forbidden) as refused:
            declare(people[username], task_of(opened))
        assert refused.value.code == code
        with pytest.raises(Forbidden):
            services.task_end_declaration(by=people[username], task=task_of(opened))


class TestDates:
    def test_an_exception_moves_one_task(self, opened: Round, people: People) -> None:
        later = opened.due_on + timedelta(days=20)
        task = services.task_extend(by=people["demo-admin"], task=task_of(opened), due_on=later, reason="系统升级")
        assert task.is_extended
        assert opened.tasks.filter(due_on=later).count() == 1
        event = task.events.get(action="task_extended")
        assert (event.why, event.actor) == ("系统升级", people["demo-admin"])

    def test_a_round_moves_all_but_the_exceptions(self, opened: Round, people: People) -> None:
        admin = people["demo-admin"]
        exception = opened.due_on + timedelta(days=90)
        services.task_extend(by=admin, task=task_of(opened), due_on=exception, reason="系统升级")
        later = opened.due_on + timedelta(days=10)
        services.round_change_dates(
            by=admin, reporting_round=opened, opens_on=opened.opens_on, due_on=later, reason="推迟"
        )
        assert task_of(opened).due_on == exception
        assert opened.tasks.filter(due_on=later).count() == 12

    def test_a_round_that_moves_past_an_exception_takes_it_along_and_gives_it_back(
        self, opened: Round, people: People
    ) -> None:
        own, regular = opened.due_on + timedelta(days=20), opened.due_on
        services.task_extend(by=people["demo-admin"], task=task_of(opened), due_on=own, reason="系统升级")
        for days, due, is_extended in [(50, 50, False), (0, 20, True)]:
            move(opened, people, opened.opens_on, regular + timedelta(days=days))
            task = task_of(opened)
            assert (task.due_on, task.is_extended) == (regular + timedelta(days=due), is_extended)
            assert task.regular_due_on == regular + timedelta(days=days)

    def test_what_was_in_time_stays_in_time_when_the_round_moves(
        self, opened: Round, people: People, submitted: Make
    ) -> None:
        task, staff = task_of(opened), people["demo-staff"]
        submitted()
        move(opened, people, opened.opens_on - timedelta(days=9), TODAY())
        assert task_of(opened).due_on == task.due_on
        assert task_of(opened, "incubators").due_on == TODAY()
        with rewriting():
            FigureEvent.objects.filter(figure__target=task.target).update(at=timezone.now() + timedelta(days=3))
        assert not read(task, staff, TODAY() + timedelta(days=9)).late

    def test_a_later_date_of_the_round_excuses_what_was_handed_in_late(
        self, opened: Round, people: People, submitted: Make
    ) -> None:
        overdue_since(task_of(opened), 1)
        submitted()
        assert read(task_of(opened), people["demo-staff"]).late
        move(opened, people, opened.opens_on, opened.due_on)
        assert not read(task_of(opened), people["demo-staff"]).late

    def test_a_round_is_not_moved_to_be_due_in_the_past(self, opened: Round, people: People) -> None:
        yesterday = TODAY() - timedelta(days=1)
        with pytest.raises(Invalid) as refused:
            move(opened, people, yesterday - timedelta(days=30), yesterday)
        (fault,) = refused.value.faults
        assert (fault.field, fault.code) == ("due_on", "due_in_past")
        assert fault.message == (f"{written_day(yesterday)}已经过去，可用今天（{written_day(TODAY())}）或以后的日期。")
        assert opened.tasks.filter(due_on=yesterday).count() == 0
        assert ReportingEvent.objects.get(action="refused").code == "due_in_past"

    @pytest.mark.parametrize(("days", "code"), [(-5, "due_not_later"), (0, "due_not_later")])
    def test_an_exception_gives_more_time(self, opened: Round, people: People, days: int, code: str) -> None:
        task = task_of(opened)
        with pytest.raises(Invalid) as refused:
            services.task_extend(
                by=people["demo-admin"], task=task, due_on=task.due_on + timedelta(days=days), reason="甲"
            )
        (fault,) = refused.value.faults
        assert (fault.field, fault.code) == ("due_on", code)
        assert written_day(task.due_on + timedelta(days=days)) in fault.message
        assert not task_of(opened).is_extended

    def test_an_exception_is_not_in_the_past(self, opened: Round, people: People) -> None:
        task = task_of(opened)
        overdue_since(task, 9)
        with pytest.raises(Invalid) as refused:
            services.task_extend(by=people["demo-admin"], task=task, due_on=TODAY() - timedelta(days=1), reason="甲")
        assert refused.value.code == "due_in_past"

    def test_a_mistyped_exception_is_put_right(self, opened: Round, people: People) -> None:
        for days in (700, 70):
            day = opened.due_on + timedelta(days=days)
            services.task_extend(by=people["demo-admin"], task=task_of(opened), due_on=day, reason="年份填错")
        assert task_of(opened).due_on == opened.due_on + timedelta(days=70)
        with pytest.raises(Invalid) as refused:
            services.task_extend(by=people["demo-admin"], task=task_of(opened), due_on=day, reason="年份填错")
        assert refused.value.code == "due_not_later"

    @pytest.mark.parametrize(
        ("days", "reason", "code"), [(-400, "甲", "due_before_opening"), (5, "", "reason_required")]
    )
    def test_an_exception_needs_a_fitting_day_and_a_reason(
        self, opened: Round, people: People, days: int, reason: str, code: str
    ) -> None:
        task = task_of(opened)
        with pytest.raises(Invalid) as refused:
            services.task_extend(
                by=people["demo-admin"], task=task, due_on=task.due_on + timedelta(days=days), reason=reason
            )
        assert refused.value.code == code
        assert not task_of(opened).is_extended

    def test_a_late_source_is_never_overdue_before_it_is_published(self, seeded: Plan, people: People) -> None:
        days = {"opens_on": date(2020, 1, 1), "due_on": date(2020, 3, 31)}
        with rewriting():
            Figure.objects.filter(target__code="rd-intensity", year=2019).update(year=2010)
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=2019, **days)
        task, staff = task_of(made, "rd-intensity"), people["demo-staff"]
        assert (read(task, staff, date(2020, 7, 31)).state, read(task, staff, date(2020, 7, 31)).late) == (
            "not_yet_open",
            False,
        )
        assert (read(task, staff, date(2020, 9, 30)).state, read(task, staff, date(2020, 9, 30)).late) == (
            "open",
            False,
        )
        assert read(task, staff, date(2020, 10, 1)).late

    def test_pausing_and_resuming(self, opened: Round, people: People) -> None:
        admin, task = people["demo-admin"], task_of(opened)
        later = TODAY() + timedelta(days=20)
        services.task_pause(by=admin, task=task, until=later, reason="机构改革")
        with pytest.raises(Conflict) as refused:
            services.task_pause(by=admin, task=task, until=later, reason="机构改革")
        assert refused.value.code == "paused_already"
        services.task_resume(by=admin, task=task)
        with pytest.raises(Conflict) as refused:
            services.task_resume(by=admin, task=task)
        assert refused.value.code == "not_paused"
        assert [event.action for event in task.events.exclude(action="refused")] == ["paused", "resumed"]


class TestConfiguring:
    def test_all_tasks_go_to_the_new_department_done_ones_too(
        self, opened: Round, people: People, submitted: Make
    ) -> None:
        done = submitted()
        figure_services.figure_approve(by=people["demo-reviewer"], figure=done, if_version=2)
        other = Department.objects.get(code="zscqj")
        for code in (CODE, "incubators"):
            configure(people["demo-admin"], Target.objects.get(code=code), department=other)
        assert task_of(opened).department == other
        assert task_of(opened, "incubators").department == other
        done.refresh_from_db()
        assert done.created_by == people["demo-staff"]

    def test_a_release_month_moves_the_tasks(self, people: People, seeded: Plan) -> None:
        days = {"opens_on": date(2018, 1, 1), "due_on": date(2018, 3, 31)}
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR, **days)
        configure(people["demo-admin"], Target.objects.get(code=CODE), release_month=10)
        assert (task_of(made).opens_on, task_of(made).due_on) == (date(2018, 10, 1), date(2018, 11, 30))

    @pytest.mark.parametrize(
        ("code", "changes", "fault"),
        [
            ("rd-intensity", {"asks_cities": True}, ("asks_cities", "not_additive")),
            (CODE, {"release_month": 13}, ("release_month", "max_value")),
            (CODE, {"source_hint": "长" * 301}, ("source_hint", "max_length")),
            (CODE, {"reason": ""}, ("reason", "reason_required")),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, people: People, seeded: Plan, code: str, changes: dict[str, Any], fault: tuple[str, str]
    ) -> None:
        target = Target.objects.select_related("department", "plan").get(code=code)
        before = Target.objects.values().get(pk=target.pk)
        with pytest.raises(Refusal) as refused:
            configure(people["demo-admin"], target, **changes)
        assert [(found.field, found.code) for found in refused.value.faults] == [fault]
        assert Target.objects.values().get(pk=target.pk) == before

    def test_the_event_says_what_changed(self, people: People, seeded: Plan) -> None:
        configure(people["demo-admin"], Target.objects.get(code=CODE), second_review=True)
        event = ReportingEvent.objects.get(action="target_configured")
        assert "需要两级审核：否 → 是" in event.detail
