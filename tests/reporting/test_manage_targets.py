"""How targets are reported, on the administration's pages; and what a member of staff who moves keeps."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from planportal.accounts.models import Department, Role, User
from planportal.plan.models import Plan
from planportal.reporting.models import Task
from targets import services as figure_services
from targets.models import Figure, Target
from tests.reading import text
from tests.reporting.administration import stored

CODE, YEAR = "high-tech-enterprises", 2017
TARGETS, TARGET = "/manage/targets/", f"/manage/targets/{CODE}/"
SETTINGS = {"department": "kjt", "release_month": "", "source_hint": "", "reason": "工作调整"}

Browse = Callable[[str], Client]
Make = Callable[..., Figure]
People = dict[str, User]


class TestTargets:
    def test_the_list_says_how_each_is_reported(self, admin: Client, seeded: Plan) -> None:
        page = text(admin.get(TARGETS))
        assert "研究与试验发展经费投入强度 省科技厅" in page
        assert "次年 8 月" in page
        assert page.count("比率，不分") == 3

    def test_the_count_of_queries_is_fixed(
        self, admin: Client, seeded: Plan, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(6):
            admin.get(TARGETS)

    def test_a_target_is_given_to_another_department_with_a_reason(
        self, admin: Client, people: People, task: Task
    ) -> None:
        given = {
            "department": "zscqj",
            "release_month": "10",
            "source_hint": "高新技术企业认定年末名单",
            "asks_cities": "on",
            "second_review": "on",
            "reason": "机构改革",
        }
        page = admin.post(TARGET, given, follow=True)
        assert "已保存“国家级高新技术企业”的报送设置。" in text(page)
        assert "责任单位：省科技厅 → 省知识产权局" in text(page)
        assert "机构改革" in text(page)
        target = Target.objects.select_related("department").get(code=CODE)
        assert (target.department.code, target.release_month, target.source_hint) == (
            "zscqj",
            10,
            "高新技术企业认定年末名单",
        )
        assert (target.asks_cities, target.second_review) == (True, True)
        task.refresh_from_db()
        assert (task.department.code, task.due_on) == ("zscqj", date(2018, 11, 30))
        shown = admin.get(TARGET).context["form"].initial
        assert shown == {
            "department": "zscqj",
            "release_month": 10,
            "source_hint": "高新技术企业认定年末名单",
            "asks_cities": True,
            "second_review": True,
        }

    @pytest.mark.parametrize(
        ("levels", "others", "warnings"),
        [
            ({"second_review": "on"}, [], 1),
            ({}, [], 0),
            ({"second_review": "on"}, [{"is_active": True}], 0),
            ({"second_review": "on"}, [{"is_active": False}], 1),
        ],
    )
    def test_two_levels_of_review_with_fewer_than_two_reviewers_are_warned_of(
        self, admin: Client, seeded: Plan, levels: dict[str, str], others: list[dict[str, bool]], warnings: int
    ) -> None:
        for other in others:
            User.objects.create(username="second-reviewer", role=Role.REVIEWER, **other)
        page = text(admin.post(TARGET, SETTINGS | levels, follow=True))
        assert "已保存“国家级高新技术企业”的报送设置。" in page
        assert page.count("在用的审核人账号只有 1 个") == warnings

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"department": ""}, "department"),
            ({"department": "none"}, "department"),
            ({"department": "k\x00t"}, "department"),
            ({"release_month": "13"}, "release_month"),
            ({"release_month": "x"}, "release_month"),
            ({"source_hint": "长" * 301}, "source_hint"),
            ({"source_hint": "甲\x00乙"}, "source_hint"),
            ({"reason": ""}, "reason"),
            ({"reason": "长" * 1001}, "reason"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
        self, admin: Client, task: Task, changes: dict[str, str], field: str
    ) -> None:
        before = stored()
        page = admin.post(TARGET, SETTINGS | changes)
        form = page.context["form"]
        assert (page.status_code, set(form.errors)) == (400, {field})
        assert {name: form.data[name] for name in SETTINGS} == SETTINGS | changes
        assert stored() == before

    def test_a_ratio_is_never_asked_for_by_prefecture(self, admin: Client, seeded: Plan) -> None:
        where = "/manage/targets/rd-intensity/"
        assert 'name="asks_cities"' not in admin.get(where).content.decode()
        assert admin.post(where, SETTINGS | {"asks_cities": "on"}).status_code == 302
        assert not Target.objects.get(code="rd-intensity").asks_cities


class TestMoving:
    """A member of staff who wrote a draft and an approved figure, and then moves to another department."""

    @pytest.fixture
    def left(self, submitted: Make, draft: Make, people: People) -> tuple[Figure, Figure]:
        done = submitted(year=2016)
        done = figure_services.figure_approve(by=people["demo-reviewer"], figure=done, if_version=done.version)
        return done, draft()

    @pytest.fixture
    def moved(self, admin: Client, left: tuple[Figure, Figure], people: People) -> User:
        colleague = people["demo-staff"]
        User.objects.create_user("stays", role=Role.STAFF, department=colleague.department, first_name="留任者")
        given = {"action": "change", "name": str(colleague), "role": "staff", "department": "zscqj"}
        assert admin.post(f"/manage/accounts/{colleague.pk}/", given).status_code == 302
        return User.objects.select_related("department").get(pk=colleague.pk)

    def test_what_they_wrote_keeps_their_name(self, left: tuple[Figure, Figure], moved: User) -> None:
        done, begun = (Figure.objects.get(pk=figure.pk) for figure in left)
        assert (done.created_by, done.submitted_by, begun.created_by) == (moved, moved, moved)
        assert [(event.action, event.actor) for event in begun.events.all()] == [("drafted", moved)]
        assert {event.actor for event in done.events.filter(action__in=["drafted", "submitted"])} == {moved}
        assert [version.number for version in done.versions.all()] == [1, 2, 3]

    def test_they_see_and_enter_the_new_departments_and_no_longer_the_old_ones(
        self, browse: Browse, left: tuple[Figure, Figure], moved: User
    ) -> None:
        workspace = browse("demo-staff").get("/workspace/")
        assert workspace.context["department"].code == "zscqj"
        assert [row.target.code for row in workspace.context["workspace"].rows] == ["invention-patents-per-10k"]
        assert not Figure.objects.visible_to(moved).filter(pk=left[1].pk).exists()
        assert browse("demo-staff").get(f"/workspace/{CODE}/{YEAR}/").status_code == 403
        new = {"action": "draft", "value": "5.30", "reason": "复核后更正", "cause": "error"}
        entered = browse("demo-staff").post("/workspace/invention-patents-per-10k/2017/", new)
        assert entered.status_code == 302
        assert (
            Figure.objects.get(target__code="invention-patents-per-10k", year=2017, state="draft").created_by == moved
        )

    def test_the_old_departments_staff_see_and_finish_what_was_left(
        self, left: tuple[Figure, Figure], moved: User, client: Client
    ) -> None:
        stays, begun = User.objects.get(username="stays"), left[1]
        client.force_login(stays, backend="django.contrib.auth.backends.ModelBackend")
        assert str(moved) in text(client.get("/workspace/"))
        assert Figure.objects.visible_to(stays).filter(pk=begun.pk).exists()
        done = figure_services.figure_submit(by=stays, figure=begun, if_version=begun.version)
        assert (done.created_by, done.submitted_by) == (moved, stays)

    def test_they_sign_in_again(
        self, browse: Browse, admin: Client, people: People, left: tuple[Figure, Figure]
    ) -> None:
        before = browse("demo-staff")
        given = {"action": "change", "name": "演示填报人", "role": "staff", "department": "zscqj"}
        admin.post(f"/manage/accounts/{people['demo-staff'].pk}/", given)
        assert before.get("/workspace/").status_code == 302
        assert Department.objects.get(code="zscqj").people.filter(username="demo-staff").exists()
