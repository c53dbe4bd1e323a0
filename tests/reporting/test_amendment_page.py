"""The administrator's page of a target's amendment: who may, the two steps, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent
from targets.amendments import target_amend
from targets.models import Target, TargetAmendment
from tests.reading import text

PAGE = "/manage/targets/high-tech-enterprises/amend/"
TYPED = {
    "new_value": "2000",
    "decided_on": "2018-10-01",
    "document": "关于调整部分规划指标的通知",
    "reason": "认定办法修订",
    "amendments": "0",
}
# role: the page, and recording.
STATUSES = {
    "": (302, 302),
    "demo-staff": (403, 403),
    "demo-reviewer": (403, 403),
    "demo-other": (403, 403),
    "demo-harbin": (403, 403),
    "demo-auditor": (403, 403),
    "demo-admin": (200, 302),
}


@pytest.fixture
def admin(browse: Callable[[str], Client]) -> Client:
    return browse("demo-admin")


def send(client: Client, action: str, **typed: str) -> Any:
    return client.post(PAGE, TYPED | typed | {"action": action})


def record(client: Client, **typed: str) -> Any:
    """Looks at it and then records what the page holds, where it got so far."""
    page = send(client, "look", **typed)
    return client.post(PAGE, held(page) | {"action": "record"}) if page.status_code == 200 else page


def held(page: Any) -> dict[str, str]:
    """What the page's form would send."""
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


@pytest.mark.parametrize("username", STATUSES)
def test_who_may(as_person: Callable[[str], Client], seeded: Plan, username: str) -> None:
    client = as_person(username)
    page, recorded = client.get(PAGE), record(client)
    assert (page.status_code, recorded.status_code) == STATUSES[username]
    assert TargetAmendment.objects.count() == (username == "demo-admin")
    if not username:
        assert page["Location"] == f"/accounts/login/?next={PAGE}"


def test_it_is_looked_at_in_words_before_it_is_recorded(admin: Client) -> None:
    page = send(admin, "look")
    assert page.status_code == 200
    said = text(page)
    assert "请核对，还没有登记" in said
    assert "2020 年目标由 1,100 家 调整为 2,000 家，2018年10月1日决定。" in said
    assert "截至 2018 年及以后各年的视图按新目标重新评估；截至 2017 年及以前的仍按原目标。" in said
    assert "截至 2020 年的结论由“已完成”变为“未完成”。" in said
    assert "登记后不能修改或删除" in said
    assert all(f'name="{name}" value="{value}"' in page.content.decode() for name, value in TYPED.items())
    assert not TargetAmendment.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"decided_on": "2021-05-01"}, "截至 2021 年及以后各年的视图按新目标重新评估"),
        ({"decided_on": "2023-05-01"}, "规划期各年的视图都在这项决定之前，结论不变"),
        ({"new_value": "1200"}, "截至 2020 年的结论不变，仍是“已完成”。"),
    ],
)
def test_the_words_fit_the_decision(admin: Client, typed: dict[str, str], words: str) -> None:
    assert words in text(send(admin, "look", **typed))


def test_a_later_decision_stays_and_is_named(admin: Client) -> None:
    record(admin, decided_on="2019-05-01")
    page = text(send(admin, "look", new_value="1500", amendments="1"))
    assert "但2019年5月1日另有一项已登记的调整，从那一年起仍以那一项为准。" in page
    assert "截至 2020 年的结论" not in page


def test_what_was_not_looked_at_is_shown_and_not_recorded(admin: Client) -> None:
    page = send(admin, "record")
    assert page.status_code == 200
    assert "请核对，还没有登记" in text(page)
    assert not TargetAmendment.objects.exists()
    assert admin.post(PAGE, held(page) | {"action": "record"}).status_code == 302
    assert TargetAmendment.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"new_value": "2001"},
        {"decided_on": "2018-10-02"},
        {"document": "关于调整部分规划指标的通知（二）"},
        {"reason": "另一个理由"},
        {"looked_at": "0" * 64},
        {"looked_at": ""},
    ],
)
def test_what_was_changed_after_the_look_is_looked_at_again(admin: Client, other: dict[str, str]) -> None:
    page = admin.post(PAGE, held(send(admin, "look")) | {"action": "record"} | other)
    assert page.status_code == 200
    assert "请核对，还没有登记" in text(page)
    assert not TargetAmendment.objects.exists()


def test_a_look_at_another_target_counts_for_nothing(admin: Client) -> None:
    looked_at = held(send(admin, "look")) | {"action": "record"}
    assert "还没有登记" in text(admin.post("/manage/targets/incubators/amend/", looked_at))
    assert not TargetAmendment.objects.exists()


def test_a_slip_of_the_unit_is_told_before_it_is_recorded(admin: Client) -> None:
    page = send(admin, "look", new_value="11000")
    assert "11,000 家约为原目标 1,100 家的 10 倍，请核对单位（家）和小数点。" in text(page)
    assert "约为原目标" not in text(send(admin, "look"))
    assert admin.post(PAGE, held(page) | {"action": "record"}).status_code == 302


def test_a_reason_of_several_lines_is_recorded_however_its_line_breaks_come_back(admin: Client) -> None:
    looked_at = held(send(admin, "look", reason="一\r\n二")) | {"action": "record", "reason": "一\n二"}
    assert admin.post(PAGE, looked_at).status_code == 302


def test_recording_shows_it_on_the_targets_page_and_leaves_an_event(admin: Client) -> None:
    done = record(admin)
    assert done["Location"] == "/targets/high-tech-enterprises/#amendments"
    page = text(admin.get("/targets/high-tech-enterprises/?as_of_year=2020"))
    assert "已登记目标调整：国家级高新技术企业" in page
    assert "没有达到目标 2,000 家" in page
    event = ReportingEvent.objects.latest("pk")
    assert (event.action, event.why) == ("target_amended", "认定办法修订")
    assert event.detail == "目标值：1100 → 2000（2018年10月1日，关于调整部分规划指标的通知）"
    assert "1,100 家 调整为 2,000 家" in text(admin.get(PAGE))


def test_going_back_keeps_what_was_typed(admin: Client) -> None:
    page = send(admin, "edit")
    assert page.status_code == 200
    assert {name: str(page.context["form"][name].value()) for name in TYPED} == TYPED


@pytest.mark.parametrize("action", ["look", "record"])
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"new_value": ""}, "new_value"),
        ({"new_value": "many"}, "new_value"),
        ({"new_value": "9" * 61}, "new_value"),
        ({"new_value": "1100"}, "new_value"),
        ({"new_value": "0"}, "new_value"),
        ({"new_value": "2\x00"}, "new_value"),
        ({"decided_on": ""}, "decided_on"),
        ({"decided_on": "昨天"}, "decided_on"),
        ({"decided_on": "2018-13-01"}, "decided_on"),
        ({"decided_on": "999999999-01-01"}, "decided_on"),
        ({"decided_on": "0001-01-01"}, "decided_on"),
        ({"decided_on": (timezone.localdate() + timedelta(days=1)).isoformat()}, "decided_on"),
        ({"document": " "}, "document"),
        ({"document": "文" * 301}, "document"),
        ({"document": "a\x00b"}, "document"),
        ({"reason": ""}, "reason"),
        ({"reason": "因" * 1001}, "reason"),
    ],
)
def test_a_fault_stands_beside_its_field(admin: Client, action: str, typed: dict[str, str], field: str) -> None:
    page = send(admin, action, **typed)
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in page.content.decode()
    kept = {name: value for name, value in TYPED.items() if name != field}
    assert {name: str(page.context["form"][name].value()) for name in kept} == kept
    assert not TargetAmendment.objects.exists()


def test_an_empty_form_is_told_everything_at_once(admin: Client) -> None:
    page = admin.post(PAGE, {"amendments": "0", "action": "look"})
    assert sorted(page.context["form"].errors) == ["decided_on", "document", "new_value", "reason"]


@pytest.mark.parametrize(
    "typed", [{"action": "delete"}, {"action": ""}, {"amendments": ""}, {"amendments": "x"}, {"amendments": "-1"}]
)
def test_what_no_page_of_ours_sent_is_400(admin: Client, typed: dict[str, str]) -> None:
    response = admin.post(PAGE, TYPED | {"action": "record"} | typed)
    assert response.status_code == 400
    assert not TargetAmendment.objects.exists()


def test_another_ones_amendment_meanwhile_is_a_conflict_that_keeps_what_was_typed(
    admin: Client, people: dict[str, User], target: Callable[[str], Target]
) -> None:
    target_amend(
        by=people["demo-admin"],
        target=target("high-tech-enterprises"),
        new_value="1800",
        decided_on=date(2018, 9, 1),
        document="通知",
        reason="理由",
    )
    refused = record(admin)
    assert refused.status_code == 409
    assert "刚登记过别的目标调整" in text(refused)
    assert 'value="2000"' in refused.content.decode()
    assert "1,100 家 调整为 1,800 家" in text(refused)
    assert ReportingEvent.objects.latest("pk").code == "amended_meanwhile"
    looked_at = admin.post(PAGE, held(refused) | {"action": "record"})
    assert "2020 年目标由 1,800 家 调整为 2,000 家" in text(looked_at)
    assert admin.post(PAGE, held(looked_at) | {"action": "record"}).status_code == 302


def test_an_unknown_target_and_plan_are_404(admin: Client) -> None:
    assert admin.get("/manage/targets/none/amend/").status_code == 404
    assert admin.get(f"/p/none{PAGE}").status_code == 404
    assert admin.get(f"/p/hlj-sti-13fyp{PAGE}").status_code == 200
