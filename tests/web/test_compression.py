"""What is compressed on its way, and what is not because that would break it."""

import gzip
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from planportal.plan.models import Plan

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("address", ["/", "/targets/", "/api/v1/dashboard/", "/no-such-page/"])
def test_pages_and_json_are_compressed_for_those_who_take_it(client: Client, seeded: Plan, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert int(packed["Content-Length"]) == len(packed.content)
    assert len(gzip.decompress(packed.content)) == len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]


def test_the_same_page_never_has_the_same_length_twice(client: Client, seeded: Plan) -> None:
    """An attacker who measures lengths meets random bytes, and a CSRF token that is masked anew."""
    assert len({len(client.get("/fields/", headers=GZIP).content) for _time in range(8)}) > 1


def test_what_a_session_reads_at_an_address_with_a_query_is_not_compressed(
    client: Client, browse: Callable[[str], Client]
) -> None:
    """Another site could choose the query and measure lengths beside figures that are not public."""
    official = browse("demo-harbin")
    for reader, address, is_packed in (
        (official, "/dashboard/?view=reported&as_of_year=2018", False),
        (official, "/targets/?q=18", False),
        (official, "/dashboard/", True),
        (client, "/targets/?q=18", True),
    ):
        assert ("Content-Encoding" in reader.get(address, headers=GZIP)) == is_packed, address


def test_a_figures_etag_stays_strong_so_that_if_match_takes_it(api: Callable[[str], APIClient], seeded: Plan) -> None:
    staff = api("demo-staff")
    body = {"target": "incubators", "year": 2018, "value": "140", "note": "长" * 200}
    made = staff.post("/api/v1/figures/", body, format="json", headers=GZIP)
    assert made["ETag"] == '"1"'
    address = f"/api/v1/figures/{made.json()['id']}/"
    changed = staff.patch(address, {"value": "141"}, format="json", headers={**GZIP, "If-Match": made["ETag"]})
    assert changed.status_code == 200


def test_streams_stay_as_they_are(client: Client, seeded: Plan) -> None:
    rows = client.get("/api/v1/directions/?format=csv", headers=GZIP)
    assert rows.streaming
    assert "Content-Encoding" not in rows
