"""The page of a person's notices: who sees what, what reading changes, and the count on every page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Notice
from planportal.reporting.notices import gather
from targets import services as figure_services
from targets.models import Figure

STAFF, OTHER, REVIEWER, ADMIN = "demo-staff", "demo-other", "demo-reviewer", "demo-admin"
People = dict[str, User]
Make = Callable[..., Figure]
Browser = Callable[[str], Client]


@pytest.fixture
def told(returned: Make) -> Notice:
    """The staff's notice that a figure was returned."""
    returned(why="请注明来源")
    gather(timezone.now())
    return Notice.objects.get()


def text(client: Client, address: str = "/notices/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestAccess:
    @pytest.mark.parametrize("username", [STAFF, REVIEWER, OTHER, "demo-harbin", "demo-auditor", ADMIN])
    def test_everybody_signed_in_sees_their_own(self, told: Notice, as_person: Browser, username: str) -> None:
        page = text(as_person(username))
        assert ("请注明来源" in page) == (username == STAFF)
        assert ("没有通知" in page) == (username != STAFF)

    def test_the_public_signs_in_first(self, told: Notice, client: Client) -> None:
        for response in (client.get("/notices/"), client.post("/notices/", {"through": told.pk})):
            assert (response.status_code, response.headers["Location"]) == (
                302,
                "/accounts/login/?next=/notices/",
            )
        assert client.post(f"/notices/{told.pk}/").status_code == 302
        assert is_unread(told)

    def test_another_plan_has_its_own(self, told: Notice, as_person: Browser, seeded: Plan) -> None:
        seeded.pk, seeded.code, seeded._state.adding = None, "other", True
        seeded.save()
        browser = as_person(STAFF)
        assert "没有通知" in text(browser, "/p/other/notices/")
        assert browser.post(f"/p/other/notices/{told.pk}/").status_code == 404

    @pytest.mark.parametrize("username", [REVIEWER, OTHER, ADMIN])
    def test_somebody_elses_notice_is_not_there(self, told: Notice, as_person: Browser, username: str) -> None:
        browser = as_person(username)
        assert browser.post(f"/notices/{told.pk}/").status_code == 404
        browser.post("/notices/", {"through": told.pk})
        assert is_unread(told)


class TestReading:
    def test_the_page_names_what_is_unread(self, told: Notice, as_person: Browser) -> None:
        page = text(as_person(STAFF))
        for words in ("已退回", "国家级高新技术企业 2017 年（全省）", "理由：请注明来源", ">未读<", "有 1 条未读。"):
            assert words in page

    def test_looking_changes_nothing(self, told: Notice, as_person: Browser) -> None:
        browser = as_person(STAFF)
        text(browser)
        assert browser.get(f"/notices/{told.pk}/").status_code == 405
        assert is_unread(told)

    def test_following_it_marks_it_and_leads_to_the_figure(self, told: Notice, as_person: Browser) -> None:
        browser = as_person(STAFF)
        response = browser.post(f"/notices/{told.pk}/")
        assert response.headers["Location"] == "/workspace/high-tech-enterprises/2017/"
        assert not is_unread(told)
        page = text(browser)
        assert 'href="/workspace/high-tech-enterprises/2017/"' in page
        assert ">未读<" not in page

    def test_all_that_were_shown_are_marked(self, told: Notice, returned: Make, as_person: Browser) -> None:
        browser = as_person(STAFF)
        returned(year=2018)
        gather(timezone.now())
        page = browser.post("/notices/", {"through": told.pk}, follow=True).content.decode()
        assert "已将 1 条通知标为已读。" in page
        assert "有 1 条未读。" in page
        assert not is_unread(told)

    @pytest.mark.parametrize("through", ["", "0", "-1", "甲", "1.5", "\x00", "9" * 5000])
    def test_what_is_no_number_is_refused(self, told: Notice, as_person: Browser, through: str) -> None:
        assert as_person(STAFF).post("/notices/", {"through": through}).status_code == 400
        assert is_unread(told)

    def test_a_number_beyond_all_marks_all(self, told: Notice, as_person: Browser) -> None:
        assert as_person(STAFF).post("/notices/", {"through": "9" * 30}).status_code == 302
        assert not is_unread(told)

    @pytest.mark.parametrize(
        ("username", "address"),
        [
            (STAFF, "/workspace/incubators/2018/"),
            (REVIEWER, "/workspace/incubators/2018/"),
            (ADMIN, "/manage/tasks/{task}/"),
        ],
    )
    def test_an_overdue_task_leads_each_where_they_may_go(
        self, seeded: Plan, people: People, as_person: Browser, username: str, address: str
    ) -> None:
        overdue(seeded, people)
        browser = as_person(username)
        page = text(browser)
        assert "红色催报" in page
        assert "截止日期：2019年3月31日" in page
        told = Notice.objects.get(person=people[username])
        response = browser.post(f"/notices/{told.pk}/", follow=True)
        assert response.redirect_chain == [(address.format(task=told.task_id), 302)]
        assert response.status_code == 200

    def test_a_waiting_figure_leads_to_the_review(self, submitted: Make, people: People, as_person: Browser) -> None:
        figure = submitted()
        gather(timezone.now() + timedelta(days=3))
        response = as_person(REVIEWER).post(f"/notices/{Notice.objects.get().pk}/")
        assert response.headers["Location"] == f"/review/{figure.pk}/"


class TestReassigned:
    """What was told to somebody who may no longer see the figure: the line stays, the reason and the link do not."""

    @pytest.fixture(params=[{"department": "zscqj"}, {"role": "official", "city": "230100"}])
    def reader(
        self, told: Notice, reassign: Callable[..., User], as_person: Browser, request: pytest.FixtureRequest
    ) -> Client:
        reassign(STAFF, **request.param)
        return as_person(STAFF)

    def test_the_page_says_neither_reason_nor_where(self, told: Notice, reader: Client) -> None:
        page = text(reader)
        assert "国家级高新技术企业 2017 年（全省）" in page
        assert "按您现在的角色和单位，不能再查看这条数据。" in page
        for words in ("请注明来源", f'action="/notices/{told.pk}/"', "high-tech-enterprises"):
            assert words not in page

    def test_following_it_from_an_old_page_leads_back(self, told: Notice, reader: Client) -> None:
        response = reader.post(f"/notices/{told.pk}/", follow=True)
        assert response.redirect_chain == [("/notices/", 302)]
        assert "已标为已读；按您现在的角色和单位，不能再查看这条数据。" in response.content.decode()
        assert not is_unread(told)

    def test_a_reason_stays_secret_when_the_figure_has_become_public(
        self, told: Notice, reader: Client, people: People
    ) -> None:
        figure = told.figure
        assert figure
        successor = User.objects.create(username="successor", role="staff", department=figure.target.department)
        figure = figure_services.figure_submit(by=successor, figure=figure, if_version=figure.version)
        figure_services.figure_approve(by=people[REVIEWER], figure=figure, if_version=figure.version)
        page = text(reader)
        assert "已退回" in page
        assert "请注明来源" not in page
        assert reader.post(f"/notices/{told.pk}/").headers["Location"] == "/targets/high-tech-enterprises/"

    def test_a_reviewer_who_reviews_no_more_has_no_link_to_the_review(
        self, submitted: Make, reassign: Callable[..., User], as_person: Browser
    ) -> None:
        figure = submitted()
        gather(timezone.now() + timedelta(days=3))
        reassign(REVIEWER, department="kjt")
        response = as_person(REVIEWER).post(f"/notices/{Notice.objects.get().pk}/", follow=True)
        assert response.redirect_chain == [(f"/workspace/{figure.target.code}/2017/", 302)]
        assert response.status_code == 200


class TestNobodyReviews:
    def test_the_administrator_reads_why_and_goes_to_the_accounts(self, submitted: Make, as_person: Browser) -> None:
        submitted(by=REVIEWER)
        gather(timezone.now() + timedelta(days=3))
        browser = as_person(ADMIN)
        page = text(browser)
        assert "没有可以审核的审核人，请增设审核人账号" in page
        assert "理由：" not in page
        response = browser.post(f"/notices/{Notice.objects.get().pk}/", follow=True)
        assert response.redirect_chain == [("/manage/accounts/", 302)]
        assert response.status_code == 200


class TestList:
    @pytest.fixture(autouse=True)
    def _nobody_gathers(self, settings: Any) -> None:
        settings.REDIS_URL = "redis://elsewhere"

    def test_it_is_cut_into_pages(self, seeded: Plan, people: People, as_person: Browser) -> None:
        many(seeded, people, count=51)
        browser = as_person(STAFF)
        assert "第 1 页，共 2 页、51 项" in text(browser)
        assert text(browser, "/notices/?page=2").count('class="task ') == 1
        assert browser.get("/notices/?page=3").status_code == 404
        assert browser.get("/notices/?page=x").status_code == 400

    def test_the_newest_stands_first(self, told: Notice, returned: Make, as_person: Browser) -> None:
        returned(year=2018)
        gather(timezone.now())
        page = text(as_person(STAFF))
        assert page.index("国家级高新技术企业 2018 年") < page.index("国家级高新技术企业 2017 年")

    def test_it_takes_as_many_queries_for_many_as_for_one(
        self, seeded: Plan, people: People, as_person: Browser
    ) -> None:
        counts = []
        for count in (1, 5):
            many(seeded, people, count=count)
            browser = as_person(STAFF)
            with CaptureQueriesContext(connection) as captured:
                text(browser)
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestSiteBar:
    def test_the_count_stands_on_every_page_of_the_person(self, told: Notice, as_person: Browser) -> None:
        assert re.search(r'>通知 <span class="unread">1<span[^>]*>条未读</span>', text(as_person(STAFF), "/targets/"))
        assert ">通知</a>" in text(as_person(REVIEWER), "/targets/")

    def test_the_public_has_none_and_costs_no_query(self, told: Notice, client: Client) -> None:
        with CaptureQueriesContext(connection) as captured:
            assert "/notices/" not in text(client, "/method/")
        assert not [query for query in captured if "reporting_notice" in query["sql"]]


def is_unread(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.read_at is None


def overdue(plan: Plan, people: People) -> None:
    """One task that has been overdue for years, told to everybody who is told of it."""
    made = services.round_open(by=people[ADMIN], plan=plan, year=2018)
    made.tasks.exclude(target__code="incubators").update(opens_on="2050-01-01", due_on="2050-01-01")
    made.tasks.filter(target__code="incubators").update(opens_on="2019-01-01", due_on="2019-03-31")
    gather(timezone.now())


def many(plan: Plan, people: People, *, count: int) -> None:
    """So many notices of the staff, about tasks of their own."""
    Notice.objects.all().delete()
    if not plan.rounds.exists():
        services.round_open(by=people[ADMIN], plan=plan, year=2018)
    task = plan.rounds.get().tasks.get(target__code="incubators")
    Notice.objects.bulk_create(
        Notice(
            person=people[STAFF],
            plan=plan,
            kind="opened",
            key=f"opened:{task.pk}:{number}",
            task=task,
            created_at=timezone.now(),
        )
        for number in range(count)
    )
