"""Idempotency-Key: a change that is sent again is answered again and not made again; everything else is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets import replays, services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, Replay, Target
from tests.targets.desk import FIGURES, OFFICIAL, OTHER, REVIEWER, STAFF, Desk, codes, faults

GIVEN = {"target": "registered-results", "year": 2018, "value": "929"}
KEY = "3f0c7f6e-4a53-4b53-8f8c-1c3b0e3a9f10"


def send(desk: Desk, who: str, address: str, body: Any, *, key: str = KEY, method: str = "post", tag: str = "") -> Any:
    headers = {"Idempotency-Key": key} | ({"If-Match": tag} if tag else {})
    return getattr(desk.client(who), method)(address, body, format="json", headers=headers)


def create(desk: Desk, who: str = STAFF, key: str = KEY, **changed: Any) -> Any:
    return send(desk, who, FIGURES, GIVEN | changed, key=key)


def step(desk: Desk, who: str, figure: dict[str, Any], name: str, body: Any = None, tag: str = "") -> Any:
    return send(desk, who, f"{FIGURES}{figure['id']}/{name}/", body or {}, tag=tag or f'"{figure["version"]}"')


def is_again(second: Response, first: Response) -> bool:
    """Whether the second answer is the first one, told as such."""
    told = [(answer.status_code, answer.content, answer["ETag"], answer["Receipt"]) for answer in (first, second)]
    return told[0] == told[1] and second["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first


class TestSentAgain:
    def test_a_new_figure_is_made_once(self, desk: Desk) -> None:
        first = create(desk)
        assert first.status_code == 201
        assert is_again(create(desk), first)
        assert Figure.objects.filter(pk=first.json()["id"]).count() == 1
        assert Figure.objects.filter(target__code="registered-results", year=2018).count() == 1

    @pytest.mark.parametrize(
        ("state", "who", "name", "body"),
        [
            ("draft", STAFF, "submit", {"reason": "核定"}),
            ("draft", STAFF, "withdraw", {"reason": "重填"}),
            ("submitted", REVIEWER, "approve", {}),
            ("submitted", REVIEWER, "return", {"reason": "来源不清"}),
        ],
    )
    def test_a_step_is_taken_once_though_its_version_is_stale_by_now(
        self, desk: Desk, state: str, who: str, name: str, body: dict[str, str]
    ) -> None:
        figure = desk.in_state(state)
        first = step(desk, who, figure, name, body)
        assert first.status_code == 200
        assert is_again(step(desk, who, figure, name, body), first)
        assert Figure.objects.get(pk=figure["id"]).version == figure["version"] + 1

    def test_an_edit_is_made_once_and_repeated_after_others_changed_it(self, desk: Desk) -> None:
        figure = desk.draft()
        address, tag = f"{FIGURES}{figure['id']}/", '"1"'
        first = send(desk, STAFF, address, {"value": "930"}, method="patch", tag=tag)
        desk.patch(STAFF, first.json(), value="931")
        again = send(desk, STAFF, address, {"value": "930"}, method="patch", tag=tag)
        assert is_again(again, first)
        assert Figure.objects.get(pk=figure["id"]).value == 931

    def test_however_the_same_body_is_written(self, desk: Desk) -> None:
        first = create(desk)
        raw = '{"value":"929",  "year":2018, "target":"registered-results"}'
        client = desk.client(STAFF)
        again = client.post(FIGURES, raw, content_type="application/json", headers={"Idempotency-Key": KEY})
        assert is_again(again, first)

    def test_the_first_of_two_approvals(self, desk: Desk, target: Callable[[str], Target]) -> None:
        Target.objects.filter(pk=target("registered-results").pk).update(second_review=True)
        figure = desk.in_state("submitted")
        first = step(desk, REVIEWER, figure, "approve")
        assert first.json()["state"] == "submitted"
        assert is_again(step(desk, REVIEWER, figure, "approve"), first)


class TestNotTheSame:
    @pytest.mark.parametrize("changed", [{"value": "930"}, {"note": "初步"}, {"year": 2017}])
    def test_another_body(self, desk: Desk, changed: dict[str, Any]) -> None:
        create(desk)
        refused = create(desk, **changed)
        assert (refused.status_code, faults(refused)) == (422, [("Idempotency-Key", "idempotency_key_reused")])
        assert Figure.objects.filter(target__code="registered-results", year__in=(2017, 2018)).count() == 1

    def test_another_address(self, desk: Desk) -> None:
        figure = create(desk).json()
        assert step(desk, STAFF, figure, "submit").status_code == 422
        assert Figure.objects.get(pk=figure["id"]).state == "draft"

    def test_what_is_no_json(self, desk: Desk) -> None:
        figure = desk.draft()
        step(desk, STAFF, figure, "submit")
        address, headers = f"{FIGURES}{figure['id']}/submit/", {"Idempotency-Key": KEY, "If-Match": '"1"'}
        broken = desk.client(STAFF).post(address, "{", content_type="application/json", headers=headers)
        assert broken.status_code == 422

    @pytest.mark.parametrize(
        "body", [b"{", b'{"reason": "no', b'{"reason": NaN}', b'{"reason":"a","reason":"b"}', b"\xff"]
    )
    @pytest.mark.parametrize(
        ("state", "who", "name"),
        [
            ("draft", STAFF, "submit"),
            ("draft", STAFF, "withdraw"),
            ("submitted", REVIEWER, "approve"),
            ("submitted", REVIEWER, "return"),
            ("draft", STAFF, ""),
        ],
    )
    def test_what_cannot_be_read_is_refused_as_without_a_key(
        self, desk: Desk, state: str, who: str, name: str, body: bytes
    ) -> None:
        figure = desk.in_state(state)
        address = f"{FIGURES}{figure['id']}/" + (f"{name}/" if name else "")
        headers = {"If-Match": f'"{figure["version"]}"'}
        client = desk.client(who)
        call = client.post if name else client.patch
        without = call(address, body, content_type="application/json", headers=headers)
        refused = call(address, body, content_type="application/json", headers=headers | {"Idempotency-Key": KEY})
        assert (refused.status_code, refused.content) == (400, without.content)
        assert Figure.objects.get(pk=figure["id"]).version == figure["version"]
        assert Replay.objects.count() == 0

    def test_everybody_has_keys_of_their_own(self, desk: Desk) -> None:
        create(desk)
        other = create(desk, OTHER, target="invention-patents-per-10k", reason="更正", value="5.90")
        assert other.status_code == 201

    def test_a_refused_request_can_be_tried_again(self, desk: Desk) -> None:
        assert create(desk, value="甲").status_code == 400
        assert Replay.objects.count() == 0
        assert create(desk).status_code == 201

    @pytest.mark.parametrize("key", ["", " ", "钥匙", "a b", "k" * 201, "a\tb"])
    def test_what_is_no_key(self, desk: Desk, key: str) -> None:
        refused = create(desk, key=key)
        assert (refused.status_code, faults(refused)) == (400, [("Idempotency-Key", "invalid_idempotency_key")])
        assert not Figure.objects.filter(target__code="registered-results", year=2018).exists()

    def test_who_lost_the_right_is_told_so_first(self, desk: Desk, people: dict[str, User]) -> None:
        figure = desk.draft()
        assert step(desk, STAFF, figure, "submit").status_code == 200
        User.objects.filter(username=STAFF).update(role="auditor", department=None)
        refused = step(desk, STAFF, figure, "submit")
        assert (refused.status_code, codes(refused)) == (403, ["read_only"])

    def test_a_key_changes_no_right(self, desk: Desk) -> None:
        assert create(desk, OFFICIAL).status_code == 403
        figure = desk.draft()
        assert step(desk, OTHER, figure, "submit").status_code == 404
        no_version = send(desk, STAFF, f"{FIGURES}{figure['id']}/submit/", {})
        assert no_version.status_code == 428


class TestKept:
    def test_for_thirty_days(self, desk: Desk) -> None:
        first = create(desk)
        Replay.objects.update(answered_at=timezone.now() - replays.KEPT + timedelta(minutes=1))
        assert is_again(create(desk), first)
        Replay.objects.update(answered_at=timezone.now() - replays.KEPT)
        assert codes(create(desk)) == ["open_figure_exists"]
        assert create(desk, year=2017).status_code == 201
        assert Replay.objects.count() == 1

    def test_what_is_older_is_forgotten(self, desk: Desk) -> None:
        create(desk)
        assert replays.forget_old() == 0
        Replay.objects.update(answered_at=timezone.now() - replays.KEPT)
        assert replays.forget_old() == 1

    def test_with_the_change_or_not_at_all(self, people: dict[str, User], target: Callable[[str], Target]) -> None:
        def fail(figure: Figure) -> None:
            raise replays.KeyReused

        with pytest.raises(replays.KeyReused):
            services.figure_draft(
                by=people[STAFF],
                target=target("registered-results"),
                city=None,
                year=2018,
                content=Content(value="929"),
                keep=fail,
            )
        assert not Figure.objects.filter(target__code="registered-results", year=2018).exists()
        refused = FigureEvent.objects.get(action="refused", target__code="registered-results")
        assert refused.code == "idempotency_key_reused"


def test_the_second_plans_addresses_are_its_own(api: Callable[[str], APIClient], seeded: Plan) -> None:
    made = replays.fingerprint_of("POST", "/api/v1/figures/", {"year": 2018})
    assert made != replays.fingerprint_of("POST", "/p/other/api/v1/figures/", {"year": 2018})
    assert made == replays.fingerprint_of("POST", "/api/v1/figures/", {"year": 2018})
