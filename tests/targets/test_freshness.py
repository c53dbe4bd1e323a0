"""Of when data are, said by every page and answer; and what is pending, wherever a target's results are shown."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.portal.urls import plan_patterns
from targets import recompute
from targets.models import Figure, Target, TargetBuild
from tests.history import rewriting
from tests.targets.desk import Desk
from tests.targets.refused import refused_figure

CODE = "high-tech-enterprises"
PENDING = "有新数据正在计算，本页的评估是"
# Everything that the public and the signed-in read: name, address, whether it shows results of this target that a
# build makes. Figures, amendments, changes and the plan's text are read as they stand: nothing of them waits.
PAGES = {
    "home": ("/", True),
    "target-list": ("/targets/", True),
    "target-detail": (f"/targets/{CODE}/", True),
    "figure-detail": (f"/targets/{CODE}/figures/{{figure}}/", True),
    "target-what-if": (f"/targets/{CODE}/what-if/", True),
    "dashboard": ("/dashboard/", True),
    "method": ("/method/", True),
    "data": ("/data/", False),
    "api-docs": ("/api/docs/", False),
    "about": ("/about/", False),
    "change-list": ("/changes/", False),
    "city-list": ("/cities/", False),
    "city-detail": ("/cities/230100/", False),
    "city-compare": ("/cities/compare/?city=230100&city=230200", False),
    "field-list": ("/fields/", False),
    "field-detail": ("/fields/new-materials/", False),
    "direction-list": ("/directions/", False),
    "alliance-list": ("/alliances/", False),
    "platform-list": ("/platforms/", False),
    "plan-text": ("/plan/", False),
    "plan-part": ("/plan/chapter-2/", False),
    "plan-coverage": ("/plan/coverage/", False),
    "search": ("/search/", False),
    "direction-detail": ("/directions/1/", False),
    "alliance-detail": ("/alliances/1/", False),
    "platform-detail": ("/platforms/1/", False),
    "institution-list": ("/institutions/", False),
    "institution-detail": ("/institutions/1/", False),
    "project-list": ("/national-projects/", False),
}
ANSWERS = {
    "api-dashboard": ("dashboard/", True),
    "api-plans": ("plans/", False),
    "api-goals": ("goals/", False),
    "api-targets": ("targets/", False),
    "api-target": (f"targets/{CODE}/", False),
    "api-target-figures": (f"targets/{CODE}/figures/", False),
    "api-target-amendments": (f"targets/{CODE}/amendments/", False),
    "api-changes": ("changes/", False),
    "api-fields": ("fields/", False),
    "api-directions": ("directions/", False),
    "api-alliances": ("alliances/", False),
    "api-platforms": ("platforms/", False),
    "api-cities": ("cities/", False),
    "api-city": ("cities/230100/", False),
    "api-departments": ("departments/", False),
    "api-tasks": ("tasks/", False),
    "api-figures": ("figures/", False),
    "api-search": ("search/?q=石墨", False),
}
# What holds no data of the plan's progress, or is a person's own work.
OTHERS = {
    *("api-root", "api-schema", "api-token", "change-feed-atom", "change-feed-json"),
    *("api-figure", "api-figure-submit", "api-figure-approve", "api-figure-return", "api-figure-withdraw"),
    *("completeness", "workspace", "evidence", "entry", "entry-check", "entry-unavailable"),
    *("review", "review-approve", "review-figure", "notices", "notice"),
    *("receipt", "history-head", "search-suggest"),
    *("correction", "correction-status"),
}


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= set() if str(pattern.pattern) == "manage/" else names(pattern.url_patterns)
        else:
            found.add(str(pattern.name))
    return found


@pytest.fixture
def stale(target: Callable[[str], Target]) -> TargetBuild:
    """A target that was wanted, and whose builds are held back."""
    build = target(CODE).build
    recompute.want([build.pk], rings=False)
    TargetBuild.objects.filter(pk=build.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    return TargetBuild.objects.get(pk=build.pk)


def test_every_page_and_answer_is_listed_here() -> None:
    assert names(plan_patterns) == PAGES.keys() | ANSWERS.keys() | OTHERS


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_of_when_its_data_are_and_what_is_pending(
    browse: Callable[[str], Client], stale: TargetBuild, name: str
) -> None:
    address, shows_results = PAGES[name]
    figure = Figure.objects.filter(target=stale.target).latest("pk")
    response = browse("demo-auditor").get(address.format(figure=figure.pk))
    page = response.content.decode()
    assert response.status_code == 200
    assert "数据更新于" in page
    assert (PENDING in page) == shows_results
    if shows_results:
        assert response["Data-Pending"] == "true"
        assert response["Data-As-Of"].endswith("+08:00")


def test_what_is_newer_than_the_assessment_is_said_to_be(client: Client, stale: TargetBuild, desk: Desk) -> None:
    """The table and the drawing are read as they stand: they show what the assessment does not know yet."""
    desk.in_state("approved", target=CODE, year=2020, value="2222", reason="更正")
    TargetBuild.objects.filter(pk=stale.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    ahead = "历年数值、图中的实际值、数据表、口径对照和假设已按现在可用的数据列出，可能与评估不一致"
    for address in (f"/targets/{CODE}/?as_of_year=2020", f"/targets/{CODE}/what-if/?as_of_year=2020"):
        page = client.get(address).content.decode()
        assert "2,222" in page
        assert (PENDING in page, ahead in page) == (True, True)
    assert "1,932" in client.get(f"/targets/{CODE}/?as_of_year=2020").context["page"].verdict
    listed = client.get("/targets/").content.decode()
    assert (PENDING in listed, ahead in listed) == (True, False)
    assert ahead not in client.get("/targets/incubators/").content.decode()


def test_another_target_is_not_called_pending(client: Client, stale: TargetBuild) -> None:
    response = client.get("/targets/incubators/")
    assert PENDING not in response.content.decode()
    assert response["Data-Pending"] == "false"


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_says_of_when_its_data_are_and_what_is_pending(
    api: Callable[[str], APIClient], stale: TargetBuild, name: str
) -> None:
    address, shows_results = ANSWERS[name]
    response = api("demo-staff").get(f"/api/v1/{address}")
    assert response.status_code == 200
    assert response["Data-Pending"] == ("true" if shows_results else "false")
    assert response["Data-As-Of"].endswith("+08:00")


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in {"api-dashboard", "api-target", "api-city"}])
def test_a_csv_says_so_too(api: Callable[[str], APIClient], stale: TargetBuild, name: str) -> None:
    address = ANSWERS[name][0]
    response = api("demo-staff").get(f"/api/v1/{address}{'&' if '?' in address else '?'}format=csv")
    assert response.status_code == 200
    assert response["Data-Pending"] == "false"
    assert response["Data-As-Of"].endswith("+08:00")


def test_the_results_shown_are_as_old_as_they_say(client: Client, stale: TargetBuild) -> None:
    built = timezone.now() - timedelta(days=3)
    stale.target.snapshots.update(computed_at=built)
    said = client.get("/api/v1/dashboard/")
    assert said["Data-As-Of"] == timezone.localtime(built).isoformat(timespec="seconds")
    assert said.json()["pending"] is True


def test_a_target_answer_is_as_young_as_what_was_decided_of_it(client: Client, target: Any) -> None:
    target(CODE).plan.__class__.objects.update(loaded_at=timezone.now() - timedelta(days=3))
    yesterday = timezone.localtime(timezone.now() - timedelta(days=1)).isoformat()
    assert client.get(f"/api/v1/targets/{CODE}/")["Data-As-Of"] > yesterday
    assert client.get("/api/v1/targets/")["Data-As-Of"] > yesterday


@pytest.fixture
def refused(target: Callable[[str], Target]) -> TargetBuild:
    """A target whose figures the method refuses; built before, and wanted again since."""
    teams = target("innovation-teams")
    refused_figure(teams)
    recompute.want([teams.pk], rings=False)
    return TargetBuild.objects.get(pk=teams.pk)


def fail(build: TargetBuild, times: int) -> None:
    for _attempt in range(times):
        TargetBuild.objects.filter(pk=build.pk).update(next_attempt_at=None)
        assert not recompute.build(build.pk)


@pytest.mark.parametrize("failures", [7, 8])
def test_from_the_eighth_failure_on_readers_and_operators_are_told(
    browse: Callable[[str], Client], refused: TargetBuild, caplog: Any, failures: int
) -> None:
    fail(refused, failures)
    is_told = failures == 8
    told = "“重点领域创新团队”的新数据多次计算失败"
    for address in ("/targets/innovation-teams/", "/", "/targets/", "/dashboard/", "/method/"):
        response = browse("demo-auditor").get(address)
        page = response.content.decode()
        assert response.status_code == 200
        assert response["Data-Pending"] == "true"
        assert (told in page, PENDING in page) == (is_told, not is_told)
    assert told not in browse("demo-auditor").get("/targets/incubators/").content.decode()
    stuck = [record.getMessage() for record in caplog.records if "is stuck" in record.getMessage()]
    words = "target innovation-teams is stuck: 8 builds in a row failed, last error: ValueError: negative_figure"
    assert [line.startswith(words) for line in stuck] == ([True] if is_told else [])


def test_a_build_under_way_has_not_failed_yet(client: Client, refused: TargetBuild, caplog: Any) -> None:
    fail(refused, 7)
    TargetBuild.objects.filter(pk=refused.pk).update(next_attempt_at=None)
    assert recompute._claim(refused.pk) is not None
    assert "多次计算失败" not in client.get("/targets/innovation-teams/").content.decode()


def test_a_build_that_kills_its_process_is_told_before_the_next_try(refused: TargetBuild, caplog: Any) -> None:
    for _attempt in range(9):
        # What a killed process leaves: a lease that ends, and no word.
        TargetBuild.objects.filter(pk=refused.pk).update(next_attempt_at=None, lease_until=timezone.now())
        assert recompute._claim(refused.pk) is not None
    stuck = [record.getMessage() for record in caplog.records if "is stuck" in record.getMessage()]
    assert stuck == [
        "target innovation-teams is stuck: 8 builds in a row failed, last error: the process ended without a word"
    ]


def test_what_is_mended_is_told_no_longer(client: Client, refused: TargetBuild, caplog: Any) -> None:
    fail(refused, 8)
    with rewriting():
        refused.target.figures.filter(year=2016).update(value=Decimal(12))
    TargetBuild.objects.filter(pk=refused.pk).update(next_attempt_at=None)
    assert recompute.sweep() == 1
    page = client.get("/targets/innovation-teams/").content.decode()
    assert ("多次计算失败" in page, PENDING in page) == (False, False)
