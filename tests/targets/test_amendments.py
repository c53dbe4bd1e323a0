"""A target amended by a decision: who may, what is refused, and which views take it into account."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Forbidden, Invalid
from targets import amendments, recompute
from targets.models import Target, TargetAmendment, TargetBuild, target_value_in, target_value_today
from tests.history import rewriting
from tests.targets.desk import ADMIN, AUDITOR, OFFICIAL, OTHER, REVIEWER, ROOT, STAFF

CODE = "high-tech-enterprises"
DOCUMENT = "关于调整部分规划指标的通知（黑政发〔2018〕20号）"
REASON = "认定办法修订，企业数增长超出预期"
Amend = Callable[..., TargetAmendment]


@pytest.fixture
def amend(people: dict[str, User], target: Callable[[str], Target]) -> Amend:
    """The decision of 1 October 2018 that the target is 2,000; what is named differs."""

    def make(*, by: str = ADMIN, code: str = CODE, **given: Any) -> TargetAmendment:
        decision = {"new_value": "2000", "decided_on": date(2018, 10, 1), "document": DOCUMENT, "reason": REASON}
        return amendments.target_amend(by=people[by], target=target(code), **(decision | given))

    return make


def recorded_on(amendment: TargetAmendment, day: date) -> None:
    """As if it had been recorded on another day: nobody can do so, and the years pass slowly."""
    with rewriting():
        TargetAmendment.objects.filter(pk=amendment.pk).update(recorded_on=day)


def test_an_amendment_is_recorded_today_with_what_it_replaced(amend: Amend, people: dict[str, User]) -> None:
    made = amend(document=f" {DOCUMENT} ")
    stored = TargetAmendment.objects.get(pk=made.pk)
    assert (stored.old_value, stored.new_value) == (1100, 2000)
    assert (stored.document, stored.reason, stored.recorded_by) == (DOCUMENT, REASON, people[ADMIN])
    assert stored.recorded_on == timezone.localdate()
    assert stored.target.target_value == 1100


@pytest.mark.parametrize("by", [STAFF, REVIEWER, OTHER, OFFICIAL, AUDITOR])
def test_only_administrators_amend(amend: Amend, by: str) -> None:
    with pytest.raises(Forbidden) as refused:
        amend(by=by)
    assert refused.value.code == "not_administrator"
    assert not TargetAmendment.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"new_value": None}, "new_value", "value_required"),
        ({"new_value": "many"}, "new_value", "not_a_number"),
        ({"new_value": "1e9"}, "new_value", "not_a_number"),
        ({"new_value": float("nan")}, "new_value", "not_a_number"),
        ({"new_value": "2000.5"}, "new_value", "too_many_decimals"),
        ({"new_value": "9" * 12}, "new_value", "out_of_range"),
        ({"new_value": "-1"}, "new_value", "negative"),
        ({"new_value": "1100"}, "new_value", "same_value"),
        ({"new_value": "0"}, "new_value", "not_positive"),
        ({"new_value": "0", "code": "innovation-teams"}, "new_value", "not_positive"),
        ({"new_value": "0.00", "code": "technology-contract-value"}, "new_value", "not_positive"),
        ({"decided_on": timezone.localdate() + timedelta(days=1)}, "decided_on", "decided_in_the_future"),
        ({"decided_on": date(2017, 6, 11)}, "decided_on", "decided_before_the_plan"),
        ({"decided_on": None}, "decided_on", "day_required"),
        ({"document": "  "}, "document", "document_required"),
        ({"document": "文" * 301}, "document", "max_length"),
        ({"document": "\u2060"}, "document", "document_required"),
        ({"reason": ""}, "reason", "reason_required"),
        ({"reason": "\u200b"}, "reason", "reason_required"),
        ({"reason": "因" * 1001}, "reason", "max_length"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_stored(amend: Amend, given: Any, field: str, code: str) -> None:
    wanted = list(TargetBuild.objects.values_list("pk", "wanted_seq"))
    with pytest.raises(Invalid) as refused:
        amend(**given)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]
    assert not TargetAmendment.objects.exists()
    assert list(TargetBuild.objects.values_list("pk", "wanted_seq")) == wanted


@pytest.mark.parametrize(
    "given",
    [
        {"decided_on": date(2017, 6, 12)},
        {"decided_on": timezone.localdate()},
        {"new_value": 2000},
        {"document": "文" * 300},
        {"reason": "因" * 1000},
        {"new_value": "1", "code": "innovation-teams"},
    ],
)
def test_what_is_just_right_is_taken(amend: Amend, given: Any) -> None:
    assert amend(**given).pk


def test_a_target_whose_baseline_lies_below_zero_stays_above_it(amend: Amend) -> None:
    Target.objects.filter(code=CODE).update(baseline_value=-5)
    with pytest.raises(Invalid) as refused:
        amend(new_value="-1")
    assert refused.value.code == "not_positive"


def test_the_words_of_a_refused_zero_name_the_printed_target(amend: Amend) -> None:
    with pytest.raises(Invalid) as refused:
        amend(new_value="0")
    [fault] = refused.value.faults
    assert fault.message == "“0”不能作目标值：规划所载目标为 1,100 家，调整后的目标值须大于 0。"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("11000", ["11,000 家约为原目标 1,100 家的 10 倍，请核对单位（家）和小数点。"]),
        ("110", ["110 家约为原目标 1,100 家的 10 分之一，请核对单位（家）和小数点。"]),
        ("110000", ["110,000 家约为原目标 1,100 家的 100 倍，请核对单位（家）和小数点。"]),
        ("11000000", ["11,000,000 家约为原目标 1,100 家的 10,000 倍，请核对单位（家）和小数点。"]),
        ("2000", []),
        ("5000", []),
        ("700", []),
        ("many", []),
    ],
)
def test_a_slip_of_the_unit_is_doubted(target: Callable[[str], Target], value: str, said: list[str]) -> None:
    decision = amendments.Decision(new_value=value, decided_on=date(2018, 10, 1), document=DOCUMENT, reason=REASON)
    assert amendments.check_decision(target=target(CODE), decision=decision).doubts == said


def test_a_slip_is_measured_by_the_value_in_force(amend: Amend, target: Callable[[str], Target]) -> None:
    amend(new_value="11000")
    decision = amendments.Decision(new_value="1100", decided_on=date(2019, 1, 5), document=DOCUMENT, reason=REASON)
    [doubt] = amendments.check_decision(target=target(CODE), decision=decision).doubts
    assert doubt.startswith("1,100 家约为原目标 11,000 家的 10 分之一")


def test_whoever_looked_before_another_one_was_recorded_is_told(amend: Amend) -> None:
    amend(if_amendments=0)
    with pytest.raises(Conflict) as refused:
        amend(new_value="2100", if_amendments=0)
    assert refused.value.code == "amended_meanwhile"
    assert amend(new_value="2100", if_amendments=1).old_value == 2000


def views(target: Target, known_by: date | None = None) -> list[int]:
    target = Target.objects.listed().get(pk=target.pk)
    return [int(target_value_in(target, as_of_year=year, known_by=known_by)) for year in range(2016, 2022)]


def test_a_view_takes_the_amendment_decided_last_by_its_year(amend: Amend, target: Callable[[str], Target]) -> None:
    amend(new_value="1800", decided_on=date(2020, 3, 1))
    amend(new_value="2000")
    # The earlier decision was recorded later: the years until the later one are its own.
    assert views(target(CODE)) == [1100, 1100, 2000, 2000, 1800, 1800]
    amend(new_value="2200")
    assert views(target(CODE)) == [1100, 1100, 2200, 2200, 1800, 1800]
    assert target_value_today(target(CODE)) == 1800
    olds = TargetAmendment.objects.order_by("pk").values_list("old_value", flat=True)
    assert [int(old) for old in olds] == [1100, 1100, 2000]


def test_a_day_before_it_was_recorded_does_not_know_it(amend: Amend, target: Callable[[str], Target]) -> None:
    recorded_on(amend(), date(2018, 10, 15))
    recorded_on(amend(new_value="1800", decided_on=date(2019, 2, 1)), date(2019, 3, 5))
    assert views(target(CODE), date(2018, 10, 14)) == [1100] * 6
    assert views(target(CODE), date(2018, 10, 15)) == [1100, 1100, 2000, 2000, 2000, 2000]
    assert views(target(CODE), date(2019, 3, 4)) == [1100, 1100, 2000, 2000, 2000, 2000]
    assert views(target(CODE), date(2019, 3, 5)) == [1100, 1100, 2000, 1800, 1800, 1800]


def dashboard_row(client: APIClient, **question: Any) -> dict[str, Any]:
    found = client.get(f"{ROOT}dashboard/", question).json()
    (row,) = [row for goal in found["goals"] for row in goal["targets"] if row["code"] == CODE]
    return dict(row)


@pytest.mark.parametrize(
    ("question", "value", "attainment", "planned", "status"),
    [
        ({"as_of_year": 2020}, "2000", "96.6", "261.4", "not_achieved"),
        ({"as_of_year": 2019}, "2000", "62.5", "261.4", "far_behind"),
        ({"as_of_year": 2017}, "1100", None, "81.4", "no_data"),
        ({"as_of_year": 2020, "known_by": "2026-01-01"}, "1100", "175.6", "81.4", "achieved"),
    ],
)
def test_progress_is_computed_with_the_target_of_the_view(
    amend: Amend, public: APIClient, question: Any, value: str, attainment: str | None, planned: str, status: str
) -> None:
    amend()
    recompute.sweep()
    row = dashboard_row(public, **question)
    assessment = row["assessment"]
    found = (row["target_value"], assessment["attainment_pct"], assessment["planned_annual_change"])
    assert (*found, assessment["status"]) == (value, attainment, planned, status)


def test_the_api_gives_the_value_in_force_today(amend: Amend, public: APIClient) -> None:
    amend()
    amend(new_value="1999", decided_on=date(2026, 1, 5))
    for address in (f"{ROOT}targets/{CODE}/", f"{ROOT}targets/?page_size=500"):
        found = public.get(address).json()
        items = found.get("results", [found])
        assert [item["target_value"] for item in items if item["code"] == CODE] == ["1999"]


def test_every_number_of_the_page_follows(amend: Amend, client: Client) -> None:
    amend()
    recompute.sweep()
    page = client.get(f"/targets/{CODE}/?as_of_year=2020").content.decode()
    assert "没有达到目标 2,000 家，还差 68 家" in page
    assert "100 × 1,932 ÷ 2,000" in page
    assert "2020 年目标 2,000 家。" in page
    assert "规划所载目标 1,100 家；截至 2020 年、按今天所知，目标为 2,000 家。" in page
    assert all(text in page for text in (DOCUMENT, REASON, "2018年10月1日"))
    earlier = client.get(f"/targets/{CODE}/?as_of_year=2017").content.decode()
    assert "目标为 1,100 家" in earlier
    assert "决定晚于所看年份，不计入本页" in earlier
    before = client.get(f"/targets/{CODE}/?as_of_year=2020&known_by=2026-01-01").content.decode()
    assert "达到目标 1,100 家" in before
    assert DOCUMENT not in before


def test_lists_and_the_entry_and_the_method_take_it_too(
    amend: Amend, client: Client, browse: Callable[[str], Client]
) -> None:
    amend()
    recompute.sweep()
    assert "目标 2,000 家" in client.get("/targets/?as_of_year=2020").content.decode()
    assert "目标 1,100 家" in client.get("/targets/?as_of_year=2017").content.decode()
    method = "".join(client.get("/method/").content.decode().split())
    assert "1,739" in method  # 693 + (2000 - 693) * 4 / 5
    entry = browse(STAFF).get(f"/workspace/{CODE}/2019/").content.decode()
    assert '<span class="number">2,000</span>' in entry
    assert '<span class="number">1,739</span>' in entry


def test_pages_cost_the_same_queries_however_many_amendments(amend: Amend, client: Client) -> None:
    def costs() -> list[int]:
        recompute.sweep()
        paths = [
            "/",
            "/targets/",
            f"/targets/{CODE}/",
            "/method/",
            f"{ROOT}targets/",
            f"{ROOT}dashboard/",
            "/changes/",
        ]
        return [cost(client, path) for path in paths]

    amend()
    before = costs()
    for value, code in (("60", "innovation-teams"), ("2.2", "rd-intensity"), ("170", "technology-contract-value")):
        amend(new_value=value, code=code)
        amend(new_value=value + "5" if "." in value else value + "0", code=code)
    assert costs() == before


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_loading_the_plan_again_leaves_amendments_in_force(amend: Amend, target: Callable[[str], Target]) -> None:
    amend()
    call_command("seed", stdout=io.StringIO())
    loaded = target(CODE)
    assert (loaded.target_value, target_value_today(loaded)) == (Decimal(1100), Decimal(2000))
