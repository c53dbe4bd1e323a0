"""Another plan stands under /p/<code>/ with the same API, and the two never mix."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from rest_framework.test import APIClient

from alliances.models import Alliance
from fields.models import Direction, Institution, PriorityField
from planportal.accounts.models import Department
from planportal.plan.models import Goal, Heading, Plan
from planportal.portal.urls import plan_patterns
from platforms.models import Platform
from targets import recompute
from targets.models import Target, TargetBuild
from tests.targets.desk import PUBLIC_LISTS, REVIEWER, ROOT, STAFF, Desk, codes, faults, rows
from tests.targets.test_freshness import CODE, PAGES, names

OTHER_ROOT = "/p/next-plan/api/v1/"
# What a portal has once, whatever plan is looked at.
OF_EVERY_PLAN = ("/static/", "/accounts/", "/i18n/", "/appearance/", "/text-size/", "/shortcuts/")


@pytest.fixture
def second(seeded: Plan) -> Plan:
    """A small plan of 2021 to 2025 that has a target of the same code, a field, and one of each annex."""
    plan = Plan.objects.create(
        code="next-plan",
        title="下一个规划",
        start_year=2021,
        end_year=2025,
        issued_on=date(2021, 12, 1),
        loaded_at=timezone.now(),
    )
    Heading.objects.create(plan=plan, part="chapter-2", line=3, level="chapter", number=2, title="新的方向")
    goal = Goal.objects.create(plan=plan, number=1, title="新的目标", section="第一章")
    target = Target.objects.create(
        plan=plan,
        goal=goal,
        department=Department.objects.get(code="kjt"),
        number=1,
        code="registered-results",
        name="登记成果",
        unit="项",
        decimals=0,
        kind="annual_flow",
        target_value=Decimal(2500),
        additive=True,
        section="第一章",
        clause="登记成果2500项",
    )
    TargetBuild.objects.create(target=target, wanted_at=timezone.now())
    field = PriorityField.objects.create(
        plan=plan, number=1, code="biotechnology", name="生物经济", heading="生物", section="第二章"
    )
    Direction.objects.create(plan=plan, field=field, number=1, name="合成生物", search_text="合成生物")
    Alliance.objects.create(plan=plan, number=1, name="新联盟", level="national", search_text="新联盟")
    Platform.objects.create(plan=plan, number=1, name="新平台")
    Institution.objects.create(plan=plan, number=1, name="新单位")
    return plan


@pytest.mark.usefixtures("second")
def test_its_lists_hold_its_own_items_only(public: APIClient) -> None:
    def names(name: str) -> list[str]:
        found = public.get(f"{OTHER_ROOT}{name}").json()["results"]
        return [str(item.get("title") or item["name"]) for item in found]

    assert {name: names(name) for name in ("goals/", "targets/", "fields/", "directions/", "alliances/")} == {
        "goals/": ["新的目标"],
        "targets/": ["登记成果"],
        "fields/": ["生物经济"],
        "directions/": ["合成生物"],
        "alliances/": ["新联盟"],
    }
    assert names("platforms/") == ["新平台"]
    assert len(names("cities/")) == 13
    assert names("directions/?field=biotechnology") == ["合成生物"]
    for unknown in ("directions/?field=new-materials", "targets/?goal=2"):
        assert public.get(f"{OTHER_ROOT}{unknown}").status_code == 400


@pytest.mark.usefixtures("second")
def test_the_default_plan_is_as_before(public: APIClient) -> None:
    assert {name: public.get(f"{ROOT}{name}").json()["count"] for name in PUBLIC_LISTS if name != "plans/"} == {
        name: count for name, count in PUBLIC_LISTS.items() if name != "plans/"
    }
    assert [plan["code"] for plan in rows(public, "plans/")] == ["hlj-sti-13fyp", "next-plan"]


@pytest.mark.usefixtures("second")
def test_links_stay_with_their_plan(public: APIClient) -> None:
    parts = public.get(OTHER_ROOT).json()
    assert all(address.startswith(f"http://testserver{OTHER_ROOT}") for address in parts.values())
    following = public.get("/p/hlj-sti-13fyp/api/v1/directions/").json()["next"]
    assert following == "http://testserver/p/hlj-sti-13fyp/api/v1/directions/?page=2"


@pytest.mark.usefixtures("second")
def test_a_prefecture_has_each_plans_own_figures(public: APIClient, desk: Desk) -> None:
    desk.in_state("approved", year=2019, value="12", area="230100")
    found = public.get(f"{OTHER_ROOT}cities/230100/?as_of_year=2022").json()["targets"]
    assert [(row["code"], row["value"]) for row in found] == [("registered-results", None)]
    assert public.get(f"{OTHER_ROOT}cities/230100/?as_of_year=2020").status_code == 400
    page = public.get("/p/next-plan/cities/230100/").content.decode()
    assert 'href="/p/next-plan/cities/230200/"' in page
    assert "登记成果</a>" in page
    compared = public.get("/p/next-plan/cities/compare/?city=230100&city=230200").content.decode()
    assert "1 项指标，所选市（地）都还没有数据。" in compared


@pytest.mark.usefixtures("second")
def test_no_page_of_a_plan_links_into_another(browse: Callable[[str], Client], desk: Desk) -> None:
    staff, reviewer = desk.client(STAFF), desk.client(REVIEWER)
    given = {"target": "registered-results", "year": 2022}
    for area, value in (("230100", "23"), ("230200", "0"), (None, "100")):
        figure = staff.post(f"{OTHER_ROOT}figures/", given | {"area": area, "value": value}, format="json").json()
        for client, step in ((staff, "submit"), (reviewer, "approve")):
            response = client.post(f"{OTHER_ROOT}figures/{figure['id']}/{step}/", headers={"If-Match": "*"})
            assert response.status_code == 200, response.content
    official, leaving = browse("demo-harbin"), []
    own_pages = names(plan_patterns)
    for name, (address, _results) in PAGES.items():
        inside = address.format(figure=figure["id"]).replace(CODE, "registered-results")
        page = official.get(f"/p/next-plan{inside}".replace("new-materials", "biotechnology"))
        assert page.status_code == 200, (name, page.content)
        found = re.findall(r'(?:href|action)="(/[^"#?]*)', page.content.decode())
        outside = [href for href in found if not href.startswith(("/p/next-plan/", "/static/"))]
        leaving += [(name, href) for href in outside if resolve(href).url_name in own_pages]
    assert leaving == []


@pytest.mark.usefixtures("second")
def test_figures_and_progress_never_mix(public: APIClient, desk: Desk) -> None:
    mine = desk.in_state("approved", year=2020, value="1900")
    staff, reviewer = desk.client(STAFF), desk.client(REVIEWER)
    given = {"target": "registered-results", "year": 2022, "value": "2300"}
    figure = staff.post(f"{OTHER_ROOT}figures/", given, format="json").json()
    for client, step in ((staff, "submit"), (reviewer, "approve")):
        response = client.post(f"{OTHER_ROOT}figures/{figure['id']}/{step}/", headers={"If-Match": "*"})
        assert response.status_code == 200

    def ids(root: str) -> list[int]:
        return [row["id"] for row in public.get(f"{root}targets/registered-results/figures/").json()["results"]]

    assert (ids(ROOT), ids(OTHER_ROOT)) == ([mine["id"]], [figure["id"]])
    for root, other in ((ROOT, figure), (OTHER_ROOT, mine)):
        address = f"{root}figures/{other['id']}/"
        assert staff.get(address).status_code == 404
        assert codes(staff.patch(address, {}, format="json", headers={"If-Match": "*"})) == ["not_found"]
        assert public.get(address).status_code == 401

    def progress(root: str) -> tuple[str, int, str, str]:
        found = public.get(f"{root}dashboard/?as_of_year=2022").json()
        rows = {row["code"]: row for goal in found["goals"] for row in goal["targets"]}
        row = rows["registered-results"]
        return found["plan"], len(rows), row["target_value"], str(row["assessment"]["value"])

    assert progress(ROOT) == ("hlj-sti-13fyp", 13, "1800", "1900")
    assert progress(OTHER_ROOT) == ("next-plan", 1, "2500", "2300")


@pytest.mark.usefixtures("second")
def test_each_plan_has_its_years_and_targets(public: APIClient, desk: Desk) -> None:
    staff = desk.client(STAFF)

    def refused(root: str, **values: object) -> list[tuple[str, str]]:
        given = {"target": "registered-results", "year": 2022, "value": "1"} | values
        return faults(staff.post(f"{root}figures/", given, format="json"))

    assert refused(ROOT) == [("year", "year_out_of_range")]
    assert refused(OTHER_ROOT, year=2019) == [("year", "year_out_of_range")]
    assert refused(OTHER_ROOT, target="incubators") == [("target", "unknown_target")]
    assert public.get(f"{OTHER_ROOT}dashboard/?as_of_year=2020").status_code == 400
    assert public.get(f"{OTHER_ROOT}targets/incubators/").status_code == 404
    assert public.get(f"{OTHER_ROOT}targets/incubators/figures/").status_code == 404


@pytest.mark.usefixtures("second")
def test_pages_of_a_target_stay_in_their_plan(browse: Callable[[str], Client], desk: Desk) -> None:
    """Every address that a page of its target links, sends a form to or writes down is the plan's own."""
    staff, reviewer = desk.client(STAFF), desk.client(REVIEWER)
    given = {"target": "registered-results", "year": 2022, "value": "2300"}
    figure = staff.post(f"{OTHER_ROOT}figures/", given, format="json").json()
    for client, step in ((staff, "submit"), (reviewer, "approve")):
        assert client.post(f"{OTHER_ROOT}figures/{figure['id']}/{step}/", headers={"If-Match": "*"}).status_code == 200
    recompute.sweep()
    target = "/p/next-plan/targets/registered-results/"
    card = f"{target}figures/{figure['id']}/"
    wanted = {
        f"{target}?as_of_year=2022": [f"{target}what-if/", card, "/p/next-plan/targets/"],
        f"{target}what-if/?as_of_year=2022&y2023=2400&y2024=2500&y2025=2600": [target, f"{target}what-if/"],
        card: [target, f"{OTHER_ROOT}figures/{figure['id']}/"],
    }
    for address, leads_to in wanted.items():
        page = browse(STAFF).get(address)
        assert page.status_code == 200
        html = page.content.decode()
        found = {unescape(path) for path in re.findall(r'(?:href|action|content)="(/[^"?#]*)', html)}
        assert set(leads_to) <= found
        assert [path for path in found if not path.startswith(("/p/next-plan/", *OF_EVERY_PLAN))] == []
        assert "http://testserver/targets/" not in html


# What only the text of the plan that the parser reads says.
WORDS_OF_THE_DEFAULT = ("第三章", "第五章", "附件2", "七个", "建设7个", "东安公司", "从零计数")


@pytest.mark.parametrize(
    "address", ["platforms/", "platforms/1/", "institutions/", "institutions/1/", "national-projects/"]
)
def test_its_pages_state_no_facts_of_the_default_plan(client: Client, second: Plan, address: str) -> None:
    page = client.get(f"/p/{second.code}/{address}").content.decode()
    main = page[page.index("<title>") :].partition("<footer")[0]
    assert [words for words in WORDS_OF_THE_DEFAULT if words in main] == []


def test_its_contents_name_the_plan_in_the_command_or_say_why_there_is_none(client: Client, second: Plan) -> None:
    address = f"/p/{second.code}/plan/"
    page = client.get(address).content.decode()
    assert ("load_plan_text" in page, "<dt>原文文件的 SHA-256</dt>" in page) == (False, False)
    assert "没有记录原文文件的 SHA-256" in page
    Plan.objects.filter(pk=second.pk).update(source_sha256="a" * 64)
    assert f"<code>manage.py load_plan_text FILE --plan {second.code}</code>" in client.get(address).content.decode()
