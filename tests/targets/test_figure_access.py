"""Who may do what with a figure in which state, in which order it is refused, and who sees it at all."""

from typing import Any

import pytest
from rest_framework.response import Response

from targets.models import Figure, FigureEvent
from tests.targets.desk import (
    ADMIN,
    AUDITOR,
    EVERYBODY,
    FIGURES,
    NOBODY,
    OFFICIAL,
    OTHER,
    REVIEWER,
    STAFF,
    Desk,
    codes,
)

# (who, method, what, state of the figure, expected status, expected code). Each request is otherwise right.
STEPS = ("PATCH", "submit", "approve", "return", "withdraw")
CELLS: list[tuple[str, str, str, int, str]] = [
    # Not signed in: 401 whatever else.
    *[(NOBODY, step, state, 401, "not_authenticated") for step in STEPS for state in ("draft", "approved")],
    # A figure that this person may not know of: 404 before 403.
    *[(who, step, "draft", 404, "not_found") for who in (OTHER, OFFICIAL, ADMIN, REVIEWER) for step in STEPS],
    *[(who, step, "submitted", 404, "not_found") for who in (OTHER, OFFICIAL, ADMIN) for step in STEPS],
    *[(who, step, "returned", 404, "not_found") for who in (OTHER, OFFICIAL, ADMIN) for step in STEPS],
    # Seen, but never to be changed.
    *[(AUDITOR, step, state, 403, "read_only") for step in STEPS for state in ("draft", "submitted", "approved")],
    *[(who, step, "approved", 403, "read_only") for who in (OFFICIAL, ADMIN) for step in STEPS],
    # Staff review nothing.
    *[(STAFF, step, state, 403, "not_reviewer") for step in ("approve", "return") for state in ("draft", "submitted")],
    *[(OTHER, step, "approved", 403, "not_reviewer") for step in ("approve", "return")],
    *[(OTHER, step, "approved", 403, "not_responsible") for step in ("PATCH", "submit", "withdraw")],
    # The state decides last.
    (STAFF, "PATCH", "draft", 200, ""),
    (STAFF, "PATCH", "returned", 200, ""),
    (STAFF, "PATCH", "submitted", 409, "wrong_state"),
    (STAFF, "PATCH", "approved", 409, "wrong_state"),
    (STAFF, "PATCH", "withdrawn", 409, "wrong_state"),
    (STAFF, "submit", "draft", 200, ""),
    (STAFF, "submit", "returned", 200, ""),
    (STAFF, "submit", "submitted", 409, "wrong_state"),
    (STAFF, "submit", "approved", 409, "wrong_state"),
    (STAFF, "submit", "withdrawn", 409, "wrong_state"),
    (STAFF, "withdraw", "draft", 200, ""),
    (STAFF, "withdraw", "submitted", 200, ""),
    (STAFF, "withdraw", "returned", 200, ""),
    (STAFF, "withdraw", "approved", 409, "wrong_state"),
    (STAFF, "withdraw", "withdrawn", 409, "wrong_state"),
    (REVIEWER, "approve", "submitted", 200, ""),
    (REVIEWER, "approve", "returned", 409, "wrong_state"),
    (REVIEWER, "approve", "approved", 409, "wrong_state"),
    (REVIEWER, "return", "submitted", 200, ""),
    (REVIEWER, "return", "returned", 409, "wrong_state"),
    (REVIEWER, "return", "approved", 409, "wrong_state"),
    (REVIEWER, "PATCH", "submitted", 409, "wrong_state"),
    (REVIEWER, "PATCH", "returned", 200, ""),
    (REVIEWER, "submit", "returned", 200, ""),
    (REVIEWER, "withdraw", "submitted", 200, ""),
]


def attempt(desk: Desk, who: str, step: str, figure: dict[str, Any]) -> Response:
    if step == "PATCH":
        return desk.patch(who, figure, note="甲")
    body = {"reason": "甲"} if step in {"return", "withdraw"} else {}
    return desk.step(who, figure, step, **body)


@pytest.mark.parametrize(("who", "step", "state", "status", "code"), CELLS)
def test_who_may_do_what_in_which_state(desk: Desk, who: str, step: str, state: str, status: int, code: str) -> None:
    figure = desk.in_state(state)
    before = Figure.objects.values().get(pk=figure["id"])

    response = attempt(desk, who, step, figure)

    assert response.status_code == status, response.content
    if code:
        assert codes(response) == [code]
        assert Figure.objects.values().get(pk=figure["id"]) == before
    if status in {403, 409}:
        refused = FigureEvent.objects.filter(figure=figure["id"], action="refused")
        assert [event.code for event in refused] == [code]


@pytest.mark.parametrize(
    ("who", "step", "status", "code"),
    [
        (REVIEWER, "approve", 200, ""),
        (REVIEWER, "return", 200, ""),
        (REVIEWER, "withdraw", 403, "not_responsible"),
        (STAFF, "approve", 404, "not_found"),
        (STAFF, "withdraw", 404, "not_found"),
    ],
)
def test_a_reviewer_reviews_all_departments_and_enters_for_one(
    desk: Desk, who: str, step: str, status: int, code: str
) -> None:
    values = {"target": "invention-patents-per-10k", "year": 2018, "value": "6.10", "reason": "核定"}
    response = attempt(desk, who, step, desk.in_state("submitted", by=OTHER, **values))
    assert (response.status_code, codes(response) if code else []) == (status, [code] if code else [])


@pytest.mark.parametrize("hand", ["created", "edited", "submitted"])
def test_nobody_approves_what_they_had_a_hand_in(desk: Desk, hand: str) -> None:
    if hand == "created":
        figure = desk.done(STAFF, desk.draft(REVIEWER), "submit")
    else:
        figure = desk.in_state("returned")
        figure = desk.patch(REVIEWER if hand == "edited" else STAFF, figure, note="乙").json()
        figure = desk.done(REVIEWER if hand == "submitted" else STAFF, figure, "submit")

    response = desk.step(REVIEWER, figure, "approve")
    assert (response.status_code, codes(response)) == (403, ["own_figure"])
    assert desk.step(REVIEWER, figure, "return", reason="交他人审核").status_code == 200


POSTS = [
    (NOBODY, 401, "not_authenticated"),
    (OFFICIAL, 403, "read_only"),
    (AUDITOR, 403, "read_only"),
    (ADMIN, 403, "read_only"),
    (OTHER, 403, "not_responsible"),
    (STAFF, 201, ""),
    (REVIEWER, 201, ""),
]


@pytest.mark.parametrize(("who", "status", "code"), POSTS)
def test_who_may_start_a_figure(desk: Desk, who: str, status: int, code: str) -> None:
    response = desk.post(who)
    assert response.status_code == status
    if code:
        assert codes(response) == [code]
        assert not Figure.objects.filter(target__code="registered-results", state="draft").exists()
    if status == 403:
        event = FigureEvent.objects.get(action="refused")
        assert (event.code, event.attempted, event.target.code) == (code, "drafted", "registered-results")


@pytest.mark.parametrize(("who", "status", "code"), POSTS[:5])
@pytest.mark.parametrize(
    "body", ['{"target": "registered-results"}', '{"target": "registered-results", "x": 1, "year": "甲", "value": 1}']
)
def test_who_comes_before_what_is_wrong(desk: Desk, who: str, status: int, code: str, body: str) -> None:
    response = desk.client(who).post(FIGURES, body, content_type="application/json")
    assert (response.status_code, codes(response)) == (status, [code])


@pytest.mark.parametrize("who", [OFFICIAL, AUDITOR, ADMIN])
@pytest.mark.parametrize("body", ["{", "[]", "", '{"target": "no-such"}'])
def test_those_who_only_read_are_told_so_whatever_they_send(desk: Desk, who: str, body: str) -> None:
    response = desk.client(who).post(FIGURES, body, content_type="application/json")
    assert (response.status_code, codes(response)) == (403, ["read_only"])


def test_the_order_of_refusals(desk: Desk) -> None:
    """Everything is wrong at once; what is told first is mended, one after the other."""
    figure = desk.in_state("submitted")
    address, wrong = f"{FIGURES}{figure['id']}/", '{"year": '

    def send(who: str, tag: str | None, at: str = address) -> tuple[int, list[str]]:
        headers = {} if tag is None else {"If-Match": tag}
        response = desk.client(who).patch(at, wrong, content_type="application/json", headers=headers)
        return response.status_code, codes(response)

    assert send(NOBODY, None) == (401, ["not_authenticated"])
    assert send(STAFF, None, f"{FIGURES}999999/") == (404, ["not_found"])
    assert send(OTHER, None) == (404, ["not_found"])
    assert send(AUDITOR, None) == (403, ["read_only"])
    assert send(STAFF, None) == (428, ["if_match_required"])
    assert send(STAFF, '"1"') == (412, ["stale"])
    assert send(STAFF, '"2"') == (409, ["wrong_state"])
    desk.done(REVIEWER, figure, "return", reason="甲")
    assert send(STAFF, '"3"') == (400, ["parse_error"])


@pytest.mark.parametrize("wrong", [{"value": "甲"}, {"source": 5}, {"x": 1}, {"provisional": "yes"}])
def test_an_open_figure_is_told_before_what_else_is_wrong(desk: Desk, wrong: dict[str, Any]) -> None:
    desk.draft()
    response = desk.post(STAFF, **wrong)
    assert (response.status_code, codes(response)) == (409, ["open_figure_exists"])


SEEN = {
    "draft": {STAFF, AUDITOR},
    "submitted": {STAFF, AUDITOR, REVIEWER},
    "returned": {STAFF, AUDITOR, REVIEWER},
    "approved": {STAFF, OTHER, REVIEWER, AUDITOR, OFFICIAL, ADMIN, NOBODY},
    "withdrawn": {STAFF, AUDITOR},
}


@pytest.mark.parametrize("state", SEEN)
def test_who_sees_a_figure(desk: Desk, state: str) -> None:
    figure = desk.in_state(state)
    address = f"{FIGURES}{figure['id']}/"

    seen = {who for who in EVERYBODY if desk.client(who).get(address).status_code == 200}
    listed = {
        who
        for who in EVERYBODY[1:]
        if figure["id"] in [f["id"] for f in desk.client(who).get(f"{FIGURES}?page_size=500").json()["results"]]
    }
    assert (seen, listed) == (SEEN[state], SEEN[state] - {NOBODY})
    for who in set(EVERYBODY) - seen:
        response = desk.client(who).get(address)
        missing = desk.client(who).get(f"{FIGURES}999999/")
        # As if there were no such figure: the same status and the same words.
        assert (response.status_code, response.content) == (missing.status_code, missing.content)
        assert response.status_code == (404 if who else 401)
        assert desk.client(who).head(address).status_code == response.status_code


def test_a_reviewer_sees_own_drafts(desk: Desk) -> None:
    figure = desk.draft(REVIEWER)
    assert desk.client(REVIEWER).get(f"{FIGURES}{figure['id']}/").json() == figure
    assert desk.client(STAFF).get(f"{FIGURES}{figure['id']}/").json() == figure


def test_the_list_is_filtered(desk: Desk) -> None:
    desk.draft()
    desk.draft(area="230100", year=2019)

    def found(query: str) -> list[tuple[Any, ...]]:
        rows = desk.client(STAFF).get(f"{FIGURES}?target=registered-results&{query}").json()["results"]
        return [(row["year"], row["area"], row["state"]) for row in rows]

    assert found("state=draft") == [(2018, None, "draft"), (2019, "230100", "draft")]
    assert found("state=draft&year=2019") == [(2019, "230100", "draft")]
    assert found("area=230100") == [(2019, "230100", "draft")]
    assert found("area=230200") == []
    assert desk.client(NOBODY).get(FIGURES).status_code == 401


@pytest.mark.parametrize(
    "query", ["target=no-such", "year=20x8", "year=2018.5", "year=1e400", "area=999999", "state=open", "stat=draft"]
)
def test_a_filter_value_that_is_unknown(desk: Desk, query: str) -> None:
    response = desk.client(STAFF).get(f"{FIGURES}?{query}")
    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} == {query.partition("=")[0]}
