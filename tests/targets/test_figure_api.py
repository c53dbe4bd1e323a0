"""The life of a figure by API: its steps, its versions, and what supersedes what."""

import pytest
from django.utils import timezone

from planportal.accounts.models import User
from targets.models import Figure, Standing
from tests.history import rewriting
from tests.targets.desk import FIGURES, NOBODY, OTHER, REVIEWER, STAFF, Desk, codes, faults


def test_a_draft_is_answered_whole(desk: Desk) -> None:
    response = desk.post(STAFF, source=" 省科技厅统计 ", note="初步", provisional=True)

    assert response.status_code == 201
    assert response["ETag"] == '"1"'
    assert response.json() == {
        "id": response.json()["id"],
        "target": "registered-results",
        "year": 2018,
        "area": None,
        "value": "929",
        "basis": "",
        "standing": "reported",
        "provisional": True,
        "state": "draft",
        "version": 1,
        "known_from": None,
        "sequence": None,
        "source": "省科技厅统计",
        "note": "初步",
        "reason": "",
        "cause": "",
        "warnings": [],
        "supersedes": None,
    }


def test_the_life_of_a_figure(desk: Desk, people: dict[str, User]) -> None:
    figure = desk.draft()
    figure = desk.patch(STAFF, figure, value="930", note="核对过").json()
    figure = desk.done(STAFF, figure, "submit")
    figure = desk.done(REVIEWER, figure, "return", reason="请附来源")
    figure = desk.patch(STAFF, figure, source="年报").json()
    figure = desk.done(STAFF, figure, "submit", reason="已附")
    approved = desk.done(REVIEWER, figure, "approve")

    assert approved | {"sequence": 0} == figure | {
        "state": "approved",
        "version": 7,
        "known_from": timezone.localdate().isoformat(),
        "sequence": 0,
    }
    assert (approved["value"], approved["source"], approved["reason"]) == ("930", "年报", "已附")
    stored = Figure.objects.get(pk=approved["id"])
    assert list(stored.versions.values_list("number", "state", "value", "source")) == [
        (1, "draft", 929, ""),
        (2, "draft", 930, ""),
        (3, "submitted", 930, ""),
        (4, "returned", 930, ""),
        (5, "returned", 930, "年报"),
        (6, "submitted", 930, "年报"),
        (7, "approved", 930, "年报"),
    ]
    assert list(stored.events.values_list("action", "from_state", "to_state", "version", "actor", "why")) == [
        ("drafted", "", "draft", 1, people[STAFF].pk, ""),
        ("edited", "draft", "draft", 2, people[STAFF].pk, ""),
        ("submitted", "draft", "submitted", 3, people[STAFF].pk, ""),
        ("returned", "submitted", "returned", 4, people[REVIEWER].pk, "请附来源"),
        ("edited", "returned", "returned", 5, people[STAFF].pk, ""),
        ("submitted", "returned", "submitted", 6, people[STAFF].pk, "已附"),
        ("approved", "submitted", "approved", 7, people[REVIEWER].pk, ""),
    ]


def test_a_correction_supersedes_and_a_null_takes_back(desk: Desk) -> None:
    first = desk.in_state("approved")

    assert faults(desk.post(STAFF, value="930")) == [("reason", "reason_required")]
    assert faults(desk.post(STAFF, value="930", reason="\ufeff\u3000")) == [("reason", "reason_required")]
    assert faults(desk.post(STAFF, value=None)) == [("reason", "reason_required")]
    second = desk.in_state("approved", value="930", reason="漏报一项", cause="error")
    third = desk.in_state("approved", value=None, reason="数据有误，撤回")
    fourth = desk.in_state("approved", value="931", reason="重新核定")

    rows = [desk.client(NOBODY).get(f"{FIGURES}{f['id']}/").json() for f in (first, second, third, fourth)]
    assert [row["value"] for row in rows] == ["929", "930", None, "931"]
    assert [row["supersedes"] for row in rows] == [None, first["id"], second["id"], third["id"]]
    assert [row["state"] for row in rows] == ["approved"] * 4
    assert rows[1]["cause"] == "error"
    sequences = [row["sequence"] for row in rows]
    assert sequences == sorted(set(sequences))


def test_a_correction_of_a_city_or_a_basis_needs_no_reason_of_another(desk: Desk) -> None:
    desk.in_state("approved")
    desk.draft(area="230100")
    desk.in_state("approved", target="rd-intensity", year=2020, basis="first", value="0.90")
    desk.draft(target="rd-intensity", year=2019, basis="first", value="1.10")


def test_a_proxy_is_never_superseded_and_asks_for_no_reason(desk: Desk) -> None:
    proxy = Figure.objects.filter(standing=Standing.PROXY, city__isnull=True).first()
    assert proxy is not None
    others = Figure.objects.filter(target=proxy.target, year=proxy.year).exclude(standing=Standing.PROXY)
    with rewriting():
        others.update(year=2015)
    drafted = desk.post(
        OTHER if proxy.target.department.code == "zscqj" else STAFF,
        target=proxy.target.code,
        year=max(2016, proxy.year),
        value="1",
        basis=proxy.basis,
    )
    assert (drafted.status_code, drafted.json()["supersedes"]) == (201, None)


def test_a_withdrawn_figure_makes_room_for_another(desk: Desk) -> None:
    withdrawn = desk.in_state("withdrawn")
    assert desk.draft()["id"] != withdrawn["id"]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_one_open_figure_for_target_area_year_and_basis(desk: Desk, state: str) -> None:
    desk.in_state(state)

    again = desk.post(STAFF)
    assert (again.status_code, faults(again)) == (409, [("", "open_figure_exists")])
    assert desk.post(STAFF, area="230100").status_code == 201
    assert codes(desk.post(STAFF, area="230100")) == ["open_figure_exists"]
    assert desk.post(STAFF, area="230200").status_code == 201
    assert desk.post(STAFF, year=2019).status_code == 201
    first, rebased = ({"target": "rd-intensity", "basis": basis, "reason": "核定"} for basis in ("first", "rebased"))
    assert desk.post(STAFF, **first).status_code == 201
    assert codes(desk.post(STAFF, **first)) == ["open_figure_exists"]
    second = desk.post(STAFF, **rebased)
    assert second.status_code == 201
    moved = desk.patch(STAFF, second.json(), basis="first")
    assert (moved.status_code, codes(moved)) == (409, ["open_figure_exists"])


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*", '"7", W/"1"', ' "1" '])
def test_if_match_that_holds(desk: Desk, tag: str) -> None:
    figure = desk.draft()
    response = desk.client(STAFF).patch(
        f"{FIGURES}{figure['id']}/", {"note": "甲"}, format="json", headers={"If-Match": tag}
    )
    assert (response.status_code, response["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("tag", ['"0"', '"2"', "1", '"01"', 'W/"2", "3"', '"x"', "nonsense"])
@pytest.mark.parametrize("name", ["", "submit/", "withdraw/"])
def test_if_match_that_is_stale(desk: Desk, tag: str, name: str) -> None:
    figure = desk.draft()
    client = desk.client(STAFF)
    send = client.post if name else client.patch
    response = send(f"{FIGURES}{figure['id']}/{name}", {"reason": "甲"}, format="json", headers={"If-Match": tag})

    assert (response.status_code, faults(response)) == (412, [("If-Match", "stale")])
    assert response.json()["current"] == figure
    assert response["ETag"] == '"1"'
    assert Figure.objects.get(pk=figure["id"]).version == 1


@pytest.mark.parametrize("name", ["", "submit/", "withdraw/"])
@pytest.mark.parametrize("headers", [{}, {"If-Match": ""}, {"If-Match": " "}])
def test_if_match_is_required(desk: Desk, name: str, headers: dict[str, str]) -> None:
    figure = desk.draft()
    client = desk.client(STAFF)
    send = client.post if name else client.patch
    response = send(f"{FIGURES}{figure['id']}/{name}", {"reason": "甲"}, format="json", headers=headers)
    assert (response.status_code, faults(response)) == (428, [("If-Match", "if_match_required")])


def test_every_answer_with_one_figure_has_its_version(desk: Desk) -> None:
    figure = desk.draft()
    assert desk.client(STAFF).get(f"{FIGURES}{figure['id']}/")["ETag"] == '"1"'
    for number, name in enumerate(("submit", "return", "withdraw"), start=2):
        response = desk.step(REVIEWER if name == "return" else STAFF, figure, name, reason="甲")
        assert response["ETag"] == f'"{number}"'
        figure = response.json()
