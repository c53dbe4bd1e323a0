"""The judges of the fault suite: each passes a recording of a sound portal, and fails one that is broken."""

from typing import Any

import pytest

from planportal.ops.chaos import judges, readback
from planportal.ops.chaos.__main__ import IN_SHORT, ROWS, main
from planportal.ops.chaos.crowd import keys_of, lives_of, share
from planportal.ops.chaos.judges import Stored
from planportal.ops.chaos.recorder import Acknowledged, Exchange, Recorder
from planportal.ops.chaos.report import table
from planportal.ops.chaos.scene import Outcome

# One figure, drafted, submitted and approved; and what is found of it afterwards.
CONFIRMED = [
    Acknowledged("a-1", 7, version, state, at=0.0)
    for version, state in enumerate(("draft", "submitted", "approved"), start=1)
]
FOUND = [Stored(7, "a-1", 3, "approved")]
VERSIONS = [(7, 1), (7, 2), (7, 3)]


def exchange(status: int = 200, seconds: float = 0.1, client: int = 0, request: int = 0) -> Exchange:
    return Exchange(client, request, "submit", status, seconds)


def test_what_was_confirmed_and_is_there_is_not_lost() -> None:
    assert judges.lost(CONFIRMED, FOUND, VERSIONS) == []


@pytest.mark.parametrize(
    ("stored", "versions"),
    [
        ([], VERSIONS),
        ([Stored(7, "a-1", 2, "submitted")], VERSIONS),
        ([Stored(7, "another", 3, "approved")], VERSIONS),
        (FOUND, [(7, 1), (7, 3)]),
    ],
    ids=["no figure", "an older version", "another's figure", "no row of a version"],
)
def test_what_was_confirmed_and_is_gone_is_lost(stored: list[Stored], versions: list[tuple[int, int]]) -> None:
    assert judges.lost(CONFIRMED, stored, versions)


def test_one_figure_with_one_row_a_version_is_no_duplicate() -> None:
    assert judges.duplicated(FOUND, VERSIONS) == []


def test_two_figures_of_one_request_are_told() -> None:
    assert judges.duplicated([*FOUND, Stored(8, "a-1", 1, "draft")], [*VERSIONS, (8, 1)]) == [
        "2 figures are called a-1"
    ]


def test_two_rows_of_one_version_are_told() -> None:
    assert judges.duplicated(FOUND, [*VERSIONS, (7, 2)]) == ["figure 7 has 2 rows of version 2"]


def test_a_step_taken_twice_shows_as_a_version_nobody_was_told_of() -> None:
    assert judges.unasked({"a-1"}, CONFIRMED, FOUND) == []
    assert judges.unasked({"a-1"}, CONFIRMED, [Stored(7, "a-1", 4, "approved")]) == [
        "figure 7: version 4, confirmed 3"
    ]


def test_a_figure_nobody_asked_for_is_told() -> None:
    assert judges.unasked({"a-1"}, CONFIRMED, [*FOUND, Stored(9, "b-1", 1, "draft")]) == [
        "figure 9 (b-1) was asked for by nobody"
    ]


def test_whoever_gave_up_does_not_know_its_last_version() -> None:
    later = [Stored(7, "a-1", 4, "approved")]
    assert judges.unasked({"a-1"}, CONFIRMED, later, given_up={"a-1"}) == []


RIGHT = {"incubators 2020": {"status": "achieved", "value": "150"}}
OLDER = {"incubators 2020": {"status": "behind", "value": "120"}}


def test_an_equal_dashboard_does_not_differ() -> None:
    assert judges.differing(RIGHT, RIGHT) == []


@pytest.mark.parametrize(
    "shown",
    [
        OLDER,
        {},
        RIGHT | {"unknown 2020": {"value": "1"}},
        {"incubators 2020": {"status": "achieved", "value": "150.0"}},
    ],
    ids=["an older result", "a target left out", "a target too many", "another last digit"],
)
def test_a_dashboard_that_is_not_what_the_method_says_is_told(shown: dict[str, Any]) -> None:
    assert judges.differing(shown, RIGHT)


def truth(*, pending: bool, shown: dict[str, Any], as_of: str = "2026-11-25T08:00:00+08:00") -> list[str]:
    return judges.untruthful(
        pending=pending, as_of=as_of, now="2026-11-25T08:00:01+08:00", shown=shown, computed=RIGHT
    )


def test_fresh_or_older_and_pending_is_the_truth() -> None:
    assert truth(pending=False, shown=RIGHT) == []
    assert truth(pending=True, shown=OLDER) == []


def test_a_stale_dashboard_without_pending_is_untrue() -> None:
    assert truth(pending=False, shown=OLDER)


def test_an_as_of_in_the_future_is_untrue() -> None:
    assert truth(pending=True, shown=RIGHT, as_of="2026-11-25T08:00:09+08:00")


def test_results_may_be_skipped_and_seen_again_and_never_go_back() -> None:
    order = ["1", "2", "3"]
    assert judges.gone_back(["1", "1", "3", "3"], order) == []
    assert judges.gone_back(["1", "3", "2"], order) == ["'2' after '3'"]
    assert judges.gone_back(["4"], order) == ["'4' was never the result"]


@pytest.mark.parametrize("status", [500, 503, 0])
def test_a_server_error_or_no_answer_is_told(status: int) -> None:
    assert judges.server_errors([exchange(200), exchange(409)]) == []
    assert judges.server_errors([exchange(200), exchange(status)])


def test_one_error_a_client_and_fault_is_allowed_and_no_more() -> None:
    repeated = [
        exchange(503, client=1, request=1),
        exchange(0, client=1, request=1),
        exchange(200, client=1, request=1),
    ]
    again = exchange(500, client=1, request=2)
    assert judges.too_many_errors(repeated, most=1) == []
    assert judges.too_many_errors([*repeated, again], most=1) == ["client 1 saw 2 errors, allowed 1"]
    assert judges.too_many_errors([*repeated, again], most=1, faults=2) == []


def test_slow_answers_are_told() -> None:
    quick = [exchange(seconds=0.1)] * 95
    assert judges.too_slow([*quick, *[exchange(seconds=2.0)] * 5], p95=1, most=3) == []
    assert judges.too_slow([*quick, *[exchange(seconds=2.0)] * 6], p95=1, most=3) == ["p95 is 2.00 s, allowed 1"]
    assert judges.too_slow([*quick, exchange(seconds=3.1)], p95=1, most=3) == ["the slowest took 3.10 s, allowed 3"]
    assert judges.too_slow([], p95=1, most=3) == ["nothing was answered"]


@pytest.mark.parametrize("statuses", [[200, 200, 412], [412, 412, 412], [200, 412, 500], [200, 412]])
def test_two_winners_none_or_another_answer_are_told(statuses: list[int]) -> None:
    assert judges.not_one_winner([412, 200, 412], clients=3) == []
    assert judges.not_one_winner(statuses, clients=3)


def test_nonsense_that_is_taken_or_not_named_is_told() -> None:
    assert judges.not_refused({"NaN": (400, ["value"])}, field="value") == []
    assert judges.not_refused({"NaN": (201, [])}, field="value")
    assert judges.not_refused({"NaN": (500, [])}, field="value")
    assert judges.not_refused({"NaN": (400, ["year"])}, field="value")


def test_what_had_to_stay_and_changed_is_told() -> None:
    assert judges.changed([1], [1], "it") == []
    assert judges.changed([1], [2], "it") == ["it changed: [1] before, [2] after"]


def test_late_and_never_are_told() -> None:
    assert judges.too_late(5.0, most=6, what="ready") == []
    assert judges.too_late(6.5, most=6, what="ready") == ["ready: after 6.5 s, allowed 6"]
    assert judges.too_late(None, most=6, what="ready") == ["ready: not within 6 s"]


@pytest.mark.parametrize("tries", [0, 1, 9])
def test_too_many_and_too_few_tries_are_told(tries: int) -> None:
    assert judges.too_many_tries(8, least=2, most=8) == []
    assert judges.too_many_tries(tries, least=2, most=8)


TARGET = {
    "code": "incubators",
    "kind": "level",
    "target_value": "150",
    "baseline_value": "100",
    "previous_value": None,
    "decimals": 0,
    "submitted_as": None,
    "department": "kjt",
    "bases": [],
}
PLAN = readback.Plan(2016, 2020, [TARGET])


def figure(value: str, **others: Any) -> dict[str, Any]:
    plain = {"year": 2020, "area": None, "basis": "", "provisional": False, "standing": "reported", "sequence": 1}
    return plain | {"value": value, "known_from": "2026-01-01"} | others


def test_the_recomputation_takes_the_last_figure_of_the_province_that_is_no_proxy() -> None:
    figures = [
        figure("150", sequence=2),
        figure("120"),
        figure("9", area="230100", sequence=3),
        figure("8", standing="proxy", sequence=4),
    ]
    found = readback.computed(PLAN, {"incubators": figures}, 2020)["incubators 2020"]
    assert (found["value"], found["status"]) == ("150", "achieved")


def test_lives_of_a_key_belong_to_one_client_in_their_order() -> None:
    keys = keys_of(PLAN, ["230100"])
    assert [(key.year, key.area) for key in keys[:1] + keys[-1:]] == [(2015, None), (2020, "230100")]
    lives = lives_of(keys, 30, "x")
    assert len({life.note for life in lives}) == 30
    shares = [share(lives, 4, number) for number in range(4)]
    assert sorted(life.note for each in shares for life in each) == sorted(life.note for life in lives)
    assert not {life.key for life in shares[0]} & {life.key for life in shares[1]}


def test_no_value_of_a_key_is_followed_by_the_same_one() -> None:
    key = keys_of(PLAN, [])[0]
    assert len({key.value(number) for number in range(60)}) == 60


def test_the_table_tells_what_failed() -> None:
    sound, broken = Outcome("one", done="this"), Outcome("two")
    broken.lost = broken.add(["figure 7 is gone"])
    assert table([sound, broken]).splitlines()[2:] == [
        "| one | passed | 0 | 0 | 0 | – | 0 | this |",
        "| two | FAILED | 1 | 0 | 0 | – | 0 |  |",
    ]


def test_the_recorder_numbers_each_request() -> None:
    recorder = Recorder()
    assert [recorder.new_request() for _request in range(2)] == [0, 1]


def test_every_row_of_the_selection_exists() -> None:
    assert set(IN_SHORT) <= set(ROWS)


def test_an_unknown_row_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["no-such-row"])
    assert ended.value.code == 2
    assert "no row no-such-row; there are workers-killed" in capsys.readouterr().err
