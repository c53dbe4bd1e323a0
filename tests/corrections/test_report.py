"""Anybody says that something is wrong: what is taken, what is refused with everything kept, and how often."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from planportal.corrections.addresses import own_address
from planportal.corrections.models import Correction, CorrectionState
from planportal.corrections.services import CONTACT_KEPT
from planportal.corrections.traps import stamp
from planportal.plan.models import Plan
from tests.corrections.desk import ADDRESS, REPORT, TEXT, send
from tests.reading import text

pytestmark = pytest.mark.usefixtures("seeded")
A_DAY = timedelta(days=1)


def typed(page: str, name: str) -> str:
    """What a text field of the form holds."""
    area = re.search(rf'<textarea name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    field = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    found = area or field
    return unescape(found[1]) if found else ""


def test_a_report_is_taken_and_its_number_says_what_came_of_it(client: Client, seeded: Plan) -> None:
    answer = send(client, contact="0451-12345678", text=f"  {TEXT}\r\n第二行 ")
    stored = Correction.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/correction/{stored.reference}/")
    assert (stored.plan, stored.page, stored.kind) == (seeded, "/targets/incubators/", "figure")
    assert (stored.text, stored.contact, stored.state) == (f"{TEXT}\n第二行", "0451-12345678", "open")
    assert "192.0.2.1" not in str(Correction.objects.values().get())
    page = client.get(answer["Location"].lower()).content.decode()
    assert "已收到，谢谢" in page
    assert '<meta name="robots" content="noindex">' in page
    # The number is for its sender, who knows; nothing of the report is on a page that somebody else could be shown.
    assert TEXT not in page
    assert "12345678" not in page
    assert client.get("/correction/23456789AB/").status_code == 404
    assert "近 30 天收到 1 条，已处理 0 条" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/targets/rd-intensity/?as_of_year=2018&basis=first", "/targets/rd-intensity/?as_of_year=2018&basis=first"),
        ("/no/such/page/", "/no/such/page/"),
        ("http://testserver/fields/?q=a", "/fields/?q=a"),
        ("http://testserver", "/"),
        ("//example.org/x", ""),
        ("/\\example.org", ""),
        ("https://example.org/", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("/a b", ""),
        ("/\n", "/"),
        ("/" + "a" * 500, ""),
        ("", ""),
    ],
)
def test_the_page_is_filled_in_where_it_is_ours(client: Client, given: str, shown: str) -> None:
    assert typed(client.get(ADDRESS, {"page": given}).content.decode(), "page") == shown
    assert (own_address(given, "testserver") or "") == shown


FAULTS = [
    ({"text": "太短"}, "请至少用 10 个字说明哪里有误、应是什么，现在是 2 个字。"),
    ({"text": "\u200b" * 12}, "请至少用 10 个字"),
    ({"text": "长" * 2001}, "最多 2000 个字，现在是 2001 个字。"),
    ({"text": ""}, "请填写这一项。"),
    ({"text": f"{TEXT}\x00"}, "含有不可见的空字符"),
    ({"source": "长" * 501}, "最多 500 个字，现在是 501 个字。"),
    ({"contact": "找我"}, "“找我”不是电子邮箱，也不是电话号码。例如：name@example.cn、0451-12345678"),
    ({"contact": "a@" + "b" * 300 + ".cn"}, "不是电子邮箱"),
    ({"page": "https://example.org/x"}, "“https://example.org/x”不是本站的网址：应以 / 或 https://testserver/ 开头"),
    ({"kind": "nothing"}, "nothing"),
    ({"kind": ""}, "请填写这一项。"),
]


@pytest.mark.parametrize(("changes", "told"), FAULTS)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, str], told: str
) -> None:
    answer = send(client, **changes)
    page = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert told in page
    assert "有内容需要更正，尚未保存" in page
    for name in {"text", "source", "contact", "page"} - changes.keys():
        assert typed(page, name) == REPORT[name]
    assert not Correction.objects.exists()


@pytest.mark.parametrize("body", ["", "shown=x", "page=a&page=b&text=%ED%A0%80", "text=%FF%00&contact=%F0%9F"])
def test_what_no_form_sends_is_no_500(client: Client, body: str) -> None:
    answer = client.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "trap", [{"website": "http://spam.example"}, {"shown": ""}, {"shown": "17:x"}, {"shown": "now"}]
)
def test_a_program_is_asked_once_more_and_a_person_gets_through(client: Client, trap: dict[str, str]) -> None:
    now = timezone.now()
    changes = {name: stamp(now) if value == "now" else value for name, value in trap.items()}
    answer = send(client, **changes)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "还没有提交：请核对一遍填写的内容，然后再按一次“提交”。" in page
    assert typed(page, "text") == TEXT
    assert not Correction.objects.exists()
    # What is filled in where nobody looks is gone from the form, and the time goes on.
    assert "spam.example" not in page
    shown = typed(page, "shown")
    assert shown == changes.get("shown", shown) or trap["shown"] in {"", "17:x"}
    assert abs(int(shown.partition(":")[0]) - now.timestamp()) < 60
    assert send(client).status_code == 302


def test_the_same_report_is_taken_once_a_day(client: Client) -> None:
    first = send(client)
    for sender in ("192.0.2.1", "198.51.100.7"):
        assert send(client, sender=sender)["Location"] == first["Location"]
    others = [{"page": "/"}, {"contact": "0451-12345678"}, {"text": f"{TEXT}另外"}]
    assert first["Location"] not in {send(client, **other)["Location"] for other in others}
    assert Correction.objects.count() == 4
    Correction.objects.update(created_at=timezone.now() - A_DAY)
    assert send(client)["Location"] != first["Location"]


def put_back(client: Client, count: int, ago: timedelta, sender: str = "192.0.2.1") -> None:
    """Reports of a sender, so long ago; as many at once as the limits never allow."""
    assert send(client, sender=sender, text=f"{TEXT}{count}{ago}{sender}").status_code == 302
    [made] = Correction.objects.order_by("-pk")[:1]
    values = {field.name: getattr(made, field.name) for field in Correction._meta.fields if field.name != "id"}
    Correction.objects.bulk_create(
        Correction(**values | {"reference": f"{made.reference[:5]}{number:05}"}) for number in range(count - 1)
    )
    Correction.objects.filter(text=made.text).update(created_at=timezone.now() - ago)


@pytest.mark.parametrize(
    ("count", "ago", "wait"),
    [(5, timedelta(minutes=50), 600), (20, timedelta(hours=23), 3600), (2000, timedelta(minutes=59), 60)],
)
def test_too_many_are_refused_with_the_time_to_wait(
    client: Client, time_machine: Any, count: int, ago: timedelta, wait: int
) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    put_back(client, count, ago)
    answer = send(client, sender="198.51.100.7" if count == 2000 else "192.0.2.1")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) == wait
    page = answer.content.decode()
    assert f"收到的纠错太多，暂时不能再提交，没有保存。请保留填写的内容，{wait // 60} 分钟后再试。" in page
    assert typed(page, "text") == TEXT
    assert Correction.objects.count() == count
    if count < 2000:
        assert send(client, sender="198.51.100.7").status_code == 302


def test_a_flood_shuts_out_nobody_who_sent_nothing_within_the_hour(client: Client) -> None:
    put_back(client, 200, timedelta(minutes=30))
    for sender in ("198.51.100.7", "203.0.113.9"):
        assert send(client, sender=sender, text=f"{TEXT}{sender}").status_code == 302
        refused = send(client, sender=sender, text=f"{TEXT}{sender}又")
        assert (refused.status_code, 3590 <= int(refused["Retry-After"]) <= 3600) == (429, True)


def test_a_network_of_ipv6_is_one_sender_and_a_day_ends_nothing(client: Client, time_machine: Any) -> None:
    time_machine.move_to("2026-11-25T15:50:00Z", tick=False)
    for number in range(5):
        # A provider gives a site up to a /48, of which it uses each /64 as it likes.
        assert send(client, sender=f"2001:db8:0:{number}::1", text=f"{TEXT}{number}").status_code == 302
    time_machine.move_to("2026-11-25T16:10:00Z", tick=False)  # midnight in Asia/Shanghai is in between
    assert send(client, sender="2001:db8:0:9::9").status_code == 429
    assert send(client, sender="2001:db8:1::9").status_code == 302
    assert len(set(Correction.objects.values_list("client", flat=True))) == 2


def test_who_sent_it_is_forgotten_after_a_day_and_how_to_answer_180_days_after_settling(
    client: Client, people: dict[str, Any]
) -> None:
    for number in range(3):
        send(client, text=f"{TEXT}{number}", contact="0451-12345678")
    old, waiting, settled = Correction.objects.order_by("pk")
    now = timezone.now()
    Correction.objects.filter(pk=old.pk).update(created_at=now - A_DAY)
    for correction, ago in ((old, CONTACT_KEPT), (settled, CONTACT_KEPT - A_DAY)):
        values = {"state": CorrectionState.ANSWERED, "answer": "已核实", "settled_by": people["demo-admin"]}
        Correction.objects.filter(pk=correction.pk).update(settled_at=now - ago, **values)
    call_command("sweep", stdout=io.StringIO())
    kept = {row.pk: (bool(row.client), row.contact) for row in Correction.objects.all()}
    assert kept == {
        old.pk: (False, ""),
        waiting.pk: (True, "0451-12345678"),
        settled.pk: (True, "0451-12345678"),
    }


def test_a_form_that_expired_comes_back_with_what_was_typed(seeded: Plan) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = f"{ADDRESS}?page=/targets/incubators/"
    answer = strict.post(address, REPORT | {"shown": stamp(timezone.now())})
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = strict.get(address).content.decode()
    assert "表单已过期，还没有提交" in page
    assert typed(page, "text") == TEXT
    assert not Correction.objects.exists()


def test_every_page_leads_to_the_form_with_its_own_address(client: Client) -> None:
    page = client.get("/targets/?as_of_year=2018&kind=level").content.decode()
    link = re.search(r'href="(/correction/\?page=[^"]+)"', page)
    assert link
    assert typed(client.get(unescape(link[1])).content.decode(), "page") == "/targets/?as_of_year=2018&kind=level"


def test_in_english(client: Client, browse: Callable[[str], Client]) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Please say in at least 10 characters" in send(client, text="short").content.decode()
    page = text(client.get(send(client, text="The figure of 2017 is wrong.", source="")["Location"]))
    assert "Received, thank you" in page
    assert "A figure is wrong" in page
