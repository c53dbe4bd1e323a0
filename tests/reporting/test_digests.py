"""The daily e-mail: one a person a day, claimed before it is sent, never sent twice, in Chinese, without figures."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone, translation

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.digests import send_digests
from planportal.reporting.models import Digest, Notice, ReportingEvent, Task
from planportal.reporting.notices import gather
from planportal.reporting.tasks import tell_everybody
from planportal.web.refusals import Conflict, Forbidden
from targets import services as figure_services
from targets.models import Figure, Target
from tests.reporting import mail
from tests.waiting import PATIENCE_SECONDS, Start

STAFF, ADMIN = "demo-staff", "demo-admin"
ADDRESS = "staff@example.org"
NEXT_DAY = timedelta(days=1)
# What an account may become between being told in the portal and the e-mail.
MOVED, OFFICIAL = {"department": "zscqj"}, {"role": "official", "city": "230100"}
People = dict[str, User]
Make = Callable[..., Figure]
Outbox = list[EmailMessage]


@pytest.fixture
def addressed(people: People) -> User:
    """The department's staff, with an e-mail address; nobody else has one."""
    User.objects.filter(username=STAFF).update(email=ADDRESS)
    return User.objects.get(username=STAFF)


@pytest.fixture
def informed(addressed: User, returned: Make) -> User:
    """The same, told in the portal that a figure was returned."""
    returned(why="请注明来源")
    gather(timezone.now())
    return addressed


def now() -> datetime:
    return timezone.now()


class TestContent:
    def test_one_e_mail_tells_everything(
        self, informed: User, seeded: Plan, people: People, mailoutbox: Outbox, settings: Any
    ) -> None:
        settings.SITE_URL = "https://portal.example"
        services.round_open(by=people[ADMIN], plan=seeded, year=2018)
        Task.objects.filter(target__code="incubators").update(opens_on="2019-01-01", due_on="2019-03-31")
        gather(now())
        assert send_digests(now()) == 1
        [sent] = mailoutbox
        assert sent.to == [ADDRESS]
        assert sent.subject.startswith("【规划进展】")
        assert "项待办、1 项已逾期" in sent.subject
        for words in (
            "演示填报人，您好：",
            "【红色催报】1 项",
            "1. 科技企业孵化器 2018 年（全省）",
            "截止日期：2019年3月31日",
            "https://portal.example/workspace/incubators/2018/",
            "【已退回】1 项",
            "1. 国家级高新技术企业 2017 年（全省）",
            "理由：请注明来源",
            "https://portal.example/workspace/high-tech-enterprises/2017/",
            "https://portal.example/notices/",
        ):
            assert words in sent.body

    def test_no_figure_stands_in_it(self, informed: User, mailoutbox: Outbox, settings: Any) -> None:
        send_digests(now())
        assert Figure.objects.get(state="returned").value == 929
        assert "929" not in mailoutbox[0].message().as_string()
        assert settings.SECRET_KEY not in mailoutbox[0].message().as_string()

    def test_it_is_chinese_whatever_the_sender_reads(self, informed: User, mailoutbox: Outbox) -> None:
        with translation.override("en"):
            send_digests(now())
        assert mailoutbox[0].subject == "【规划进展】1 项待办"
        assert "国家级高新技术企业 2017 年（全省）" in mailoutbox[0].body

    def test_approvals_are_no_work(self, addressed: User, people: People, submitted: Make, mailoutbox: Outbox) -> None:
        figure = submitted()
        figure_services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=figure.version)
        gather(now())
        send_digests(now())
        assert mailoutbox[0].subject == "【规划进展】1 项已通过"

    def test_what_people_wrote_cannot_become_a_header_or_a_line_of_ours(
        self, addressed: User, returned: Make, mailoutbox: Outbox
    ) -> None:
        evil = "甲\r\nBcc: somebody@example.org"
        User.objects.filter(pk=addressed.pk).update(first_name=evil)
        returned(why=f"请核对\n\n【红色催报】9 项\n{evil}")
        Target.objects.filter(code="high-tech-enterprises").update(name=evil)
        gather(now())
        send_digests(now())
        message = mailoutbox[0].message()
        assert message["Bcc"] is None
        assert mailoutbox[0].recipients() == [ADDRESS]
        assert not [line for line in mailoutbox[0].body.splitlines() if line.startswith(("Bcc", "【红色催报】"))]

    def test_an_address_that_is_none_is_no_header_either(self, informed: User, mailoutbox: Outbox) -> None:
        User.objects.filter(pk=informed.pk).update(email="a@example.org\nBcc: somebody@example.org")
        assert send_digests(now()) == 0
        assert mailoutbox == []
        assert "BadHeaderError" in Digest.objects.get().error


class TestOncePerDay:
    def test_a_second_run_sends_nothing(self, informed: User, mailoutbox: Outbox) -> None:
        assert [send_digests(now()) for _again in range(2)] == [1, 0]
        digest = Digest.objects.get()
        assert digest.sent_at
        assert (digest.person, digest.day, digest.address) == (informed, timezone.localdate(), ADDRESS)
        assert Notice.objects.get().digest == digest

    def test_what_comes_later_is_told_the_next_day(
        self, informed: User, people: People, returned: Make, mailoutbox: Outbox
    ) -> None:
        send_digests(now())
        returned(year=2018, why="缺少说明")
        gather(now())
        assert send_digests(now()) == 0
        assert send_digests(now() + NEXT_DAY) == 1
        assert "请注明来源" not in mailoutbox[1].body
        assert "缺少说明" in mailoutbox[1].body

    def test_the_day_is_shanghais(self, informed: User, returned: Make, mailoutbox: Outbox) -> None:
        evening = datetime.fromisoformat("2026-11-24T23:50:00+08:00")
        assert send_digests(evening) == 1
        returned(year=2018)
        gather(now())
        assert send_digests(evening + timedelta(minutes=5)) == 0
        assert send_digests(evening + timedelta(minutes=15)) == 1
        assert {str(digest.day) for digest in Digest.objects.all()} == {"2026-11-24", "2026-11-25"}

    @pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
    def test_whoever_cannot_be_reached_gets_none(
        self, informed: User, mailoutbox: Outbox, change: dict[str, Any]
    ) -> None:
        User.objects.filter(pk=informed.pk).update(**change)
        assert send_digests(now()) == 0
        assert not Digest.objects.exists()
        User.objects.filter(pk=informed.pk).update(email=ADDRESS, is_active=True)
        assert send_digests(now()) == 1

    def test_what_was_read_in_the_portal_is_not_sent(self, informed: User, mailoutbox: Outbox) -> None:
        Notice.objects.update(read_at=now())
        assert send_digests(now()) == 0
        assert mailoutbox == []

    def test_what_was_read_at_the_last_moment_makes_no_empty_e_mail(
        self, informed: User, settings: Any, mailoutbox: Outbox
    ) -> None:
        settings.EMAIL_BACKEND = mail.LATE
        assert send_digests(now()) == 0
        assert mailoutbox == []
        assert not Digest.objects.exists()

    def test_what_no_longer_holds_is_not_sent(self, informed: User, people: People, mailoutbox: Outbox) -> None:
        figure = Figure.objects.get(state="returned")
        figure_services.figure_submit(by=people[STAFF], figure=figure, if_version=figure.version)
        assert send_digests(now()) == 0
        assert not Digest.objects.exists()

    @pytest.mark.parametrize("scope", [MOVED, OFFICIAL])
    def test_whoever_got_another_role_or_department_is_not_told(
        self, informed: User, reassign: Callable[..., User], mailoutbox: Outbox, scope: dict[str, str]
    ) -> None:
        reassign(STAFF, **scope)
        assert send_digests(now()) == 0
        assert not Digest.objects.exists()
        reassign(STAFF, department="kjt")
        assert send_digests(now()) == 1

    def test_whoever_leaves_the_department_while_e_mails_are_sent_is_not_told(
        self, informed: User, settings: Any, mailoutbox: Outbox
    ) -> None:
        settings.EMAIL_BACKEND = mail.MOVING
        assert send_digests(now()) == 0
        assert mailoutbox == []
        assert not Digest.objects.exists()

    def test_administrators_are_told_of_a_figure_that_nobody_may_review(
        self, people: People, submitted: Make, mailoutbox: Outbox
    ) -> None:
        User.objects.filter(username=ADMIN).update(email="admin@example.org")
        submitted(by="demo-reviewer")
        waited = now() + timedelta(days=3)
        gather(waited)
        assert send_digests(waited) == 1
        [sent] = mailoutbox
        assert sent.to == ["admin@example.org"]
        for words in ("【待审核超过时限】1 项", "没有可以审核的审核人，请增设审核人账号", "/manage/accounts/"):
            assert words in sent.body

    def test_the_job_gathers_and_sends(self, addressed: User, returned: Make, mailoutbox: Outbox) -> None:
        returned()
        for _again in range(2):
            tell_everybody()
        assert len(mailoutbox) == 1


class TestUnconfirmed:
    def test_a_sending_that_failed_is_noted_and_never_repeated(
        self, informed: User, settings: Any, mailoutbox: Outbox
    ) -> None:
        backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, mail.REFUSING
        assert send_digests(now()) == 0
        digest = Digest.objects.get()
        assert digest.sent_at is None
        assert "no such mailbox" in digest.error
        settings.EMAIL_BACKEND = backend
        assert [send_digests(now() + later) for later in (timedelta(), NEXT_DAY)] == [0, 0]
        assert mailoutbox == []

    def test_one_that_fails_does_not_stop_the_others(
        self, informed: User, people: People, submitted: Make, mailoutbox: Outbox
    ) -> None:
        User.objects.filter(pk=informed.pk).update(email="broken\n@example.org")
        submitted(year=2018)
        User.objects.filter(username="demo-reviewer").update(email="reviewer@example.org")
        waited = now() + timedelta(days=3)
        gather(waited)
        assert send_digests(waited) == 1
        assert [sent.to for sent in mailoutbox] == [["reviewer@example.org"]]

    def test_a_process_that_died_after_the_claim_sends_nothing_later(
        self, informed: User, settings: Any, mailoutbox: Outbox
    ) -> None:
        backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, mail.DYING
        with pytest.raises(SystemExit):
            send_digests(now())
        settings.EMAIL_BACKEND = backend
        digest = Digest.objects.get()
        assert (digest.sent_at, digest.error) == (None, "")
        assert digest.claimed_at
        assert [send_digests(now() + later) for later in (timedelta(), NEXT_DAY)] == [0, 0]
        assert mailoutbox == []

    def test_a_server_that_is_not_reached_costs_nobody_the_e_mail(
        self, informed: User, settings: Any, mailoutbox: Outbox
    ) -> None:
        backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, mail.UNREACHABLE
        assert send_digests(now()) == 0
        assert not Digest.objects.exists()
        settings.EMAIL_BACKEND = backend
        assert send_digests(now()) == 1


@pytest.fixture
def failed(informed: User, settings: Any) -> Digest:
    """A digest whose sending failed a quarter of an hour ago."""
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, mail.REFUSING
    send_digests(now() - timedelta(minutes=15))
    settings.EMAIL_BACKEND = backend
    return Digest.objects.get()


class TestAdministrator:
    @pytest.mark.parametrize(
        ("username", "status"),
        [
            ("", 302),
            ("demo-staff", 403),
            ("demo-reviewer", 403),
            ("demo-other", 403),
            ("demo-harbin", 403),
            ("demo-auditor", 403),
            ("demo-admin", 200),
        ],
    )
    def test_only_administrators_see_it(
        self, failed: Digest, as_person: Callable[[str], Client], username: str, status: int
    ) -> None:
        browser = as_person(username)
        assert browser.get("/manage/mail/").status_code == status
        settled = browser.post(f"/manage/mail/{failed.pk}/")
        assert settled.status_code == (302 if status == 200 else status)
        failed.refresh_from_db()
        assert (failed.settled_by is not None) == (status == 200)

    def test_it_says_who_was_not_told_and_why(self, failed: Digest, as_person: Callable[[str], Client]) -> None:
        page = as_person(ADMIN).get("/manage/mail/").content.decode()
        for words in ("演示填报人", ADDRESS, "no such mailbox", "已另行告知", "1 条", "有 1 封邮件不知是否发出"):
            assert words in page
        assert "国家级高新技术企业" not in page

    def test_what_was_settled_is_recorded_and_gone(self, failed: Digest, as_person: Callable[[str], Client]) -> None:
        browser = as_person(ADMIN)
        page = browser.post(f"/manage/mail/{failed.pk}/", follow=True).content.decode()
        assert "已记录：演示填报人已另行告知。" in page
        assert "没有未确认的邮件。" in page
        event = ReportingEvent.objects.get(action="mail_settled")
        assert event.actor.username == ADMIN
        assert "演示填报人" in event.detail

    def test_it_is_settled_once(self, failed: Digest, people: People, seeded: Plan) -> None:
        services.digest_settle(by=people[ADMIN], plan=seeded, digest=failed)
        with pytest.raises(Conflict) as refused:
            services.digest_settle(by=people[ADMIN], plan=seeded, digest=failed)
        assert refused.value.code == "mail_not_open"
        assert ReportingEvent.objects.get(action="refused").attempted == "mail_settled"

    def test_nobody_else_settles_it(self, failed: Digest, people: People, seeded: Plan) -> None:
        with pytest.raises(Forbidden) as refused:
            services.digest_settle(by=people[STAFF], plan=seeded, digest=failed)
        assert refused.value.code == "not_administrator"

    def test_one_that_may_still_be_on_its_way_is_not_shown(
        self, informed: User, settings: Any, as_person: Callable[[str], Client]
    ) -> None:
        settings.EMAIL_BACKEND = mail.REFUSING
        send_digests(now() - timedelta(minutes=9))
        browser = as_person(ADMIN)
        assert "没有未确认的邮件。" in browser.get("/manage/mail/").content.decode()
        said = browser.post(f"/manage/mail/{Digest.objects.get().pk}/", follow=True).content.decode()
        assert "这封邮件已经确认发出、已经处理，或者仍在发送。" in said

    def test_one_that_was_sent_is_not_shown(self, informed: User, as_person: Callable[[str], Client]) -> None:
        send_digests(now() - timedelta(minutes=15))
        assert ADDRESS not in as_person(ADMIN).get("/manage/mail/").content.decode()

    def test_it_says_how_many_wait(self, informed: User, as_person: Callable[[str], Client]) -> None:
        assert "今天还有 1 人的邮件等待发送。" in as_person(ADMIN).get("/manage/mail/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_runs_at_once_one_claims(informed: User, start: Start, mailoutbox: Outbox) -> None:
    with transaction.atomic():
        today = {"person": informed, "day": timezone.localdate(), "address": ADDRESS}
        Digest.objects.create(**today, created_at=now(), claimed_at=now())
        second = start(lambda: send_digests(now()))
    assert second.result(PATIENCE_SECONDS) == 0
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_a_run_that_comes_while_another_one_sends_sends_nothing(
    informed: User, settings: Any, mailoutbox: Outbox
) -> None:
    settings.EMAIL_BACKEND = mail.SLOW
    mail.Slow.asked.clear()
    mail.Slow.released.clear()

    def send() -> int:
        try:
            return send_digests(now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send)
        assert mail.Slow.asked.wait(PATIENCE_SECONDS)
        # The claim is committed: everybody else sees it while the mail server still thinks.
        assert Digest.objects.get().claimed_at
        assert send_digests(now()) == 0
        mail.Slow.released.set()
        assert first.result(PATIENCE_SECONDS) == 1
    assert len(mailoutbox) == 1
