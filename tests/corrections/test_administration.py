"""Reports of something wrong reach the administrators alone, who settle each once; the record says who did."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import User
from planportal.corrections.models import Correction
from planportal.reporting.digests import send_digests
from planportal.reporting.models import Notice, NoticeKind, ReportingEvent
from planportal.reporting.notices import gather
from tests.corrections.desk import TEXT, send
from tests.targets.test_second_plan import second  # noqa: F401

ADMIN = "demo-admin"
LIST = "/manage/corrections/"
Browse = Callable[[str], Client]


@pytest.fixture
def correction(client: Client, people: dict[str, User]) -> Correction:
    """A report that waits, with a way to reach its sender."""
    send(client, contact="somebody@example.org")
    return Correction.objects.get()


def page_of(correction: Correction) -> str:
    return f"{LIST}{correction.pk}/"


def settle(
    browser: Client, correction: Correction, outcome: str = "answered", reason: str = "已核实，更正为 929"
) -> Any:
    return browser.post(page_of(correction), {"outcome": outcome, "reason": reason})


@pytest.mark.parametrize("username", ["", "demo-staff", "demo-reviewer", "demo-harbin", "demo-auditor"])
def test_nobody_else_reads_or_settles_one(as_person: Browse, correction: Correction, username: str) -> None:
    browser = as_person(username)
    for answer in (browser.get(LIST), browser.get(page_of(correction)), settle(browser, correction)):
        assert answer.status_code == (403 if username else 302)
        assert "somebody@example.org" not in answer.content.decode()
    correction.refresh_from_db()
    assert correction.state == "open"


def test_an_administrator_reads_answers_and_the_sender_reads_the_answer(
    browse: Browse, client: Client, correction: Correction
) -> None:
    admin = browse(ADMIN)
    assert "1 条纠错待处理。" in admin.get("/manage/").content.decode()
    assert TEXT in admin.get(LIST).content.decode()
    page = admin.get(page_of(correction)).content.decode()
    assert TEXT in page
    assert "somebody@example.org" in page
    assert settle(admin, correction)["Location"] == page_of(correction)
    public = client.get(f"/correction/{correction.reference}/").content.decode()
    assert "已核实，更正为 929" in public
    assert "somebody@example.org" not in public
    event = ReportingEvent.objects.get(action="correction_settled")
    assert (event.actor.username, event.why) == (ADMIN, "已核实，更正为 929")
    assert event.detail == f"纠错 {correction.reference}（数字有误）：已答复"
    again = settle(admin, correction, "dismissed", "重复")
    assert again.status_code == 409
    assert "这条纠错已经处理过，没有改动。" in again.content.decode()
    assert ReportingEvent.objects.get(action="refused").code == "correction_settled"
    correction.refresh_from_db()
    assert (correction.state, correction.answer) == ("answered", "已核实，更正为 929")
    assert "条纠错待处理" not in admin.get("/manage/").content.decode()


@pytest.mark.parametrize(
    ("outcome", "reason", "status", "told"),
    [
        ("answered", "  ", 400, "请填写这一项。"),
        ("dismissed", "\u200b", 400, "请写明理由。"),
        ("answered", "长" * 1001, 400, "1000"),
        ("open", "x", 400, "没有操作“open”"),
        ("", "x", 400, "没有操作“”"),
    ],
)
def test_a_bad_answer_settles_nothing(
    browse: Browse, correction: Correction, outcome: str, reason: str, status: int, told: str
) -> None:
    answer = settle(browse(ADMIN), correction, outcome, reason)
    assert answer.status_code == status
    assert told in answer.content.decode()
    correction.refresh_from_db()
    assert correction.state == "open"
    assert settle(browse(ADMIN), correction, "dismissed", "不属于本站").status_code == 302


def test_the_list_is_filtered_paged_and_asks_as_much_for_many(browse: Browse, correction: Correction) -> None:
    admin = browse(ADMIN)
    values = {field.name: getattr(correction, field.name) for field in Correction._meta.fields if field.name != "id"}

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get(f"{LIST}?state=open&kind=figure")
        return len(asked)

    queries()
    for_one = queries()
    Correction.objects.bulk_create(Correction(**values | {"reference": f"R{number:09}"}) for number in range(50))
    assert queries() == for_one
    first = admin.get(LIST)
    assert [row.pk for row in first.context["page"]] == list(
        Correction.objects.order_by("-pk").values_list("pk", flat=True)[:50]
    )
    assert correction.reference in admin.get(f"{LIST}?page=2").content.decode()
    assert "没有符合条件的纠错" in admin.get(f"{LIST}?state=answered").content.decode()
    assert admin.get(f"{LIST}?state=x").status_code == 400
    lost = admin.get(f"{LIST}?page=9")
    assert lost.status_code == 404
    assert "没有第 9 页，共 2 页。" in lost.content.decode()
    assert admin.get(f"{LIST}{correction.pk + 1000}/").status_code == 404


def test_administrators_are_told_once_and_lead_to_it(
    browse: Browse, people: dict[str, User], correction: Correction, mailoutbox: list[EmailMessage]
) -> None:
    gone = User.objects.create_user("gone", role="admin", email="gone@example.org", is_active=False)
    User.objects.filter(username=ADMIN).update(email="admin@example.org")
    now = timezone.now()
    gather(now)
    assert gather(now) == 0
    notice = Notice.objects.get(kind=NoticeKind.CORRECTION)
    assert (notice.person, notice.correction) == (people[ADMIN], correction)
    assert gone.notices.count() == 0
    admin = browse(ADMIN)
    assert f"纠错 {correction.reference}（数字有误）" in admin.get("/notices/").content.decode()
    assert send_digests(now) == 1
    [mail] = mailoutbox
    assert f"/manage/corrections/{correction.pk}/" in mail.body
    assert TEXT not in mail.body
    assert "somebody@example.org" not in mail.body
    assert admin.post(f"/notices/{notice.pk}/")["Location"] == page_of(correction)
    Notice.objects.update(read_at=None)
    # Settled, it is nothing to tell any more; whoever administers no longer is led nowhere.
    settle(admin, correction)
    assert gather(now + timedelta(days=1)) == 0
    assert not Notice.objects.filter(read_at=None).exists()
    User.objects.filter(username=ADMIN).update(role="auditor")
    assert admin.post(f"/notices/{notice.pk}/")["Location"] == "/notices/"


def test_a_reader_finds_it_without_a_job(browse: Browse, correction: Correction) -> None:
    assert "收到纠错" in browse(ADMIN).get("/notices/").content.decode()
    assert "收到纠错" not in browse("demo-staff").get("/notices/").content.decode()


def test_another_plan_has_its_own(browse: Browse, client: Client, correction: Correction, second: Any) -> None:  # noqa: F811
    admin = browse(ADMIN)
    assert admin.get(f"/p/{second.code}{page_of(correction)}").status_code == 404
    assert client.get(f"/p/{second.code}/correction/{correction.reference}/").status_code == 404
    assert f'href="/p/{second.code}/correction/?page=/p/{second.code}/about/"' in (
        client.get(f"/p/{second.code}/about/").content.decode()
    )
