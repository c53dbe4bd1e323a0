"""Two at once on PostgreSQL: each race is forced by a lock that one holds while the other one waits for it."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.web.refusals import Conflict, Forbidden, Stale
from targets import services
from targets.amendments import target_amend
from targets.evidence import EvidenceChange
from targets.figure_rules import Content
from targets.loading import COLUMNS, load
from targets.models import Figure, FigureEvent, State, Target, TargetAmendment, TargetBuild
from tests.targets.pieces import upload
from tests.waiting import PATIENCE_SECONDS, Start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(people: dict[str, User], target: Callable[[str], Target]) -> Figure:
    staff, firms = people["demo-staff"], target("high-tech-enterprises")
    return services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))


@pytest.fixture
def submitted(people: dict[str, User], draft: Figure) -> Figure:
    return services.figure_submit(by=people["demo-staff"], figure=draft, if_version=1)


def test_of_two_approvals_at_once_one_wins(people: dict[str, User], submitted: Figure, start: Start) -> None:
    def approve() -> Figure:
        return services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)

    with transaction.atomic():
        approve()
        second = start(approve)
    with pytest.raises(Stale):
        second.result(PATIENCE_SECONDS)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.version) == (State.APPROVED, 3)
    assert submitted.events.filter(action=FigureEvent.Action.APPROVED).count() == 1
    assert not TargetBuild.objects.stale().exists()


@pytest.mark.parametrize("second", ["the same reviewer", "another one"])
def test_two_first_approvals_at_once_are_one(
    people: dict[str, User], second_reviewer: User, submitted: Figure, start: Start, second: str
) -> None:
    Target.objects.filter(pk=submitted.target_id).update(second_review=True)
    first = people["demo-reviewer"]

    def approve(by: User) -> Figure:
        return services.figure_approve(by=by, figure=submitted, if_version=2)

    with transaction.atomic():
        approve(first)
        other = start(lambda: approve(first if second == "the same reviewer" else second_reviewer))
    # Neither approval was made on the version that the other one left: nothing came into force by accident.
    with pytest.raises(Forbidden if second == "the same reviewer" else Stale):
        other.result(PATIENCE_SECONDS)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.version, submitted.endorsed_by) == (State.SUBMITTED, 3, first)
    assert not TargetBuild.objects.stale().exists()


def test_an_endorsement_and_a_return_at_once_leave_one_of_them(
    people: dict[str, User], second_reviewer: User, submitted: Figure, start: Start
) -> None:
    Target.objects.filter(pk=submitted.target_id).update(second_review=True)

    def send_back() -> Figure:
        return services.figure_return(by=second_reviewer, figure=submitted, if_version=2, reason="来源不清")

    with transaction.atomic():
        services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)
        other = start(send_back)
    with pytest.raises(Stale):
        other.result(PATIENCE_SECONDS)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.endorsed_by) == (State.SUBMITTED, people["demo-reviewer"])


@pytest.mark.parametrize("body", ["the same", "another"])
def test_of_two_requests_under_one_key_at_once_the_later_gets_the_answer_of_the_first(
    api: Callable[[str], APIClient], start: Start, body: str
) -> None:
    given = {"target": "registered-results", "year": 2018, "value": "929"}

    def create(**changed: object) -> Any:
        headers = {"Idempotency-Key": "one-key"}
        return api("demo-staff").post("/api/v1/figures/", given | changed, format="json", headers=headers)

    with transaction.atomic():
        first = create()
        second = start(create if body == "the same" else lambda: create(year=2017))
    later = second.result(PATIENCE_SECONDS)
    if body == "the same":
        assert (later.status_code, later.json()) == (201, first.json())
    else:
        assert later.status_code == 422
    assert Figure.objects.filter(target__code="registered-results", year__in=(2017, 2018)).count() == 1


def test_of_two_edits_at_once_one_wins(people: dict[str, User], draft: Figure, start: Start) -> None:
    def edit(value: str) -> Figure:
        changes = {"value": value}
        return services.figure_edit(by=people["demo-staff"], figure=draft, if_version=1, changes=changes)

    with transaction.atomic():
        edit("930")
        second = start(lambda: edit("931"))
    with pytest.raises(Stale):
        second.result(PATIENCE_SECONDS)
    draft.refresh_from_db()
    assert (draft.value, draft.version) == (930, 2)


def test_of_two_attachments_at_once_one_wins_and_the_other_leaves_no_file(
    people: dict[str, User], draft: Figure, start: Start, evidence_folder: Path
) -> None:
    def attach(name: str) -> Figure:
        change = EvidenceChange(files=[upload(name)])
        return services.figure_edit(by=people["demo-staff"], figure=draft, if_version=1, changes={}, evidence=change)

    with transaction.atomic():
        attach("first.pdf")
        second = start(lambda: attach("second.pdf"))
        assert len(list(evidence_folder.iterdir())) == 2
    with pytest.raises(Stale):
        second.result(PATIENCE_SECONDS)
    assert [piece.name for piece in draft.evidence.all()] == ["first.pdf"]
    assert len(list(evidence_folder.iterdir())) == 1


def test_an_approval_supersedes_what_was_loaded_while_it_waited(
    people: dict[str, User], seeded: Plan, target: Callable[[str], Target], start: Start
) -> None:
    staff, incubators = people["demo-staff"], target("incubators")
    content = Content(value="141", reason="年末核实")
    figure = services.figure_draft(by=staff, target=incubators, city=None, year=2018, content=content)
    figure = services.figure_submit(by=staff, figure=figure, if_version=1)
    with transaction.atomic():
        load(seeded, published())
        approval = start(lambda: services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2))
    assert approval.result(PATIENCE_SECONDS).supersedes.source == "统计公报"


def test_the_same_file_loaded_twice_at_once_is_loaded_once(seeded: Plan, start: Start) -> None:
    with transaction.atomic():
        assert load(seeded, published()) == (1, 0)
        second = start(lambda: load(seeded, published()))
    assert second.result(PATIENCE_SECONDS) == (0, 1)


def test_of_two_amendments_at_once_the_second_replaces_the_firsts_value(
    people: dict[str, User], target: Callable[[str], Target], start: Start
) -> None:
    def amend(value: str, if_amendments: int | None = None) -> TargetAmendment:
        return target_amend(
            by=people["demo-admin"],
            target=target("incubators"),
            new_value=value,
            decided_on=date(2018, 10, 1),
            document="通知",
            reason="调整",
            if_amendments=if_amendments,
        )

    with transaction.atomic():
        amend("160")
        blind = start(lambda: amend("170"))
    assert blind.result(PATIENCE_SECONDS).old_value == 160
    with transaction.atomic():
        amend("180")
        seeing = start(lambda: amend("190", if_amendments=2))
    with pytest.raises(Conflict):
        seeing.result(PATIENCE_SECONDS)
    assert list(TargetAmendment.objects.order_by("pk").values_list("new_value", flat=True)) == [160, 170, 180]
    assert not TargetBuild.objects.stale().exists()


def published() -> io.StringIO:
    return io.StringIO(f"{','.join(COLUMNS)}\nincubators,2018,,140,家,published,,2019-03-01,统计公报,省科技厅,,年末\n")
