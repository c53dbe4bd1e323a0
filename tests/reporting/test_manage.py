"""The administration's pages: who may, what each form takes and refuses, and what an administrator is shown."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planportal.accounts.models import Role, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from targets.models import Figure, Target
from tests.reading import text
from tests.reporting.administration import stored

CODE, YEAR = "high-tech-enterprises", 2017
EVERYBODY = ["", "demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]
OVERVIEW, ROUND, OPEN = "/manage/", f"/manage/rounds/{YEAR}/", "/manage/rounds/2018/open/"
DATES, TARGETS, TARGET = f"{ROUND}dates/", "/manage/targets/", f"/manage/targets/{CODE}/"
DAYS = {"opens_on": date(2018, 1, 1), "due_on": date(2018, 3, 31)}
LATER = {"opens_on": "2018-02-01", "due_on": "2098-04-30", "reason": "系统升级"}
SETTINGS = {"department": "kjt", "release_month": "", "source_hint": "", "reason": "工作调整"}
NEVER = ("", "2026-02-30", "明天", "2018-01-01\x00", "1999-12-31", "2100-01-01", "99999-01-01")

Browse = Callable[[str], Client]
Make = Callable[..., Figure]
People = dict[str, User]


def task_address(task: Task) -> str:
    return f"/manage/tasks/{task.pk}/"


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def extension(**changes: str) -> dict[str, str]:
    return {"action": "extend", "extend-due_on": in_days(30), "extend-reason": "系统升级"} | changes


def pause(**changes: str) -> dict[str, str]:
    return {"action": "pause", "pause-until": in_days(30), "pause-reason": "机构改革"} | changes


class TestAccess:
    @pytest.mark.parametrize("username", EVERYBODY)
    @pytest.mark.parametrize(
        ("path", "given", "for_admin"),
        [
            (OVERVIEW, None, 200),
            (OVERVIEW, {}, 405),
            (OPEN, None, 200),
            (OPEN, {}, 302),
            (ROUND, None, 200),
            (ROUND, {"action": "complete"}, 302),
            (DATES, None, 200),
            (DATES, LATER, 302),
            ("{task}", None, 200),
            ("{task}", extension(), 302),
            ("{task}", pause(), 302),
            ("{task}", {"action": "resume"}, 409),
            (TARGETS, None, 200),
            (TARGETS, {}, 405),
            (TARGET, None, 200),
            (TARGET, SETTINGS, 302),
        ],
    )
    def test_administrators_only(
        self,
        as_person: Browse,
        task: Task,
        username: str,
        path: str,
        given: dict[str, str] | None,
        for_admin: int,
    ) -> None:
        before = stored()
        client, where = as_person(username), path.format(task=task_address(task))
        answer = client.get(where) if given is None else client.post(where, given)
        refused = 405 if for_admin == 405 else 403 if username else 302
        assert answer.status_code == (for_admin if username == "demo-admin" else refused)
        if not username and refused == 302:
            assert answer.headers["Location"] == f"/accounts/login/?next={where}"
        if username != "demo-admin":
            assert stored() == before

    @pytest.mark.parametrize(
        "path",
        [
            "/manage/rounds/2018/",
            "/manage/rounds/2018/dates/",
            "/manage/rounds/2014/open/",
            "/manage/rounds/2021/open/",
            f"/manage/rounds/{10**30}/",
            f"/manage/rounds/{10**30}/open/",
            "/manage/tasks/0/",
            f"/manage/tasks/{10**30}/",
            "/manage/targets/none/",
        ],
    )
    def test_what_is_not_there_is_not_found(self, admin: Client, overdue: Round, path: str) -> None:
        assert [admin.get(path).status_code, admin.post(path, {}).status_code] == [404, 404]

    def test_another_plan_has_rounds_and_tasks_of_its_own(self, admin: Client, seeded: Plan, task: Task) -> None:
        seeded.pk, seeded.code, seeded._state.adding = None, "other", True
        seeded.save()
        assert "还没有开启任何年度的报送" in text(admin.get("/p/other/manage/"))
        for path in (ROUND, task_address(task), TARGET):
            assert admin.get(f"/p/other{path}").status_code == 404

    @pytest.mark.parametrize("path", [ROUND, "{task}"])
    @pytest.mark.parametrize("action", ["", "delete", "a\x00b"])
    def test_an_action_that_is_not_there_is_the_400_page(
        self, admin: Client, task: Task, path: str, action: str
    ) -> None:
        before = stored()
        assert admin.post(path.format(task=task_address(task)), {"action": action}).status_code == 400
        assert stored() == before


class TestOverview:
    def test_it_says_how_to_begin(self, admin: Client, seeded: Plan) -> None:
        page = admin.get(OVERVIEW)
        assert "还没有开启任何年度的报送。请在下表选一个年度，点“开启报送”。" in text(page)
        for year in range(2015, 2021):
            assert f'href="/manage/rounds/{year}/open/"' in page.content.decode()
        assert page.context["overview"].needs == []

    def test_it_counts_tasks_by_state(self, admin: Client, people: People, overdue: Round, submitted: Make) -> None:
        submitted()
        services.task_declare_unavailable(
            by=people["demo-staff"],
            task=overdue.tasks.get(target__code="innovation-teams"),
            until=date.fromisoformat(in_days(9)),
            reason="未评审",
        )
        page = admin.get(OVERVIEW)
        [line] = [line for line in page.context["overview"].lines if line.round]
        published = Figure.objects.in_force().provincial().filter(year=YEAR).values("target").distinct().count()
        still_open = 13 - published - 2
        assert (line.year, line.total) == (YEAR, 13)
        assert [(count.label, count.number) for count in line.counts] == [
            ("已完成", published),
            ("审核中", 1),
            ("待填报", still_open),
            ("逾期", still_open),
            ("未到填报期", 0),
            ("已声明暂无数据", 1),
        ]

    def test_overdue_tasks_need_a_decision_until_they_are_paused(
        self, admin: Client, people: People, overdue: Round
    ) -> None:
        [need] = admin.get(OVERVIEW).context["overview"].needs
        assert need.address == f"{ROUND}?state=overdue"
        tasks = admin.get(need.address).context["lines"]
        assert tasks
        assert need.sentence.startswith(f"2017 年有 {len(tasks)} 项任务逾期")
        for line in tasks:
            services.task_pause(
                by=people["demo-admin"], task=line.task, until=date.fromisoformat(in_days(9)), reason="机构改革"
            )
        assert admin.get(OVERVIEW).context["overview"].needs == []

    def test_missing_tasks_need_a_decision(self, admin: Client, seeded: Plan, people: People) -> None:
        services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
        Target.objects.filter(code=CODE).update(asks_cities=True)
        [need] = admin.get(OVERVIEW).context["overview"].needs
        assert (need.sentence, need.address) == ("2017 年缺 13 项任务：开启以后改过报送范围。", ROUND)

    def test_a_department_without_anybody_who_enters_needs_a_decision(self, admin: Client, people: People) -> None:
        User.objects.filter(username="demo-other").update(is_active=False)
        [need] = admin.get(OVERVIEW).context["overview"].needs
        assert need.sentence == "省知识产权局负责填报指标，但没有在用的填报账号。"
        assert need.address == "/manage/accounts/?department=zscqj"

    def test_a_portal_without_reviewers_needs_a_decision(self, admin: Client, people: People) -> None:
        User.objects.filter(role=Role.REVIEWER).update(is_active=False)
        assert [need.address for need in admin.get(OVERVIEW).context["overview"].needs] == ["/manage/accounts/new/"]

    def test_what_was_decided_last_stands_there_refusals_too(self, admin: Client, overdue: Round) -> None:
        admin.post(f"{ROUND}open/", {})
        page = text(admin.get(OVERVIEW))
        assert "开启报送 演示管理员 · 2017 年" in page
        assert "拒绝（开启报送） 演示管理员" in page

    def test_the_count_of_queries_does_not_grow(
        self,
        admin: Client,
        seeded: Plan,
        people: People,
        overdue: Round,
        django_assert_num_queries: Callable[..., Any],
    ) -> None:
        with django_assert_num_queries(14):
            admin.get(OVERVIEW)
        Target.objects.filter(code=CODE).update(asks_cities=True)
        for year in (2016, 2018, 2019):
            services.round_open(by=people["demo-admin"], plan=seeded, year=year, **DAYS)
        with django_assert_num_queries(14):
            admin.get(OVERVIEW)


class TestOpening:
    def test_the_regular_days_are_filled_in_and_explained(self, admin: Client, seeded: Plan) -> None:
        page = admin.get(OPEN)
        fields = page.content.decode()
        assert f'value="{in_days(0)}"' in fields
        assert f'value="{in_days(30)}"' in fields
        assert "至少给 30 天" in text(page)
        assert 'href="/manage/rounds/2019/open/"' in fields

    @pytest.mark.parametrize("given", [{}, {"opens_on": "", "due_on": ""}])
    def test_without_days_it_has_the_regular_ones(self, admin: Client, seeded: Plan, given: dict[str, str]) -> None:
        page = admin.post(OPEN, given, follow=True)
        assert page.redirect_chain == [("/manage/rounds/2018/", 302)]
        assert "已开启 2018 年报送，任务已分到责任单位。" in text(page)
        made = Round.objects.get(year=2018)
        assert (made.opens_on.isoformat(), made.due_on.isoformat()) == (in_days(0), in_days(30))
        assert made.created_by.username == "demo-admin"

    @pytest.mark.parametrize("day", ["2019-02-01", "2019/2/1", "2019年2月1日"])
    def test_days_can_be_given(self, admin: Client, seeded: Plan, day: str) -> None:
        admin.post(OPEN, {"opens_on": "2019-01-01", "due_on": day})
        assert Round.objects.get(year=2018).due_on == date(2019, 2, 1)

    @pytest.mark.parametrize(
        ("given", "field", "sentence"),
        [
            ({"due_on": "2018-13-01"}, "due_on", "“2018-13-01”不是日期，请写成 2026-03-31 的样子。"),
            ({"opens_on": "x" * 99}, "opens_on", f"“{'x' * 40}”不是日期"),
            ({"due_on": "2100-01-01"}, "due_on", "日期应在 2000 年至 2099 年之间。"),
            ({"opens_on": "2019-02-01", "due_on": "2019-01-01"}, "due_on", "早于开放日期2019年2月1日"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(
        self, admin: Client, seeded: Plan, given: dict[str, str], field: str, sentence: str
    ) -> None:
        page = admin.post(OPEN, given)
        assert page.status_code == 400
        assert sentence in "".join(page.context["form"].errors[field])
        assert not Round.objects.exists()

    def test_a_year_that_was_opened_leads_to_its_round(self, admin: Client, overdue: Round) -> None:
        assert admin.get(f"{ROUND}open/").headers["Location"] == ROUND
        again = admin.post(f"{ROUND}open/", {})
        assert (again.status_code, "2017 年的报送已经开启。" in text(again)) == (409, True)


class TestRound:
    def test_it_lists_every_task_with_its_state_and_days(self, admin: Client, task: Task) -> None:
        page = admin.get(ROUND)
        assert len(page.context["lines"]) == 13
        assert "2018年1月1日至2018年3月31日" in text(page)
        assert "国家级高新技术企业 全省 全省 省科技厅 待填报 逾期 2018年1月1日 2018年3月31日 照常" in text(page)
        assert f'href="{task_address(task)}"' in page.content.decode()

    @pytest.mark.parametrize(
        ("query", "codes"),
        [
            ("department=zscqj", ["invention-patents-per-10k"]),
            ("state=submitted", [CODE]),
            ("state=submitted&department=zscqj", []),
            ("state=not_yet_open", []),
            ("state=declared_unavailable", []),
        ],
    )
    def test_it_is_filtered(
        self, admin: Client, overdue: Round, submitted: Make, query: str, codes: list[str]
    ) -> None:
        submitted()
        page = admin.get(f"{ROUND}?{query}")
        assert [line.task.target.code for line in page.context["lines"]] == codes
        assert ("没有符合条件的任务" in text(page)) == (not codes)

    @pytest.mark.parametrize("query", ["state=draft", "state=none", "department=none", "page=x"])
    def test_what_it_does_not_know_is_the_400_page(self, admin: Client, overdue: Round, query: str) -> None:
        assert admin.get(f"{ROUND}?{query}").status_code == 400

    def test_drafts_and_returns_are_still_to_be_reported_and_no_figure_shows(
        self, admin: Client, task: Task, returned: Make
    ) -> None:
        returned(value="4321", reason="来源更正")
        page = admin.get(f"{ROUND}?state=open")
        assert task in [line.task for line in page.context["lines"]]
        for where in (ROUND, task_address(task)):
            shown = text(admin.get(where))
            assert "4321" not in shown
            assert "4,321" not in shown
            assert "已退回" not in shown

    def test_what_was_handed_in_late_is_called_late(self, admin: Client, task: Task, submitted: Make) -> None:
        submitted()
        assert "审核中 迟报" in text(admin.get(ROUND))
        assert "首次报送" in text(admin.get(task_address(task)))

    def test_missing_tasks_are_added_once(self, admin: Client, overdue: Round) -> None:
        Target.objects.filter(code=CODE).update(asks_cities=True)
        assert "缺 13 项任务" in text(admin.get(ROUND))
        done = admin.post(ROUND, {"action": "complete"}, follow=True)
        assert "已补建 13 项任务。" in text(done)
        assert overdue.tasks.count() == 26
        assert [line.task.area for line in done.context["lines"] if line.task.target.code == CODE][:2] == [
            None,
            "230100",
        ]
        again = admin.post(ROUND, {"action": "complete"}, follow=True)
        assert "没有缺少的任务，没有改动。" in text(again)
        assert "补建 13 项任务" in text(again)

    def test_the_count_of_queries_does_not_grow_with_tasks_and_pauses(
        self, admin: Client, people: People, overdue: Round, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(13):
            admin.get(ROUND)
        Target.objects.filter(code=CODE).update(asks_cities=True)
        services.round_complete(by=people["demo-admin"], reporting_round=overdue)
        for task in overdue.tasks.select_related("round__plan", "target"):
            services.task_pause(
                by=people["demo-admin"], task=task, until=date.fromisoformat(in_days(9)), reason="机构改革"
            )
        with django_assert_num_queries(13):
            admin.get(ROUND)


class TestDates:
    def test_the_days_move_with_a_reason(self, admin: Client, overdue: Round) -> None:
        assert 'value="2018-01-01"' in admin.get(DATES).content.decode()
        page = admin.post(DATES, LATER, follow=True)
        assert page.redirect_chain == [(ROUND, 302)]
        assert "2018年2月1日至2098年4月30日" in text(page)
        assert "2018年1月1日—2018年3月31日 改为 2018年2月1日—2098年4月30日理由：系统升级" in text(page)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            *(({"due_on": day}, "due_on") for day in NEVER),
            *(({"opens_on": day}, "opens_on") for day in NEVER),
            ({"due_on": "2018-01-31"}, "due_on"),
            ({"due_on": "2018-04-30"}, "due_on"),
            ({"reason": " "}, "reason"),
            ({"reason": "长" * 1001}, "reason"),
            ({"reason": "甲\x00乙"}, "reason"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
        self, admin: Client, overdue: Round, changes: dict[str, str], field: str
    ) -> None:
        page = admin.post(DATES, LATER | changes)
        form = page.context["form"]
        assert (page.status_code, set(form.errors)) == (400, {field})
        assert {name: form.data[name] for name in LATER} == LATER | changes
        overdue.refresh_from_db()
        assert {name: getattr(overdue, name) for name in DAYS} == DAYS


class TestTask:
    def test_an_exception_with_a_reason(self, admin: Client, task: Task) -> None:
        page = admin.post(task_address(task), extension(), follow=True)
        assert "已更改这项任务的截止日期。" in text(page)
        assert "原定2018年3月31日" in text(page)
        assert "延期 演示管理员" in text(page)
        assert "系统升级" in text(page)
        assert "单独定期" in text(admin.get(ROUND))
        task.refresh_from_db()
        assert task.due_on.isoformat() == in_days(30)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            *(({"extend-due_on": day}, "due_on") for day in NEVER),
            ({"extend-due_on": "2017-12-31"}, "due_on"),
            ({"extend-due_on": "2018-03-31"}, "due_on"),
            ({"extend-reason": ""}, "reason"),
            ({"extend-reason": "长" * 1001}, "reason"),
            ({"extend-reason": "甲\x00乙"}, "reason"),
        ],
    )
    def test_an_exception_that_is_wrong(self, admin: Client, task: Task, changes: dict[str, str], field: str) -> None:
        page = admin.post(task_address(task), extension(**changes))
        assert (page.status_code, set(page.context["extension"].errors)) == (400, {field})
        assert not page.context["pause"].is_bound
        task.refresh_from_db()
        assert not task.is_extended

    def test_pausing_and_resuming(self, admin: Client, task: Task) -> None:
        paused = admin.post(task_address(task), pause(), follow=True)
        assert "已暂停催报这项任务。" in text(paused)
        assert "机构改革" in text(paused)
        assert "暂停至" in text(admin.get(ROUND))
        again = admin.post(task_address(task), pause())
        assert (again.status_code, "这项任务已在暂停催报。" in text(again)) == (409, True)
        resumed = admin.post(task_address(task), {"action": "resume"}, follow=True)
        assert "已恢复催报这项任务。" in text(resumed)
        nothing = admin.post(task_address(task), {"action": "resume"})
        assert (nothing.status_code, "这项任务没有在暂停催报。" in text(nothing)) == (409, True)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            *(({"pause-until": day}, "until") for day in NEVER),
            ({"pause-until": in_days(-1)}, "until"),
            ({"pause-reason": ""}, "reason"),
            ({"pause-reason": "长" * 1001}, "reason"),
        ],
    )
    def test_a_pause_that_is_wrong(self, admin: Client, task: Task, changes: dict[str, str], field: str) -> None:
        page = admin.post(task_address(task), pause(**changes))
        assert (page.status_code, set(page.context["pause"].errors)) == (400, {field})
        assert not page.context["extension"].is_bound
        assert not task.pauses.exists()

    def test_its_history_names_what_moved_it_the_latest_first(self, admin: Client, people: People, task: Task) -> None:
        admin.post(task_address(task), extension(**{"extend-reason": ""}))
        admin.post(task_address(task), extension(**{"extend-due_on": "2017-12-31"}))
        admin.post(DATES, LATER)
        admin.post(TARGET, SETTINGS | {"release_month": "3"})
        admin.post("/manage/targets/incubators/", SETTINGS | {"release_month": "3"})
        events = list(admin.get(task_address(task)).context["decisions"])
        assert [event.action for event in events] == ["target_configured", "round_dated", "refused", "round_opened"]
        assert events[2].code == "due_before_opening"

    def test_the_count_of_queries_does_not_grow_with_its_history(
        self, admin: Client, task: Task, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(7):
            admin.get(task_address(task))
        for days in (30, 31, 32):
            admin.post(task_address(task), extension(**{"extend-due_on": in_days(days)}))
        with django_assert_num_queries(7):
            admin.get(task_address(task))
