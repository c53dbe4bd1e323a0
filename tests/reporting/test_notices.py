"""Who is told what and when: each occasion, and the same case in which nobody is told; each thing once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import Department, Role, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.escalation import Step, step_of
from planportal.reporting.models import Notice, Round, Task
from planportal.reporting.notices import gather
from targets import services as figure_services
from targets.models import Figure, FigureEvent, Target
from tests.waiting import PATIENCE_SECONDS, Start

CODE, YEAR = "high-tech-enterprises", 2017
DAYS_TO_REPORT = 30
People = dict[str, User]
Make = Callable[..., Figure]
STAFF, REVIEWER, ADMIN = "demo-staff", "demo-reviewer", "demo-admin"


@pytest.fixture
def task(opened: Round) -> Task:
    return Task.objects.shown().get(round=opened, target__code=CODE, city=None)


def after(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def told(days: float = 0, code: str = CODE) -> set[tuple[str, str]]:
    """What is newly told of a target when it is gathered after some days: (person, kind)."""
    before = set(Notice.objects.values_list("pk", flat=True))
    gather(after(days))
    new = Notice.objects.exclude(pk__in=before).select_related("person", "task__target", "figure__target")
    return {(row.person.username, row.kind) for row in new if (row.task or row.figure).target.code == code}


class TestSteps:
    @pytest.mark.parametrize(
        ("days", "step"),
        [(-1, None), (0, None), (1, Step.BLUE), (6, Step.BLUE), (7, Step.ORANGE), (29, Step.ORANGE), (30, Step.RED)],
    )
    def test_it_is_asked_louder_with_time(self, days: int, step: Step | None) -> None:
        assert step_of(days) == step

    def test_the_days_are_settings(self, settings: Any) -> None:
        settings.ESCALATE_ORANGE_DAYS, settings.ESCALATE_RED_DAYS = 2, 3
        assert [step_of(days) for days in range(4)] == [None, Step.BLUE, Step.ORANGE, Step.RED]


class TestTasks:
    def test_the_departments_staff_are_told_that_it_is_open(self, task: Task) -> None:
        assert told() == {(STAFF, "opened")}

    def test_each_department_is_told_of_its_own(self, task: Task, people: People) -> None:
        Task.objects.filter(pk=task.pk).update(department=people["demo-other"].department)
        assert told() == {("demo-other", "opened")}
        assert told(code="registered-results") == set()
        assert Notice.objects.filter(person=people[STAFF]).count() == 9

    def test_nobody_is_told_before_it_opens(self, task: Task) -> None:
        Task.objects.update(opens_on=task.due_on)
        assert told() == set()
        assert told(DAYS_TO_REPORT) == {(STAFF, "due_soon")}

    @pytest.mark.parametrize(
        ("days", "receivers"),
        [
            (DAYS_TO_REPORT - 8, {(STAFF, "opened")}),
            (DAYS_TO_REPORT - 7, {(STAFF, "due_soon")}),
            (DAYS_TO_REPORT, {(STAFF, "due_soon")}),
            (DAYS_TO_REPORT + 1, {(STAFF, "overdue_blue")}),
            (DAYS_TO_REPORT + 6, {(STAFF, "overdue_blue")}),
            (DAYS_TO_REPORT + 7, {(STAFF, "overdue_orange"), (REVIEWER, "overdue_orange")}),
            (DAYS_TO_REPORT + 29, {(STAFF, "overdue_orange"), (REVIEWER, "overdue_orange")}),
            (
                DAYS_TO_REPORT + 30,
                {(STAFF, "overdue_red"), (REVIEWER, "overdue_red"), (ADMIN, "overdue_red")},
            ),
        ],
    )
    def test_only_the_present_step_is_told(self, task: Task, days: int, receivers: set[tuple[str, str]]) -> None:
        assert told(days) == receivers
        assert told(days) == set()

    def test_every_step_is_told_once_as_time_passes(self, task: Task) -> None:
        steps = [told(days) for days in range(DAYS_TO_REPORT + 40)]
        kinds = [kind for step in steps for person, kind in step if person == STAFF]
        assert kinds == ["opened", "due_soon", "overdue_blue", "overdue_orange", "overdue_red"]

    def test_reviewers_of_other_departments_are_not_told(self, task: Task, people: People) -> None:
        User.objects.filter(username=REVIEWER).update(department=Department.objects.get(code="zscqj"))
        assert told(DAYS_TO_REPORT + 7) == {(STAFF, "overdue_orange")}

    def test_whoever_left_is_not_told(self, task: Task) -> None:
        User.objects.filter(username=STAFF).update(is_active=False)
        assert told() == set()

    def test_an_extension_reminds_anew(self, task: Task, people: People) -> None:
        assert told(DAYS_TO_REPORT - 7) == {(STAFF, "due_soon")}
        later = task.due_on + timedelta(days=20)
        services.task_extend(by=people[ADMIN], task=task, due_on=later, reason="数据审计推迟")
        assert told(DAYS_TO_REPORT + 7) == {(STAFF, "opened")}
        assert told(DAYS_TO_REPORT + 13) == {(STAFF, "due_soon")}

    def test_nobody_is_chased_while_it_is_paused(self, task: Task, people: People) -> None:
        until = task.due_on + timedelta(days=10)
        services.task_pause(by=people[ADMIN], task=task, until=until, reason="机构改革")
        assert [told(days) for days in (0, DAYS_TO_REPORT, DAYS_TO_REPORT + 10)] == [set(), set(), set()]
        assert told(DAYS_TO_REPORT + 11) == {(STAFF, "overdue_blue")}

    def test_a_task_that_was_resumed_is_chased_again(self, task: Task, people: People) -> None:
        until = task.due_on + timedelta(days=10)
        services.task_pause(by=people[ADMIN], task=task, until=until, reason="机构改革")
        services.task_resume(by=people[ADMIN], task=task)
        assert told() == {(STAFF, "opened")}

    @pytest.mark.parametrize("made", ["draft", "returned"])
    def test_what_waits_for_the_department_is_chased(
        self, task: Task, made: str, request: pytest.FixtureRequest
    ) -> None:
        request.getfixturevalue(made)()
        assert (STAFF, "overdue_blue") in told(DAYS_TO_REPORT + 1)

    def test_what_is_with_the_reviewer_is_not_chased(self, task: Task, submitted: Make) -> None:
        submitted()
        assert told(1) == set()
        assert told(DAYS_TO_REPORT + 1) == {(REVIEWER, "review_waiting")}

    def test_what_is_done_is_not_chased(self, task: Task, submitted: Make, people: People) -> None:
        approve(submitted(), people)
        assert told(DAYS_TO_REPORT + 1) == set()


class TestUnavailable:
    def test_it_is_not_asked_for_until_the_declaration_expires(self, task: Task, people: People) -> None:
        assert told() == {(STAFF, "opened")}
        declare(task, people, days=10)
        assert told(10) == set()
        assert told(11) == {(STAFF, "opened")}

    def test_the_days_of_a_declaration_are_not_overdue(self, task: Task, people: People) -> None:
        ends = DAYS_TO_REPORT + 60
        declare(task, people, days=ends)
        assert told(ends) == set()
        assert told(ends + 1) == {(STAFF, "opened")}
        assert told(ends + DAYS_TO_REPORT) == {(STAFF, "due_soon")}
        assert told(ends + DAYS_TO_REPORT + 1) == {(STAFF, "overdue_blue")}
        assert told(ends + DAYS_TO_REPORT + 7) == {(STAFF, "overdue_orange"), (REVIEWER, "overdue_orange")}

    def test_a_step_that_was_told_before_it_is_told_again_after_it(self, task: Task, people: People) -> None:
        Task.objects.filter(pk=task.pk).update(opens_on=after(-9), due_on=after(-1), regular_due_on=after(-1))
        assert told() == {(STAFF, "overdue_blue")}
        declare(task, people, days=5)
        assert told(6) == {(STAFF, "opened")}
        assert told(5 + DAYS_TO_REPORT + 1) == {(STAFF, "overdue_blue")}


class TestReturned:
    def test_the_author_is_told_with_the_reason(self, returned: Make) -> None:
        returned(why="请注明来源")
        assert told() == {(STAFF, "returned")}
        assert Notice.objects.get(kind="returned").why == "请注明来源"

    def test_both_authors_are_told(self, people: People, draft: Make) -> None:
        figure = draft(by=REVIEWER)
        figure = figure_services.figure_submit(by=people[STAFF], figure=figure, if_version=1)
        other = User.objects.create(username="second-reviewer", role=Role.REVIEWER)
        figure_services.figure_return(by=other, figure=figure, if_version=2, reason="请核对")
        assert told() == {(STAFF, "returned"), (REVIEWER, "returned")}

    def test_once_it_was_handed_in_again_nobody_is_told(self, returned: Make, people: People) -> None:
        figure = returned()
        figure_services.figure_submit(by=people[STAFF], figure=figure, if_version=figure.version)
        assert told() == set()

    def test_a_second_return_is_told_again(self, returned: Make, people: People) -> None:
        figure = returned()
        assert told() == {(STAFF, "returned")}
        figure = figure_services.figure_submit(by=people[STAFF], figure=figure, if_version=figure.version)
        figure_services.figure_return(by=people[REVIEWER], figure=figure, if_version=figure.version, reason="仍不清")
        assert told() == {(STAFF, "returned")}

    @pytest.mark.parametrize("gone", [{"is_active": False}, {"department_id": 2}])
    def test_where_the_author_is_gone_the_departments_staff_are_told(
        self, returned: Make, people: People, gone: dict[str, Any]
    ) -> None:
        returned()
        department = people[STAFF].department
        User.objects.create(username="successor", role=Role.STAFF, department=department)
        gone = {"department": Department.objects.get(code="zscqj")} if "department_id" in gone else gone
        User.objects.filter(username=STAFF).update(**gone)
        assert told() == {("successor", "returned")}


class TestApproved:
    def test_the_author_is_told(self, submitted: Make, people: People) -> None:
        approve(submitted(), people)
        assert told() == {(STAFF, "approved")}

    def test_what_was_approved_long_ago_is_no_news(self, submitted: Make, people: People) -> None:
        approve(submitted(), people)
        assert told(31) == set()

    def test_what_a_publication_brought_is_told_to_nobody(self, seeded: Plan) -> None:
        assert FigureEvent.objects.filter(action="loaded").exists()
        assert gather(after(0)) == 0


class TestWaiting:
    def test_reviewers_are_told_after_48_hours(self, submitted: Make) -> None:
        submitted()
        assert told(47 / 24) == set()
        assert told(48 / 24) == {(REVIEWER, "review_waiting")}
        assert told(49 / 24) == set()

    def test_only_those_without_a_hand_in_it(self, submitted: Make, people: People) -> None:
        User.objects.create(username="second-reviewer", role=Role.REVIEWER)
        submitted(by=REVIEWER)
        assert told(3) == {("second-reviewer", "review_waiting")}

    def test_whoever_passed_it_at_the_first_level_is_not_told(self, submitted: Make, people: People) -> None:
        figure = submitted()
        User.objects.create(username="second-reviewer", role=Role.REVIEWER)
        two_levels(figure, endorsed_by=people[REVIEWER])
        assert told(3) == {("second-reviewer", "review_waiting")}

    def test_once_one_level_is_enough_whoever_passed_it_is_told_again(self, submitted: Make, people: People) -> None:
        figure = submitted()
        two_levels(figure, endorsed_by=people[REVIEWER])
        Target.objects.filter(pk=figure.target_id).update(second_review=False)
        assert told(3) == {(REVIEWER, "review_waiting")}

    def test_where_the_only_reviewer_wrote_it_administrators_are_told(self, submitted: Make) -> None:
        submitted(by=REVIEWER)
        assert told(47 / 24) == set()
        assert told(3) == {(ADMIN, "review_waiting")}
        assert Notice.objects.get().why.startswith("没有可以审核的审核人")

    def test_where_the_only_reviewer_passed_it_at_the_first_level_administrators_are_told(
        self, submitted: Make, people: People
    ) -> None:
        two_levels(submitted(), endorsed_by=people[REVIEWER])
        assert told(3) == {(ADMIN, "review_waiting")}

    def test_once_there_is_a_reviewer_that_one_is_told(self, submitted: Make) -> None:
        submitted(by=REVIEWER)
        assert told(3) == {(ADMIN, "review_waiting")}
        User.objects.create(username="second-reviewer", role=Role.REVIEWER)
        assert told(3) == {("second-reviewer", "review_waiting")}

    def test_the_only_reviewer_who_becomes_an_administrator_is_told_as_one(
        self, submitted: Make, people: People
    ) -> None:
        submitted()
        assert told(3) == {(REVIEWER, "review_waiting")}
        User.objects.filter(username=REVIEWER).update(role=Role.ADMIN, department=None)
        assert told(3) == {(REVIEWER, "review_waiting"), (ADMIN, "review_waiting")}

    def test_a_figure_handed_in_again_waits_anew(self, submitted: Make, people: People) -> None:
        figure = submitted()
        assert told(3) == {(REVIEWER, "review_waiting")}
        figure = figure_services.figure_return(
            by=people[REVIEWER], figure=figure, if_version=figure.version, reason="请核对"
        )
        figure_services.figure_submit(by=people[STAFF], figure=figure, if_version=figure.version)
        assert told(3) == {(REVIEWER, "review_waiting")}

    @pytest.mark.parametrize("step", ["return", "approve"])
    def test_what_was_decided_waits_for_nobody(self, submitted: Make, people: People, step: str) -> None:
        figure = submitted()
        if step == "approve":
            approve(figure, people)
        else:
            figure_services.figure_return(by=people[REVIEWER], figure=figure, if_version=2, reason="请核对")
        assert (REVIEWER, "review_waiting") not in told(3)


class TestOnce:
    def test_gathering_again_adds_nothing(self, task: Task, returned: Make) -> None:
        returned()
        counts = [(gather(after(0)), Notice.objects.count()) for _again in range(2)]
        assert counts == [(11, 11), (0, 11)]

    def test_one_persons_notices_are_gathered_alone(self, task: Task, people: People) -> None:
        late, staff = DAYS_TO_REPORT + 7, people[STAFF]
        gather(after(late), [staff])
        assert set(Notice.objects.values_list("person__username", flat=True)) == {STAFF}
        assert told(late) == {(REVIEWER, "overdue_orange")}

    def test_an_administrator_is_told_of_every_department(self, opened: Round, task: Task, people: People) -> None:
        Task.objects.filter(pk=task.pk).update(department=people["demo-other"].department)
        gather(after(DAYS_TO_REPORT + 30), [people[ADMIN]])
        assert Notice.objects.filter(person=people[ADMIN], kind="overdue_red").count() == 10

    def test_it_takes_as_many_queries_for_many_rounds_as_for_one(
        self, opened: Round, seeded: Plan, people: People, returned: Make, submitted: Make
    ) -> None:
        returned()
        submitted(code="registered-results", year=2018)
        counts = [count_queries()]
        for year in (2016, 2018, 2019, 2020):
            services.round_open(by=people[ADMIN], plan=seeded, year=year)
        returned(year=2018)
        submitted(code="registered-results", year=2019)
        counts.append(count_queries())
        assert counts[0] == counts[1] <= 15


@pytest.mark.django_db(transaction=True)
def test_gathered_twice_at_once_each_is_stored_once(task: Task, start: Start) -> None:
    with transaction.atomic():
        gather(after(0))
        second = start(lambda: gather(after(0)))
    second.result(PATIENCE_SECONDS)
    assert Notice.objects.count() == 10


def count_queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        gather(after(3))
    return len(captured)


class TestReader:
    @pytest.mark.parametrize("address", ["/notices/", "/workspace/"])
    def test_without_a_broker_reading_gathers_the_readers_own(
        self, task: Task, as_person: Callable[[str], Client], address: str
    ) -> None:
        assert as_person(STAFF).get(address).status_code == 200
        assert set(Notice.objects.values_list("person__username", flat=True)) == {STAFF}

    @pytest.mark.parametrize("address", ["/notices/", "/workspace/"])
    def test_with_one_the_job_gathers(
        self, task: Task, as_person: Callable[[str], Client], settings: Any, address: str
    ) -> None:
        settings.REDIS_URL = "redis://elsewhere"
        assert as_person(STAFF).get(address).status_code == 200
        assert not Notice.objects.exists()


class TestCommand:
    def test_it_gathers(self, task: Task, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("notices")
        assert Notice.objects.count() == 10
        assert capsys.readouterr().out == "notices: 10 条新通知，发出 0 封邮件\n"

    def test_a_dry_run_stores_and_sends_nothing(
        self, task: Task, capsys: pytest.CaptureFixture[str], mailoutbox: list[Any]
    ) -> None:
        User.objects.filter(username=STAFF).update(email="staff@example.org")
        call_command("notices", "--dry-run")
        lines = capsys.readouterr().out.splitlines()
        assert "demo-staff\t开始填报\t国家级高新技术企业 2017 年（全省）" in lines
        assert lines[-1] == "notices: 10 条新通知，至多 1 人有邮件；没有保存，没有发送"
        assert not Notice.objects.exists()
        assert mailoutbox == []


def approve(figure: Figure, people: People) -> Figure:
    return figure_services.figure_approve(by=people[REVIEWER], figure=figure, if_version=figure.version)


def two_levels(figure: Figure, *, endorsed_by: User) -> None:
    """The figure's target asks for two levels of review, and somebody passed it at the first."""
    Target.objects.filter(pk=figure.target_id).update(second_review=True)
    figure_services.figure_approve(by=endorsed_by, figure=figure, if_version=figure.version)


def declare(task: Task, people: People, *, days: int) -> Task:
    until = timezone.localdate() + timedelta(days=days)
    return services.task_declare_unavailable(by=people[STAFF], task=task, until=until, reason="普查数据尚未公布")
