"""A round's tasks on the workspace: what is most urgent, what is not asked for, and what is offered next."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from targets import services as figures
from targets.models import Figure, Target
from tests.history import rewriting
from tests.reading import text

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
DECLARE = f"{ENTRY}unavailable/"
Browse = Callable[[str], Client]
Make = Callable[..., Figure]


@pytest.fixture
def opened(seeded: Plan, people: dict[str, User]) -> Round:
    """2017's round."""
    return services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)


def task(code: str = CODE) -> Task:
    return Task.objects.get(round__year=YEAR, target__code=code, city=None)


def move_due(days: int, code: str = CODE) -> None:
    """As if a task had been due some days ago."""
    today = timezone.localdate()
    due = today - timedelta(days=days)
    Task.objects.filter(pk=task(code).pk).update(opens_on=due - timedelta(days=30), due_on=due, regular_due_on=due)


def groups(browse: Browse, who: str = "demo-staff") -> dict[str, list[str]]:
    workspace = browse(who).get("/workspace/").context["workspace"]
    names = ("returned", "due", "open", "waiting", "upcoming", "unavailable")
    return {name: [item.key.target.code for item in getattr(workspace, name)] for name in names}


class TestGroups:
    def test_what_is_open_stands_in_the_order_of_due_dates(self, browse: Browse, opened: Round) -> None:
        move_due(-3, "young-talents")
        found = groups(browse)
        assert found["open"][0] == "young-talents"
        assert len(found["open"]) == 10
        # Published already: nobody is asked for them.
        assert not {"rd-intensity", "technology-contract-value"} & set(found["open"])

    def test_what_is_due_comes_before_what_is_open(self, browse: Browse, opened: Round) -> None:
        move_due(1)
        found = groups(browse)
        assert found["due"] == [CODE]
        assert CODE not in found["open"]
        assert "1 项已到期" in text(browse("demo-staff").get("/workspace/"))

    def test_a_draft_that_is_due_is_due(self, browse: Browse, opened: Round, draft: Make) -> None:
        move_due(1)
        draft()
        assert groups(browse)["due"] == [CODE]

    def test_a_figure_on_its_way_stands_once(self, browse: Browse, opened: Round, submitted: Make) -> None:
        submitted()
        found = groups(browse)
        assert found["waiting"] == [CODE]
        assert CODE not in found["open"]

    def test_a_returned_figure_says_why_and_until_when(self, browse: Browse, opened: Round, returned: Make) -> None:
        returned(why="来源不清")
        page = text(browse("demo-staff").get("/workspace/"))
        assert "1 条被退回，请先修改" in page
        assert "退回理由：来源不清" in page

    def test_a_late_source_is_not_asked_for_before_it_is_published(
        self, browse: Browse, opened: Round, people: dict[str, User]
    ) -> None:
        with rewriting():
            Figure.objects.filter(target__code="rd-intensity", year=YEAR).update(year=2010)
        later = timezone.localdate() + timedelta(days=40)
        Task.objects.filter(pk=task("rd-intensity").pk).update(opens_on=later, due_on=later + timedelta(days=60))
        assert groups(browse)["upcoming"] == ["rd-intensity"]
        assert "2017 年数据预计 2018 年 8 月发布" in text(browse("demo-staff").get("/workspace/"))

    def test_other_departments_have_their_own(self, browse: Browse, opened: Round) -> None:
        found = groups(browse, "demo-other")
        assert {code for codes in found.values() for code in codes} <= {"invention-patents-per-10k"}

    def test_a_department_that_has_done_all_is_told_so(self, browse: Browse, opened: Round) -> None:
        assert "现在没有要做的事" in text(browse("demo-other").get("/workspace/"))

    def test_the_count_of_queries_does_not_grow(
        self, browse: Browse, opened: Round, draft: Make, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        staff = browse("demo-staff")
        for year in range(2015, 2019):
            draft(year=year)
        staff.get("/workspace/")
        with django_assert_max_num_queries(18):
            staff.get("/workspace/")


class TestNext:
    TYPED = {"value": "929", "source": "年度统计", "action": "submit"}

    def test_after_saving_the_most_urgent_thing_is_offered(self, browse: Browse, opened: Round) -> None:
        move_due(5, "incubators")
        answer = browse("demo-staff").post(ENTRY, self.TYPED, follow=True)
        assert "下一条：科技企业孵化器 2017 年（全省）" in text(answer)
        assert '<a class="button button--secondary" href="/workspace/incubators/2017/">' in answer.content.decode()

    def test_what_was_just_saved_is_not_offered_again(self, browse: Browse, opened: Round) -> None:
        Task.objects.exclude(pk=task().pk).delete()
        answer = browse("demo-staff").post(ENTRY, self.TYPED | {"action": "draft"}, follow=True)
        assert "已存为草稿" in text(answer)
        assert "下一条" not in text(answer)

    def walk(self, staff: Client, address: str, steps: int, action: str = "draft") -> list[str]:
        """Saves one after another, each time what is offered next; where it has led."""
        found = [address]
        for _ in range(steps):
            page = staff.post(found[-1], self.TYPED | {"action": action}, follow=True).content.decode()
            offered = re.search(r'href="([^"]+)">下一条', page)
            found.append(offered.group(1) if offered else "")
        return found

    def test_saving_drafts_leads_through_all_before_any_comes_again(self, browse: Browse, opened: Round) -> None:
        codes = groups(browse)["open"]
        assert len(codes) == 10
        addresses = [f"/workspace/{code}/{YEAR}/" for code in codes]
        # From the middle: on to the end, then from the beginning.
        start = 4
        round_trip = addresses[start:] + addresses[:start]
        walked = self.walk(browse("demo-staff"), addresses[start], steps=10)
        assert walked == [*round_trip, addresses[start]]

    def test_all_drafts_are_offered_in_turn_too(self, browse: Browse, opened: Round, draft: Make) -> None:
        codes = groups(browse)["open"]
        for code in codes[1:]:
            draft(code=code)
        staff = browse("demo-staff")
        assert [item.figure is None for item in staff.get("/workspace/").context["workspace"].open].count(True) == 1
        offered = staff.post(f"/workspace/{codes[0]}/{YEAR}/", self.TYPED | {"action": "draft"}, follow=True)
        assert f'href="/workspace/{codes[1]}/{YEAR}/">下一条' in offered.content.decode()

    def test_handing_in_goes_on_behind_what_was_handed_in(self, browse: Browse, opened: Round) -> None:
        addresses = [f"/workspace/{code}/{YEAR}/" for code in groups(browse)["open"]]
        Target.objects.update(target_value=929)  # so that the figures raise no doubt
        walked = self.walk(browse("demo-staff"), addresses[6], steps=2, action="submit")
        assert walked[1] in addresses[7:]
        assert walked[2] == addresses[addresses.index(walked[1]) + 1]

    def test_what_was_begun_comes_after_what_was_not(self, browse: Browse, opened: Round, draft: Make) -> None:
        addresses = [f"/workspace/{code}/{YEAR}/" for code in groups(browse)["open"]]
        draft(code=groups(browse)["open"][1])
        assert self.walk(browse("demo-staff"), addresses[0], steps=1) == [addresses[0], addresses[2]]

    def test_what_came_back_is_first_until_it_was_edited(
        self, browse: Browse, opened: Round, returned: Make, people: dict[str, User]
    ) -> None:
        figure = returned(code="young-talents", value="300")
        staff = browse("demo-staff")
        incubators, came_back = f"/workspace/incubators/{YEAR}/", f"/workspace/young-talents/{YEAR}/"
        assert self.walk(staff, incubators, steps=1)[1] == came_back
        figures.figure_edit(
            by=people["demo-staff"], figure=figure, if_version=figure.version, changes={"source": "名录"}
        )
        assert self.walk(staff, ENTRY, steps=1)[1] not in {came_back, incubators, ""}

    def test_another_basis_is_another_thing(self, browse: Browse, draft: Make) -> None:
        code, year, correction = "rd-intensity", 2016, {"reason": "更正", "cause": "error"}
        for basis in ("first", "rebased"):
            draft(code=code, year=year, value="1.20", basis=basis, **correction)
        seen = Figure.objects.get(target__code=code, year=year, state="draft", basis="first")
        typed = {"figure": seen.pk, "version": seen.version, "value": "1.21", "basis": "first", "action": "draft"}
        page = browse("demo-staff").post(f"/workspace/{code}/{year}/?basis=first", typed | correction, follow=True)
        assert f'href="/workspace/{code}/{year}/?basis=rebased">下一条' in page.content.decode()

    def test_a_name_is_shown_as_text(self, browse: Browse, opened: Round) -> None:
        move_due(5, "incubators")
        Target.objects.filter(code="incubators").update(name="<b>孵化器</b>")
        answer = browse("demo-staff").post(ENTRY, self.TYPED, follow=True)
        assert "&lt;b&gt;孵化器&lt;/b&gt;" in answer.content.decode()


class TestUnavailable:
    def given(self, days: int = 60, reason: str = "普查数据尚未公布") -> dict[str, str]:
        until = timezone.localdate() + timedelta(days=days)
        return {"action": "declare", "declaration-until": until.isoformat(), "declaration-reason": reason}

    def test_it_leaves_the_to_do_list_and_comes_back(self, browse: Browse, opened: Round) -> None:
        staff = browse("demo-staff")
        answer = staff.post(DECLARE, self.given(), follow=True)
        assert "已声明暂无数据：国家级高新技术企业 2017 年（全省）" in text(answer)
        assert groups(browse)["unavailable"] == [CODE]
        assert "普查数据尚未公布" in text(staff.get(ENTRY))
        assert "已取消声明" in text(staff.post(DECLARE, {"action": "end"}, follow=True))
        assert CODE in groups(browse)["open"]

    @pytest.mark.parametrize(
        ("changes", "status", "words"),
        [
            ({"declaration-until": "2020-01-01"}, 400, "已经过去"),
            ({"declaration-until": "明年"}, 400, "不是日期，请写成"),
            ({"declaration-until": "9999-12-31"}, 400, "最多声明一年"),
            ({"declaration-until": ""}, 400, "请填写这一项"),
            ({"declaration-until": "2030-02-30"}, 400, "不是日期，请写成"),
            ({"declaration-reason": " "}, 400, "请写明理由"),
            ({"declaration-reason": "长" * 1001}, 400, "长"),
            ({"declaration-reason": "a\x00b"}, 400, ""),
            ({"action": "end"}, 409, "没有声明过"),
            ({"action": "x"}, 400, "没有操作"),
        ],
    )
    def test_what_does_not_fit_is_told_and_kept(
        self, browse: Browse, opened: Round, changes: dict[str, str], status: int, words: str
    ) -> None:
        answer = browse("demo-staff").post(DECLARE, self.given() | changes)
        assert answer.status_code == status
        assert words in text(answer)
        assert task().unavailable_until is None

    @pytest.mark.parametrize(
        ("username", "status"),
        [
            ("", 302),
            ("demo-staff", 302),
            ("demo-reviewer", 302),
            ("demo-other", 403),
            ("demo-harbin", 403),
            ("demo-auditor", 403),
            ("demo-admin", 403),
        ],
    )
    def test_who_may_declare(self, as_person: Browse, opened: Round, username: str, status: int) -> None:
        assert as_person(username).post(DECLARE, self.given()).status_code == status
        assert (task().unavailable_until is not None) == (username in {"demo-staff", "demo-reviewer"})

    @pytest.mark.parametrize("written", ["%Y年%m月%d日", "%Y/%m/%d"])
    def test_the_day_is_read_as_officials_write_it(self, browse: Browse, opened: Round, written: str) -> None:
        until = timezone.localdate() + timedelta(days=60)
        given = self.given() | {"declaration-until": until.strftime(written)}
        assert browse("demo-staff").post(DECLARE, given).status_code == 302
        assert task().unavailable_until == until

    def test_once_it_is_over_it_cannot_be_ended_again(self, browse: Browse, opened: Round) -> None:
        staff = browse("demo-staff")
        staff.post(DECLARE, self.given())
        assert 'value="end"' in staff.get(ENTRY).content.decode()
        staff.post(DECLARE, {"action": "end"})
        assert 'value="end"' not in staff.get(ENTRY).content.decode()
        assert staff.post(DECLARE, {"action": "end"}).status_code == 409

    def test_what_is_reported_is_not_declared(self, browse: Browse, opened: Round, draft: Make) -> None:
        draft()
        answer = browse("demo-staff").post(DECLARE, self.given())
        assert answer.status_code == 409
        assert "已有人填报" in text(answer)

    def test_without_a_round_there_is_nothing_to_declare(self, browse: Browse) -> None:
        assert browse("demo-staff").post(DECLARE, self.given()).status_code == 404
        assert browse("demo-staff").get(DECLARE).status_code == 405
