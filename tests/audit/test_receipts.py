"""Receipts: each step by form and by API ends with one; its page shows what it proves to those who may see it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.audit.sealing import seal_history
from planportal.plan.models import Plan
from targets import services
from targets.evidence import EvidenceChange, Link
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, Target
from targets.receipts import HEADER, NoReceipt, receipt_of_event, receipt_of_step
from tests.history import rewriting
from tests.targets.desk import ADMIN, AUDITOR, NOBODY, OFFICIAL, OTHER, REVIEWER, STAFF, Desk

CODE = re.compile(r"[1-9][0-9]*-[0-9a-f]{8}")
LINK = re.compile(r'<a class="nowrap" href="(/receipts/[0-9]+/)">回执 ([1-9][0-9]*-[0-9a-f]{8})</a>')
ENTRY = "/workspace/high-tech-enterprises/2017/"
WARNED = [{"code": "large_change", "message": "较上年变化较大。"}]


@pytest.fixture
def desk(api: Callable[..., APIClient]) -> Desk:
    return Desk(api)


def told(page: str) -> tuple[str, str]:
    """The address and the code of the one receipt that a page names."""
    [found] = set(LINK.findall(page))
    return found


class TestByApi:
    @pytest.mark.parametrize(
        ("state", "who", "step", "body"),
        [
            ("draft", STAFF, "submit", {}),
            ("draft", STAFF, "withdraw", {"reason": "重填"}),
            ("submitted", REVIEWER, "approve", {}),
            ("submitted", REVIEWER, "return", {"reason": "来源不清"}),
        ],
    )
    def test_each_step_has_its_own(self, desk: Desk, state: str, who: str, step: str, body: dict[str, str]) -> None:
        figure = desk.in_state(state)
        answer = desk.step(who, figure, step, **body)
        receipt = receipt_of_step(figure=figure["id"], version=answer.json()["version"])
        assert answer[HEADER] == receipt.code
        assert CODE.fullmatch(answer[HEADER])

    def test_a_new_figure_and_an_edit_have_theirs(self, desk: Desk) -> None:
        made = desk.post(STAFF)
        edited = desk.patch(STAFF, made.json(), note="核过")
        receipts = [receipt_of_step(figure=made.json()["id"], version=number).code for number in (1, 2)]
        assert [made[HEADER], edited[HEADER]] == receipts
        assert receipts[0] != receipts[1]

    def test_what_changes_nothing_has_none(self, desk: Desk) -> None:
        figure = desk.draft()
        assert HEADER not in desk.client(STAFF).get(f"/api/v1/figures/{figure['id']}/")
        assert HEADER not in desk.step(OTHER, figure, "submit")
        assert HEADER not in desk.step(STAFF, figure | {"version": 9}, "submit")


class TestByForm:
    def test_entering_handing_in_and_deciding(self, browse: Callable[[str], Client], seeded: Plan) -> None:
        staff, reviewer = browse(STAFF), browse(REVIEWER)
        typed = {"value": "929", "source": "统计年鉴"}
        drafted = staff.post(ENTRY, typed | {"action": "draft"}, follow=True).content.decode()
        figure = Figure.objects.get(target__code="high-tech-enterprises", year=2017, state="draft")
        assert told(drafted)[1] == receipt_of_step(figure=figure.pk, version=1).code
        based = {"figure": figure.pk, "version": 1}
        handed_in = staff.post(ENTRY, typed | based | {"action": "submit"}, follow=True).content.decode()
        assert told(handed_in)[1] == receipt_of_step(figure=figure.pk, version=2).code
        decision = {"figure": figure.pk, "version": 2, "decision": "return", "reason": "请注明来源"}
        returned = reviewer.post(f"/review/{figure.pk}/", decision, follow=True).content.decode()
        address, code = told(returned)
        assert code == receipt_of_step(figure=figure.pk, version=3).code
        assert code in reviewer.get(address).content.decode()
        withdrawal = {
            "withdraw-figure": figure.pk,
            "withdraw-version": 3,
            "withdraw-reason": "重填",
            "action": "withdraw",
        }
        withdrawn = staff.post(ENTRY, withdrawal, follow=True).content.decode()
        assert told(withdrawn)[1] == receipt_of_step(figure=figure.pk, version=4).code

    def test_several_approved_at_once(self, browse: Callable[[str], Client], desk: Desk) -> None:
        figures = [desk.in_state("submitted", year=year) for year in (2017, 2018)]
        chosen = [f"{figure['id']}-2" for figure in figures]
        page = browse(REVIEWER).post("/review/approve/", {"figure": chosen}).content.decode()
        codes = {code for _, code in LINK.findall(page)}
        assert codes == {receipt_of_step(figure=figure["id"], version=3).code for figure in figures}


@pytest.fixture
def proved(people: dict[str, User], target: Callable[[str], Target]) -> FigureEvent:
    """The event by which a figure with evidence, source and a note was handed in."""
    link = Link(title="统计公报", address="https://example.org/report")
    figure = services.figure_draft(
        by=people[STAFF],
        target=target("high-tech-enterprises"),
        city=None,
        year=2017,
        content=Content(value="929", source="统计年鉴", note="初核"),
        evidence=EvidenceChange(links=[link]),
    )
    services.figure_submit(by=people[STAFF], figure=figure, if_version=1)
    return figure.events.get(version=2)


class TestPage:
    def test_it_shows_what_it_proves(
        self, browse: Callable[[str], Client], people: dict[str, User], proved: FigureEvent
    ) -> None:
        receipt = receipt_of_event(proved.pk)
        page = browse(STAFF).get(f"/receipts/{proved.pk}/").content.decode()
        shown = [
            receipt.code,
            receipt.digest,
            str(people[STAFF]),
            "报送",
            "第 2 版",
            "929",
            "家",
            "待审核",
            "尚未封存",
        ]
        shown += [
            "统计年鉴",
            "初核",
            "统计公报",
            "https://example.org/report",
            "没有提示",
            "尚未封存",
            "2017 年，全省",
        ]
        assert [words for words in shown if words not in page] == []

    def test_the_hash_of_a_file_and_the_warnings_stand_in_it(
        self, browse: Callable[[str], Client], proved: FigureEvent
    ) -> None:
        file = {"id": 1, "name": "年报.pdf", "sha256": "ab" * 32}
        with rewriting():
            proved.figure.versions.filter(number=2).update(evidence=[file], warnings=WARNED)
        page = browse(STAFF).get(f"/receipts/{proved.pk}/").content.decode()
        assert all(words in page for words in ("年报.pdf", "ab" * 32, "较上年变化较大。"))

    def test_it_names_the_seal(self, browse: Callable[[str], Client], proved: FigureEvent) -> None:
        [seal] = seal_history()
        page = browse(STAFF).get(f"/receipts/{proved.pk}/").content.decode()
        assert "第 1 号" in page
        assert seal.digest in page
        assert "尚未封存" not in page

    @pytest.mark.parametrize(
        ("who", "status"),
        [(NOBODY, 302), (STAFF, 200), (REVIEWER, 200), (AUDITOR, 200), (OTHER, 404), (OFFICIAL, 404), (ADMIN, 404)],
    )
    def test_who_may_see_it(
        self, as_person: Callable[[str], Client], proved: FigureEvent, who: str, status: int
    ) -> None:
        assert as_person(who).get(f"/receipts/{proved.pk}/").status_code == status

    def test_what_is_no_receipt(self, browse: Callable[[str], Client], desk: Desk) -> None:
        figure = desk.draft()
        desk.step(STAFF, figure, "approve")
        refusal = FigureEvent.objects.filter(action="refused").latest("pk")
        for number in (refusal.pk, 999_999_999, 10**30):
            assert browse(STAFF).get(f"/receipts/{number}/").status_code == 404

    def test_another_plans_address_has_none(self, browse: Callable[[str], Client], proved: FigureEvent) -> None:
        assert browse(STAFF).get(f"/p/{proved.target.plan.code}/receipts/{proved.pk}/").status_code == 200
        assert browse(STAFF).get(f"/p/no-such-plan/receipts/{proved.pk}/").status_code == 404


@pytest.mark.parametrize("column", ["value", "note", "state", "evidence"])
def test_whatever_the_version_says_is_in_the_digest(proved: FigureEvent, column: str) -> None:
    before = receipt_of_event(proved.pk).digest
    other: dict[str, Any] = {"value": 930, "note": "x", "state": "draft", "evidence": []}
    with rewriting():
        proved.figure.versions.filter(number=2).update(**{column: other[column]})
    assert receipt_of_event(proved.pk).digest != before


def test_there_is_none_of_what_was_never_done(seeded: Plan) -> None:
    with pytest.raises(NoReceipt):
        receipt_of_step(figure=999_999, version=1)
