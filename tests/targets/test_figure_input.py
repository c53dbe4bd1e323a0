"""What a figure's input may be, by API: values, bodies, fields; all else is refused and stores nothing."""

from typing import Any

import pytest

from targets.models import Figure
from tests.history import rewriting
from tests.targets.desk import FIGURES, REVIEWER, STAFF, Desk, codes, faults

WHOLE, TWO = "registered-results", "technology-contract-value"
# (target, value as it stands in the JSON, the value as answered or the code of the refusal)
VALUES = [
    (WHOLE, '"929"', "929"),
    (WHOLE, "929", "929"),
    (WHOLE, "0", "0"),
    (WHOLE, '"0"', "0"),
    (WHOLE, '"-0"', "0"),
    (WHOLE, "-0", "0"),
    (WHOLE, "1E2", "100"),
    (WHOLE, '"00929"', "929"),
    (WHOLE, "99999999999", "99999999999"),
    (WHOLE, '"929.5"', "too_many_decimals"),
    (WHOLE, "929.5", "too_many_decimals"),
    (WHOLE, '"929.0"', "too_many_decimals"),
    (WHOLE, "929.0", "too_many_decimals"),
    (WHOLE, '"-1"', "negative"),
    (WHOLE, "-1", "negative"),
    (WHOLE, "100000000000", "out_of_range"),
    (WHOLE, '"100000000000"', "out_of_range"),
    (WHOLE, "1e400", "out_of_range"),
    (WHOLE, "9" * 400, "out_of_range"),
    (WHOLE, '"1e3"', "not_a_number"),
    (WHOLE, '"1E3"', "not_a_number"),
    (WHOLE, '"９２９"', "not_a_number"),
    (WHOLE, '"٩٢٩"', "not_a_number"),
    (WHOLE, '"1,250"', "not_a_number"),
    (WHOLE, '"1_250"', "not_a_number"),
    (WHOLE, '"+929"', "not_a_number"),
    (WHOLE, '"0x10"', "not_a_number"),
    (WHOLE, '" 9"', "not_a_number"),
    (WHOLE, '"9\\n"', "not_a_number"),
    (WHOLE, '"9\\u0000"', "not_a_number"),
    (WHOLE, '""', "not_a_number"),
    (WHOLE, '"."', "not_a_number"),
    (WHOLE, '"-"', "not_a_number"),
    (WHOLE, '"NaN"', "not_a_number"),
    (WHOLE, '"Infinity"', "not_a_number"),
    (WHOLE, "true", "not_a_number"),
    (WHOLE, "false", "not_a_number"),
    (WHOLE, "[929]", "not_a_number"),
    (WHOLE, '{"value": 929}', "not_a_number"),
    (WHOLE, "null", "value_required"),
    (TWO, '"265.20"', "265.20"),
    (TWO, "265.2", "265.20"),
    (TWO, '"265.2"', "265.20"),
    (TWO, "265", "265.00"),
    (TWO, '"99999999999.99"', "99999999999.99"),
    (TWO, '"265.205"', "too_many_decimals"),
    (TWO, "265.200", "too_many_decimals"),
    (TWO, f'"1.{"1" * 25}"', "too_many_decimals"),
    (TWO, f"1.{'1' * 25}", "too_many_decimals"),
    (TWO, "1e-400", "too_many_decimals"),
]


@pytest.mark.parametrize(("target", "value", "expected"), VALUES, ids=[f"{v[1][:20]}-{v[2]}" for v in VALUES])
def test_what_a_value_may_be(desk: Desk, target: str, value: str, expected: str) -> None:
    with rewriting():
        Figure.objects.filter(target__code=target).update(year=2010)
    body = f'{{"target": "{target}", "year": 2018, "value": {value}}}'
    count = Figure.objects.count()

    response = desk.client(STAFF).post(FIGURES, body, content_type="application/json")

    if response.status_code == 201:
        assert response.json()["value"] == expected
        assert desk.client(STAFF).get(f"{FIGURES}{response.json()['id']}/").json() == response.json()
    else:
        assert (response.status_code, faults(response)) == (400, [("value", expected)])
        assert Figure.objects.count() == count
    draft = desk.draft(year=2017)
    patched = desk.client(STAFF).patch(
        f"{FIGURES}{draft['id']}/",
        f'{{"value": {value}}}',
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    if target == WHOLE:
        assert patched.status_code == (200 if response.status_code == 201 else 400)


# Bodies that are no plain JSON object; all are refused as a whole.
BODIES = {
    "malformed": '{"target":',
    "no JSON": "target=registered-results",
    "NaN": '{"target": "registered-results", "year": 2018, "value": NaN}',
    "infinity": '{"target": "registered-results", "year": 2018, "value": -Infinity}',
    "exponent": '{"target": "registered-results", "year": 2018, "value": 1e999999999999999999999}',
    "digits": '{"target": "registered-results", "year": 2018, "value": ' + "9" * 5000 + "}",
    "twice": '{"target": "registered-results", "year": 2018, "value": 1, "value": 2}',
    "twice inside": '{"target": "registered-results", "year": 2018, "value": {"a": 1, "a": 2}}',
    "surrogate": '{"target": "registered-results", "year": 2018, "value": 1, "note": "\\ud800"}',
    "surrogate name": '{"target": "registered-results", "\\udfff": 1}',
    "deep": '{"target": "registered-results", "year": 2018, "value": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "not UTF-8": b'{"target": "\xff"}',
    "byte order mark": b'\xef\xbb\xbf{"target": "registered-results", "year": 2018, "value": 1}',
    "too large": '{"note": "' + "甲" * 400_000 + '"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_not_plain_json(desk: Desk, body: str | bytes) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    figure = desk.draft(year=2019)
    address = f"{FIGURES}{figure['id']}/"
    for send, at in (
        (desk.client(STAFF).post, FIGURES),
        (desk.client(STAFF).patch, address),
        (desk.client(STAFF).post, f"{address}submit/"),
    ):
        response = send(at, raw, content_type="application/json", headers={"If-Match": '"1"'})
        assert (response.status_code, faults(response)) == (400, [("", "parse_error")])
        message = response.json()["errors"][0]["message"]
        assert message.startswith(("请求正文不是有效的 JSON：", "请求正文过大")), message
    assert Figure.objects.filter(state="draft").count() == 1


@pytest.mark.parametrize("body", ["[]", "5", "null", '"text"', "true", "[{}]", "0", "false", '""'])
def test_a_body_that_is_no_object(desk: Desk, body: str) -> None:
    figure = desk.draft(year=2019)
    address = f"{FIGURES}{figure['id']}/"
    for send, at in (
        (desk.client(STAFF).post, FIGURES),
        (desk.client(STAFF).patch, address),
        (desk.client(STAFF).post, f"{address}submit/"),
    ):
        response = send(at, body, content_type="application/json", headers={"If-Match": '"1"'})
        assert (response.status_code, [field for field, _ in faults(response)]) == (400, [""])


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
def test_another_content_type(desk: Desk, content_type: str) -> None:
    response = desk.client(STAFF).post(FIGURES, "a=1", content_type=content_type)
    assert (response.status_code, codes(response)) == (415, ["unsupported_media_type"])


@pytest.mark.parametrize("content_type", [None, "application/json", "application/x-www-form-urlencoded"])
def test_a_step_may_come_without_a_body(desk: Desk, content_type: str | None) -> None:
    figure = desk.draft(provisional=True)
    client = desk.client(STAFF)
    address = f"{FIGURES}{figure['id']}/"
    patched = client.patch(address, content_type=content_type, headers={"If-Match": '"1"'})
    assert patched.json() == figure | {"version": 2}
    submitted = client.post(f"{address}submit/", content_type=content_type, headers={"If-Match": '"2"'})
    assert submitted.json() == figure | {"version": 3, "state": "submitted"}


INPUTS = {"target", "year", "area", "value", "basis", "provisional", "source", "note", "reason", "cause"}
ANSWERED = INPUTS | {"id", "standing", "state", "version", "known_from", "sequence", "warnings", "supersedes"}
COLUMNS = {field.attname for field in Figure._meta.concrete_fields} | {field.name for field in Figure._meta.fields}
NOT_OURS = {"pk", "", "VALUE", "value ", "__class__", "非", "city_id"}
NOT_IN_POST = sorted((ANSWERED | COLUMNS | NOT_OURS) - INPUTS)
NOT_IN_PATCH = sorted((ANSWERED | COLUMNS | NOT_OURS) - (INPUTS - {"target", "year", "area"}))


def test_each_field_that_a_new_figure_does_not_take(desk: Desk) -> None:
    for name in NOT_IN_POST:
        response = desk.post(STAFF, **{name: 1})
        assert (response.status_code, faults(response)) == (400, [(name, "unknown_field")])
    assert not Figure.objects.filter(state="draft").exists()


def test_each_field_that_a_patch_does_not_take(desk: Desk) -> None:
    figure = desk.draft()
    for name in NOT_IN_PATCH:
        response = desk.patch(STAFF, figure, **{name: figure.get(name, 1)})
        assert (response.status_code, faults(response)) == (400, [(name, "unknown_field")])
    assert Figure.objects.get(pk=figure["id"]).version == 1


@pytest.mark.parametrize(
    ("state", "who", "step", "takes"),
    [
        ("draft", STAFF, "submit", {"reason"}),
        ("submitted", REVIEWER, "approve", set()),
        ("submitted", REVIEWER, "return", {"reason"}),
        ("draft", STAFF, "withdraw", {"reason"}),
    ],
)
def test_each_field_that_a_step_does_not_take(desk: Desk, state: str, who: str, step: str, takes: set[str]) -> None:
    figure = desk.in_state(state)
    for name in sorted((ANSWERED | COLUMNS) - takes):
        response = desk.step(who, figure, step, **{name: 1})
        assert (response.status_code, faults(response)) == (400, [(name, "unknown_field")])
    assert Figure.objects.get(pk=figure["id"]).state == state


@pytest.mark.parametrize(("state", "who", "step"), [("submitted", REVIEWER, "return"), ("draft", STAFF, "withdraw")])
@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " \n"}, {"reason": "\u200b\ufeff"}])
def test_a_reason_is_required(desk: Desk, state: str, who: str, step: str, body: dict[str, str]) -> None:
    response = desk.step(who, desk.in_state(state), step, **body)
    assert (response.status_code, faults(response)) == (400, [("reason", "reason_required")])


# What is wrong with one field of an otherwise right input, and the code of the refusal.
WRONG = [
    ("target", "no-such", "unknown_target"),
    ("target", "", "blank"),
    ("target", None, "null"),
    ("target", 5, "not_text"),
    ("target", "registered\u0000results", "null_characters_not_allowed"),
    ("year", 2014, "year_out_of_range"),
    ("year", 2021, "year_out_of_range"),
    ("year", 0, "min_value"),
    ("year", 10**30, "max_value"),
    ("year", "2018", "not_whole"),
    ("year", 2018.0, "not_whole"),
    ("year", True, "not_whole"),
    ("year", None, "null"),
    ("area", "999999", "unknown_area"),
    ("area", "哈尔滨市", "unknown_area"),
    ("area", 230100, "not_text"),
    ("area", "", "blank"),
    ("area", "\u0000", "null_characters_not_allowed"),
    ("basis", "first", "basis_not_allowed"),
    ("basis", None, "null"),
    ("basis", "\u0000", "null_characters_not_allowed"),
    ("cause", "whim", "invalid_choice"),
    ("provisional", "true", "not_boolean"),
    ("provisional", 1, "not_boolean"),
    ("provisional", None, "null"),
    ("source", "长" * 501, "max_length"),
    ("source", ["x"], "not_text"),
    ("note", "长" * 1001, "max_length"),
    ("note", "a\u0000b", "null_characters_not_allowed"),
    ("reason", "长" * 1001, "max_length"),
]


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_a_field_that_is_wrong(desk: Desk, field: str, value: Any, code: str) -> None:
    response = desk.post(STAFF, **{field: value})
    assert (response.status_code, faults(response)) == (400, [(field, code)])
    assert not Figure.objects.filter(state="draft").exists()


@pytest.mark.parametrize(
    ("basis", "code"), [("", "basis_required"), (None, "basis_required"), ("third", "unknown_basis")]
)
def test_a_basis_is_required_where_there_are_several(desk: Desk, basis: str | None, code: str) -> None:
    given = {} if basis is None else {"basis": basis}
    response = desk.post(STAFF, target="rd-intensity", value="1.10", **given)
    assert (response.status_code, faults(response)) == (400, [("basis", code)])


@pytest.mark.parametrize("name", ["target", "year", "value"])
def test_a_field_that_is_missing(desk: Desk, name: str) -> None:
    given = {"target": "registered-results", "year": 2018, "value": "929"}
    del given[name]
    response = desk.client(STAFF).post(FIGURES, given, format="json")
    assert (response.status_code, faults(response)) == (400, [(name, "required")])


def test_faults_come_one_a_field(desk: Desk) -> None:
    response = desk.post(STAFF, year=2030, basis="first", cause="whim", value="甲")
    assert faults(response) == [
        ("year", "year_out_of_range"),
        ("basis", "basis_not_allowed"),
        ("cause", "invalid_choice"),
        ("value", "not_a_number"),
    ]


@pytest.mark.parametrize("year", range(2015, 2021))
def test_figures_of_2015_to_2020_are_taken_at_any_time(desk: Desk, year: int) -> None:
    assert desk.post(STAFF, year=year, area="230100").status_code == 201
