"""What pages tell search engines and programs: their own address, their card, documents of schema.org; the sitemap."""

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from fields.models import Direction
from planportal.ops.look.pages import PUBLIC, STATES, every_page
from planportal.plan.models import Plan
from planportal.portal.public_pages import BY_NAME, PUBLIC_PAGES
from planportal.portal.sitemap import PlanPages
from targets.models import Figure, Target, TargetBuild
from tests.portal.crawler import HOST, Reading
from tests.targets.test_second_plan import second  # noqa: F401

TARGET = "/targets/high-tech-enterprises/"
NAMESPACE = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9"}
# Of Google's guidance on datasets: what must be there, and what is recommended and known here.
REQUIRED = {"name", "description"}
RECOMMENDED = {
    *(
        "creator",
        "publisher",
        "distribution",
        "includedInDataCatalog",
        "inLanguage",
        "isAccessibleForFree",
        "isBasedOn",
    ),
    *("keywords", "spatialCoverage", "temporalCoverage", "dateModified", "citation", "url"),
}


def read(client: Client, address: str) -> Reading:
    return Reading(client.get(address).content.decode())


def documents(client: Client, address: str) -> dict[str, Any]:
    """The documents of a page by their types."""
    return {document["@type"]: document for document in read(client, address).documents}


def test_the_table_names_every_public_page() -> None:
    states = {page.name for page in STATES}
    public = {page.name for page in every_page() if page.role == PUBLIC and page.name not in states}
    assert public == BY_NAME.keys()
    assert len(BY_NAME) == len(PUBLIC_PAGES)


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("/", "/"),
        ("/p/hlj-sti-13fyp/fields/", "/fields/"),
        ("/directions/?page=1", "/directions/"),
        ("/directions/?page=2", "/directions/?page=2"),
        # Another part of the same list, and what only looks at it in another way.
        ("/directions/?field=modern-agriculture&page=2", "/directions/"),
        ("/directions/?q=zzz", "/directions/"),
        ("/targets/?status=achieved&as_of_year=2018", "/targets/?as_of_year=2018"),
        (f"{TARGET}?as_of_year=2017", f"{TARGET}?as_of_year=2017"),
        (f"{TARGET}?as_of_year=2020&view=approved", TARGET),
        (f"{TARGET}?as_of_year=2999", f"{TARGET}?as_of_year=2021"),
        ("/targets/rd-intensity/?basis=first", "/targets/rd-intensity/"),
        (
            f"{TARGET}?known_by=2019-12-31&state=0123456789ab&as_of_year=2018",
            f"{TARGET}?as_of_year=2018&known_by=2019-12-31",
        ),
        ("/fields/?as_of_year=2017", "/fields/"),
    ],
)
def test_a_page_has_one_address(client: Client, seeded: Plan, asked: str, own: str) -> None:
    page = read(client, asked)
    assert page.addresses_of("canonical") == [f"{HOST}{own}"]
    assert page.meta["og:url"] == f"{HOST}{own}"
    # What was known on an earlier day is there to be cited, not to be found.
    assert page.is_indexed == ("known_by" not in own)


def test_the_pages_of_a_list_lead_to_each_other(client: Client, seeded: Plan) -> None:
    first, second_page, last = (read(client, f"/directions/?page={number}") for number in (1, 2, 8))
    assert first.addresses_of("prev") == []
    assert first.addresses_of("next") == [f"{HOST}/directions/?page=2"]
    assert second_page.addresses_of("prev") == [f"{HOST}/directions/"]
    assert last.addresses_of("next") == []
    assert second_page.meta["description"].endswith("第 2 页，共 8 页。")
    assert len({one.meta["description"] for one in (first, second_page, last)}) == 3
    chosen = read(client, "/directions/?field=modern-agriculture&page=1")
    assert chosen.addresses_of("next") == [f"{HOST}/directions/?field=modern-agriculture&page=2"]


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("", "/no-such-page/"),
        ("", "/targets/no-such-target/"),
        ("", "/targets/?as_of_year=x"),
        ("", "/accounts/login/"),
        ("", "/cities/compare/?city=230100&city=230200"),
        ("", f"{TARGET}what-if/?as_of_year=2017"),
        ("demo-staff", "/workspace/"),
        ("demo-staff", "/manage/"),
        ("demo-harbin", "/dashboard/"),
    ],
)
def test_what_is_not_to_be_found_has_no_address(as_person: Callable[[str], Client], person: str, address: str) -> None:
    page = read(as_person(person), address)
    assert not page.is_indexed
    assert page.addresses_of("canonical") == []
    assert page.documents == []


def test_the_card_says_what_the_page_says(client: Client, seeded: Plan) -> None:
    page = read(client, f"{TARGET}?as_of_year=2017")
    assert page.title == f"{page.meta['og:title']} · {page.meta['og:site_name']}"
    assert page.meta["og:title"] == "国家级高新技术企业（截至 2017 年）"
    assert page.meta["og:description"] == page.meta["description"]
    assert (page.meta["og:locale"], page.meta["og:type"]) == ("zh_CN", "website")
    assert page.meta["og:image:alt"]
    assert documents(client, "/")["WebSite"]["image"] == page.meta["og:image"]
    assert page.meta["og:image"].startswith(f"{HOST}/static/portal/share-card")
    picture = finders.find("portal/share-card.png")
    assert picture
    content = Path(picture).read_bytes()
    # The size stands in a PNG's first chunk; those who fetch it for a preview give up on large ones.
    assert struct.unpack(">4xII", content[12:24]) == (1200, 630)
    assert len(content) < 60_000


def test_a_target_is_a_dataset(client: Client, seeded: Plan, target: Callable[[str], Target]) -> None:
    found = documents(client, TARGET)["Dataset"]
    assert found.keys() >= REQUIRED | RECOMMENDED | {"variableMeasured"}
    assert 50 <= len(found["description"]) <= 5000
    assert "由省科技厅报送" in found["description"]
    assert found["temporalCoverage"] == "2015/2020"
    assert found["spatialCoverage"] == {"@type": "AdministrativeArea", "name": "黑龙江省"}
    assert found["variableMeasured"] == {"@type": "PropertyValue", "name": "国家级高新技术企业", "unitText": "家"}
    assert found["isBasedOn"]["name"] == seeded.title
    assert found["isBasedOn"]["datePublished"] == "2017-06-12"
    built = target("high-tech-enterprises").snapshots.get(as_of_year=2020, view="approved").computed_at
    assert datetime.fromisoformat(found["dateModified"]) == built.replace(microsecond=0)
    for download in found["distribution"]:
        answer = client.get(download["contentUrl"].removeprefix(HOST))
        assert answer["Content-Type"].startswith(download["encodingFormat"])
        assert download["encodingFormat"] == "text/csv" or answer.json()["next"] is None


@pytest.mark.parametrize("address", ["/fields/", "/directions/", "/alliances/", "/platforms/", "/changes/"])
def test_a_list_is_a_dataset(client: Client, seeded: Plan, address: str) -> None:
    found = documents(client, address)["Dataset"]
    assert found.keys() >= REQUIRED | RECOMMENDED
    assert len(found["description"]) >= 50
    assert found["url"] == f"{HOST}{address}"
    for download in found["distribution"]:
        answer = client.get(download["contentUrl"].removeprefix(HOST))
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, download["encodingFormat"])
        assert download["encodingFormat"] == "text/csv" or answer.json()["next"] is None


def test_a_list_of_more_rows_than_a_page_holds_is_whole_as_csv_only(client: Client, seeded: Plan) -> None:
    first = Direction.objects.earliest("number")
    more = [
        Direction(plan=seeded, field=first.field, number=number, name=f"方向{number}") for number in range(363, 502)
    ]
    Direction.objects.bulk_create(more[:138])
    assert len(documents(client, "/directions/")["Dataset"]["distribution"]) == 2
    Direction.objects.bulk_create(more[138:])
    assert [one["encodingFormat"] for one in documents(client, "/directions/")["Dataset"]["distribution"]] == [
        "text/csv"
    ]


def test_the_downloads_are_a_catalogue_of_the_datasets(client: Client, seeded: Plan) -> None:
    found = documents(client, "/data/")["DataCatalog"]
    assert len(found["dataset"]) == 13 + 5
    assert all(one.keys() >= REQUIRED and len(one["description"]) >= 50 for one in found["dataset"])
    assert {client.get(one["url"].removeprefix(HOST)).status_code for one in found["dataset"]} == {200}


def test_the_home_page_says_whose_site_it_is(client: Client, seeded: Plan, settings: Any) -> None:
    settings.SITE_OWNER = "某厅</script><!--"
    page = client.get("/").content.decode()
    assert "某厅</script>" not in page
    found = documents(client, "/")
    assert found["GovernmentOrganization"]["name"] == settings.SITE_OWNER
    assert found["WebSite"]["publisher"]["name"] == settings.SITE_OWNER
    assert found["WebSite"]["potentialAction"]["target"]["urlTemplate"] == f"{HOST}/search/?q={{search_term_string}}"


def test_data_have_the_licence_and_the_contact_that_are_set(client: Client, seeded: Plan, settings: Any) -> None:
    settings.SITE_LICENCE = settings.SITE_LICENCE_URL = settings.SITE_EMAIL = settings.SITE_PHONE = ""
    plain = documents(client, TARGET)["Dataset"]
    assert "license" not in plain
    assert plain["creator"].keys() == {"@type", "name", "url"}
    settings.SITE_LICENCE, settings.SITE_EMAIL = "某许可协议", "plan@example.gov.cn"
    named = documents(client, TARGET)["Dataset"]
    assert named["license"] == {"@type": "CreativeWork", "name": "某许可协议"}
    assert named["creator"]["email"] == "plan@example.gov.cn"
    settings.SITE_LICENCE_URL = "https://example.gov.cn/licence/"
    assert documents(client, TARGET)["Dataset"]["license"] == settings.SITE_LICENCE_URL
    assert documents(client, "/data/")["DataCatalog"]["license"] == settings.SITE_LICENCE_URL


def test_breadcrumbs_are_told_as_they_are_shown(client: Client, seeded: Plan) -> None:
    figure = Figure.objects.filter(target__code="rd-intensity").latest("pk")
    address = f"/targets/rd-intensity/figures/{figure.pk}/"
    shown = re.search(r'class="breadcrumbs".*?</nav>', client.get(address).content.decode(), re.DOTALL)
    assert shown
    steps = documents(client, address)["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == re.findall(r"<li[^>]*>(?:<a[^>]*>)?([^<]+)", shown[0])
    assert [step["position"] for step in steps] == [1, 2, 3, 4]
    assert [step.get("item") for step in steps] == [
        *(f"{HOST}{href}" for href in re.findall(r'href="([^"]+)"', shown[0])),
        None,
    ]


def listed(client: Client, address: str, element: str) -> dict[str, str]:
    """The addresses of a sitemap or of an index of sitemaps, each with its last change."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    found = ET.fromstring(answer.content).findall(f"map:{element}", NAMESPACE)
    return {one.findtext("map:loc", "", NAMESPACE): one.findtext("map:lastmod", "", NAMESPACE) for one in found}


def sitemap(client: Client) -> dict[str, str]:
    """The day of the last change, by address, of all that the index leads to."""
    index = listed(client, "/sitemap.xml", "sitemap")
    return {page: day for one in index for page, day in listed(client, one, "url").items()}


@pytest.mark.usefixtures("second")
def test_the_sitemap_has_every_plan_with_the_days_of_change(
    client: Client, seeded: Plan, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    Plan.objects.filter(pk=seeded.pk).update(loaded_at=datetime(2026, 1, 2, tzinfo=UTC))
    builds = TargetBuild.objects.filter(target__plan=seeded)
    builds.update(built_at=datetime(2026, 1, 3, tzinfo=UTC))
    builds.filter(target__code="incubators").update(built_at=datetime(2026, 1, 4, tzinfo=UTC))
    with django_assert_max_num_queries(40):
        index = listed(client, "/sitemap.xml", "sitemap")
    assert set(index) == {f"{HOST}/sitemap-{code}.xml" for code in (seeded.code, "next-plan")}
    assert index[f"{HOST}/sitemap-{seeded.code}.xml"].startswith("2026-01-04T")
    with django_assert_max_num_queries(20):
        listed(client, f"/sitemap-{seeded.code}.xml", "url")
    found = sitemap(client)
    days = {"/fields/": "02", "/fields/new-materials/": "02", TARGET: "03", "/targets/incubators/": "04", "/": "04"}
    assert {address: found[f"{HOST}{address}"] for address in days} == {
        address: f"2026-01-{day}" for address, day in days.items()
    }
    assert f"{HOST}/p/next-plan/targets/registered-results/" in found
    assert f"{HOST}/p/{seeded.code}/" not in found
    assert not any("what-if" in address or "login" in address for address in found)
    own = f"/sitemap-{seeded.code}.xml"
    wrong = (f"{own}?p=x", f"{own}?p=2", "/sitemap-no-plan.xml")
    assert [client.get(address).status_code for address in wrong] == [404] * 3


def test_pages_past_the_most_of_a_sitemap_are_named_too(
    client: Client, seeded: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sitemap(client)
    monkeypatch.setattr(PlanPages, "limit", 200)
    lists = list(listed(client, "/sitemap.xml", "sitemap"))
    assert lists == [f"{HOST}/sitemap-{seeded.code}.xml{page}" for page in ("", "?p=2", "?p=3")]
    assert [len(listed(client, one, "url")) for one in lists[:2]] == [200, 200]
    assert sitemap(client) == whole


def test_a_citation_has_the_one_address_of_its_page(client: Client, seeded: Plan) -> None:
    figure = Figure.objects.filter(target__code="incubators").latest("pk")
    cited = {
        "/directions/33/": r"data-cite>[^<]* (http[^<?]*)\.<",
        "/targets/incubators/": r"data-cite>[^<]* (http[^<?]*)\?",
        f"/targets/incubators/figures/{figure.pk}/": "查阅，(http[^<]*)<",
    }
    for address, place in cited.items():
        for mount in ("", f"/p/{seeded.code}"):
            found = re.findall(place, client.get(f"{mount}{address}").content.decode())
            assert found == [f"{HOST}{address}"]


def test_a_draft_is_in_no_sitemap(client: Client, target: Callable[[str], Target]) -> None:
    figure = Figure.objects.filter(target__code="rd-intensity").latest("pk")
    assert f"{HOST}/targets/rd-intensity/figures/{figure.pk}/" in sitemap(client)
    draft = Figure.objects.create(target=figure.target, year=2019, value=1, created_at=figure.created_at)
    assert f"{HOST}/targets/rd-intensity/figures/{draft.pk}/" not in sitemap(client)


def test_a_new_plan_without_content_has_a_sitemap(client: Client, empty: None) -> None:
    assert sitemap(client) == {}
