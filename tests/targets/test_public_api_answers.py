"""How the public API answers: as CSV, with the dates of its data, and with errors of one shape."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from fields.models import Direction
from planportal.plan.models import Plan
from targets.models import Figure
from tests.targets.desk import NOBODY, PUBLIC_LISTS, ROOT, codes, rows, text


def as_csv(client: APIClient, address: str) -> tuple[list[str], list[dict[str, str]]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="')
    body = text(response)
    assert body.startswith("\ufeff")
    reader = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")), strict=True)
    found = list(reader)
    return list(reader.fieldnames or []), found


def cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", PUBLIC_LISTS)
def test_csv_is_the_whole_list_as_json_has_it(public: APIClient, name: str) -> None:
    headers, found = as_csv(public, f"{ROOT}{name}?format=csv&page_size=1")
    wanted = rows(public, name)
    assert headers == list(wanted[0])
    assert found == [{key: cell(value) for key, value in row.items()} for row in wanted]


def test_csv_of_a_filtered_list(public: APIClient) -> None:
    _, found = as_csv(public, f"{ROOT}directions/?field=biotechnology&format=csv")
    assert [row["number"] for row in found] == [str(number) for number in range(81, 115)]
    headers, none = as_csv(public, f"{ROOT}directions/?q=没有这个词&format=csv")
    assert (headers, none) == (["number", "name", "field"], [])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 451", "'+86 451"),
        ("-cmd", "'-cmd"),
        ("-5.2", "-5.2"),
        ("-5.2%", "'-5.2%"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ('甲"乙,丙', '甲"乙,丙'),
        ("甲\n乙", "甲\n乙"),
        ("0.5", "0.5"),
    ],
)
def test_csv_text_that_a_spreadsheet_would_run(public: APIClient, name: str, written: str) -> None:
    Direction.objects.filter(number=1).update(name=name)
    body = text(public.get(f"{ROOT}directions/?format=csv")).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(body, newline="")))[1] == ["1", written, "new-materials"]
    assert public.get(f"{ROOT}directions/").json()["results"][0]["name"] == name


@pytest.mark.parametrize("name", [name for name in PUBLIC_LISTS if not name.startswith("targets/")])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_plans_text_is_as_fresh_as_its_loading(public: APIClient, seeded: Plan, name: str, form: str) -> None:
    response = public.get(f"{ROOT}{name}?format={form}")
    loaded = timezone.localtime(seeded.loaded_at).isoformat(timespec="seconds")
    assert (response["Data-As-Of"], response["Data-Pending"]) == (loaded, "false")
    assert loaded.endswith("+08:00")


@pytest.mark.parametrize("address", ["targets/rd-intensity/", "targets/rd-intensity/figures/", "dashboard/"])
def test_every_data_answer_is_dated(public: APIClient, address: str) -> None:
    response = public.get(f"{ROOT}{address}")
    assert (response["Data-As-Of"][-6:], response["Data-Pending"]) == ("+08:00", "false")
    assert public.head(f"{ROOT}{address}")["Data-Pending"] == "false"


def test_one_figure_is_dated(public: APIClient) -> None:
    figure = Figure.objects.earliest("pk")
    response = public.get(f"{ROOT}figures/{figure.pk}/")
    assert (response["Data-As-Of"][-6:], response["Data-Pending"]) == ("+08:00", "false")


PUBLIC = ["", "schema/", "dashboard/", "targets/rd-intensity/", *PUBLIC_LISTS]


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_method_that_is_not_served(public: APIClient, name: str, method: str) -> None:
    response = getattr(public, method)(f"{ROOT}{name}")
    assert (response.status_code, response["Content-Type"]) == (405, "application/json")
    assert codes(response) == ["method_not_allowed"]
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/no-such/",
        "/api/v1/targets/no-such/",
        "/api/v1/targets/no-such/figures/",
        "/api/v1/targets/研发/",
        "/api/v1/figures/x/",
        "/p/no-such/api/v1/targets/",
        "/p/no-such/api/v1/",
        "/p/no-such/api/v1/no-such/",
        "/p/hlj-sti-13fyp/api/v1/no-such/",
    ],
)
def test_an_address_that_is_not_there(public: APIClient, address: str) -> None:
    response = public.get(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert list(response.json()) == ["errors"]
    (error,) = response.json()["errors"]
    assert (list(error), error["code"]) == (["field", "code", "message"], "not_found")


@pytest.mark.parametrize("credentials", ["Token no-such", "Token", "Token a b", "Token \u00ff"])
@pytest.mark.parametrize("name", ["targets/", "dashboard/", "figures/", "auth/none/"])
def test_credentials_that_are_wrong(api: Callable[..., APIClient], credentials: str, name: str) -> None:
    client = api(NOBODY)
    client.credentials(HTTP_AUTHORIZATION=credentials)
    response = client.get(f"{ROOT}{name}")
    if name == "auth/none/":
        assert response.status_code == 404
    else:
        assert (response.status_code, codes(response)) == (401, ["authentication_failed"])
        assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("name", ["targets/rd-intensity/", "dashboard/"])
@pytest.mark.parametrize("query", ["format=csv", "colour=red", "page=1"])
def test_an_answer_that_is_no_list_takes_no_list_parameters(public: APIClient, name: str, query: str) -> None:
    response = public.get(f"{ROOT}{name}?{query}")
    assert (response.status_code, codes(response)) == (400, ["unknown_parameter"])


def test_accept_changes_nothing(public: APIClient) -> None:
    for accept in ("text/html", "application/xml", "nonsense"):
        response = public.get(f"{ROOT}plans/", headers={"Accept": accept, "Accept-Language": "en"})
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_messages_are_chinese_whatever_the_language_of_the_pages(public: APIClient) -> None:
    public.cookies["language"] = "en"
    response = public.get(f"{ROOT}targets/no-such/", headers={"Accept-Language": "en"})
    assert response.json()["errors"][0]["message"] == "没有这个地址或这项内容。"
