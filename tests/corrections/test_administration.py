"""Reports of something wrong reach the administrators alone, who settle each once; the record says who did."""

import re
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
from planportal.reporting.occasions import MOST_CORRECTIONS_TOLD
from tests.corrections.desk import TEXT, send
from tests.targets.test_second_plan import second  # noqa: F401

ADMIN = "demo-admin"
LIST = "/manage/corrections/"
Browse = Callable[[str], Client]


@pytest.fixture
def correction(client: Client, people: dict[str, User]) -> Correction:
    """A report that waits, with a way to reach its sender."""
    send(client, contact="somebody@example.org", text=f"{TEXT}请更正。")
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

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get(f"{LIST}?state=open&kind=figure")
        return len(asked)

    queries()
    for_one = queries()
    many(correction, 50)
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


def settle_all(browser: Client, chosen: list[Any], address: str = LIST, **changes: str) -> Any:
    return browser.post(
        address, {"correction": chosen, "outcome": "dismissed", "reason": "同一内容的重复来件"} | changes
    )


def test_one_senders_flood_is_ticked_and_settled_at_once(
    browse: Browse, client: Client, people: dict[str, User]
) -> None:
    for number in range(3):
        send(client, sender="203.0.113.5", text=f"{TEXT}{number}")
    send(client)
    flood, other = list(Correction.objects.order_by("pk")[:3]), Correction.objects.latest("pk")
    gather(timezone.now())
    admin = browse(ADMIN)
    page = admin.get(LIST).content.decode()
    assert page.count("来源 1：选中其待处理的 3 条") == 3
    assert "checked" not in page
    assert not any(client in page for client in Correction.objects.values_list("client", flat=True))
    theirs = f"{LIST}?state=open&sender_of={flood[0].pk}"
    assert theirs.replace("&", "&amp;") in page
    page = admin.get(theirs).content.decode()
    ticked = re.findall(r'name="correction" value="(\d+)" checked', page)
    assert sorted(map(int, ticked)) == [one.pk for one in flood]
    # Somebody was faster with one; the others are settled, and it is told.
    settle(admin, flood[1])
    told = settle_all(admin, ticked, theirs)
    assert told["Location"] == theirs
    shown = admin.get(theirs).content.decode()
    assert "已处理 2 条纠错。" in shown
    assert f"1 条已经处理过，没有改动：{flood[1].reference}。" in shown
    states = dict(Correction.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (*flood, other)] == ["dismissed", "answered", "dismissed", "open"]
    settled = ReportingEvent.objects.filter(action="correction_settled", why="同一内容的重复来件").order_by("pk")
    assert [event.detail.split("（")[0] for event in settled] == [
        f"纠错 {flood[0].reference}",
        f"纠错 {flood[2].reference}",
    ]
    assert ReportingEvent.objects.get(action="refused").code == "correction_settled"
    assert list(Notice.objects.filter(read_at=None).values_list("correction", flat=True)) == [other.pk]
    Correction.objects.update(client="")
    assert "来源 1" not in admin.get(LIST).content.decode()
    assert [line.correction.pk for line in admin.get(f"{LIST}?sender_of={other.pk}").context["lines"]] == [other.pk]


@pytest.mark.parametrize(
    ("chosen", "changes", "told"),
    [
        ([], {}, "没有勾选任何一条"),
        (["own"], {"reason": " "}, "请填写这一项。"),
        (["own"], {"reason": "\u200b"}, "请写明理由。"),
        (["own"], {"outcome": "open"}, "没有操作“open”"),
        (["own", "x"], {}, "选中的纠错无法识别"),
        (["own", "9" * 30], {}, "选中的纠错无法识别"),
        (["own", "999999"], {}, "选中的纠错无法识别"),
    ],
)
def test_a_bad_choice_settles_nothing(
    browse: Browse, correction: Correction, chosen: list[str], changes: dict[str, str], told: str
) -> None:
    keys = [str(correction.pk) if key == "own" else key for key in chosen]
    answer = settle_all(browse(ADMIN), keys, **changes)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert told in page
    assert ("checked" in page) == (chosen == ["own"] and "outcome" not in changes)
    correction.refresh_from_db()
    assert correction.state == "open"
    assert not ReportingEvent.objects.filter(action="correction_settled").exists()


def test_more_than_a_page_or_of_another_plan_is_refused_whole(
    browse: Browse,
    correction: Correction,
    second: Any,  # noqa: F811
) -> None:
    many(correction, 50)
    admin, keys = browse(ADMIN), list(Correction.objects.values_list("pk", flat=True))
    assert "一次最多处理 50 条，选中了 51 条" in settle_all(admin, keys).content.decode()
    assert settle_all(admin, keys[:1], f"/p/{second.code}{LIST}").status_code == 400
    assert admin.get(f"{LIST}?sender_of={'9' * 30}").status_code == 400
    assert not Correction.objects.exclude(state="open").exists()
    assert settle_all(admin, keys[:50], f"{LIST}?state=open&page=2")["Location"] == f"{LIST}?state=open"


def test_a_flood_is_told_bit_by_bit(browse: Browse, correction: Correction) -> None:
    many(correction, MOST_CORRECTIONS_TOLD + 20)
    now = timezone.now()
    assert [gather(now) for _look in range(3)] == [MOST_CORRECTIONS_TOLD, 21, 0]
    another = User.objects.create_user("another-admin", role="admin")
    assert [gather(now, [another]) for _look in range(3)] == [MOST_CORRECTIONS_TOLD, 21, 0]
    assert gather(now) == 0


def many(like: Correction, count: int) -> None:
    values = {field.name: getattr(like, field.name) for field in Correction._meta.fields if field.name != "id"}
    Correction.objects.bulk_create(Correction(**values | {"reference": f"R{number:09}"}) for number in range(count))


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
    page = admin.get("/notices/").content.decode()
    assert f"纠错 {correction.reference}（数字有误）" in page
    assert f"“{correction.text[:27]}...”" in page
    assert correction.text not in page
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
    assert TEXT[:10] not in admin.get("/notices/").content.decode()
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
