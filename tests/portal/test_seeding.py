"""Seeding: the plan's counts, idempotence, changes in place, and refusals that store nothing."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from alliances.models import Alliance, AllianceDirection
from fields.models import CarryingInstitution, Direction, NationalProject, PriorityField, RelatedDirection
from planportal.accounts.models import City, Department, User
from planportal.plan.models import Goal, Plan
from planportal.portal.seeding import BadFixture, seed
from platforms.models import Platform
from targets import recompute
from targets.models import Figure, Target, TargetBuild
from tests.conftest import FIXTURES
from tests.waiting import PATIENCE_SECONDS, Start

Damage = Callable[[str, Callable[[dict[str, Any]], None]], Path]


@pytest.fixture
def changed_fixtures(tmp_path: Path) -> Damage:
    """A copy of the fixtures with one file changed by a function."""

    def change(name: str, edit: Callable[[dict[str, Any]], None]) -> Path:
        folder = tmp_path / "fixtures"
        shutil.copytree(FIXTURES, folder, dirs_exist_ok=True)
        path = folder / f"{name}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(json.dumps(content), encoding="utf-8")
        return folder

    return change


@pytest.mark.usefixtures("empty")
def test_the_plan_is_whole() -> None:
    seed(FIXTURES)
    models = (
        Goal,
        Target,
        PriorityField,
        Direction,
        Alliance,
        Platform,
        NationalProject,
        CarryingInstitution,
    )
    assert [model.objects.count() for model in models] == [5, 13, 8, 362, 51, 7, 8, 13]
    assert [model.objects.count() for model in (City, Department, TargetBuild)] == [13, 7, 13]
    assert Alliance.objects.filter(level="national").count() == 5
    assert not Figure.objects.exists()


@pytest.mark.usefixtures("empty")
def test_a_second_run_changes_nothing() -> None:
    seed(FIXTURES)
    loaded_at = Plan.objects.get().loaded_at
    assert seed(FIXTURES).is_empty
    assert Plan.objects.get().loaded_at == loaded_at


@pytest.mark.usefixtures("empty")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_and_changes_nothing(start: Start) -> None:
    with transaction.atomic():
        seed(FIXTURES)
        second = start(lambda: seed(FIXTURES))
    assert second.result(PATIENCE_SECONDS).is_empty


@pytest.mark.usefixtures("empty")
def test_a_changed_name_is_updated_in_place(changed_fixtures: Damage) -> None:
    seed(FIXTURES)
    before = Direction.objects.get(number=33).pk

    def rename(content: dict[str, Any]) -> None:
        content["directions"][32]["name"] = "石墨电极Ⅳ材料"

    tally = seed(changed_fixtures("directions", rename))
    direction = Direction.objects.get(number=33)
    assert (direction.pk, direction.name, direction.search_text) == (
        before,
        "石墨电极Ⅳ材料",
        "石墨电极iv材料",
    )
    assert tally.changed == {"fields.Direction": 1}


@pytest.mark.usefixtures("empty")
def test_relations_follow_the_names(changed_fixtures: Damage) -> None:
    seed(FIXTURES)

    def related(number: int) -> list[tuple[int, str]]:
        return list(RelatedDirection.objects.filter(direction__number=number).values_list("related__number", "shared"))

    def touching(number: int) -> list[tuple[int, str]]:
        return list(
            AllianceDirection.objects.filter(direction__number=number).values_list("alliance__number", "shared")
        )

    assert (related(33), touching(33)) == ([(35, "石墨"), (36, "石墨")], [(15, "石墨")])
    others = AllianceDirection.objects.exclude(alliance__number__in=(10, 15)).in_bulk()

    def rename(content: dict[str, Any]) -> None:
        content["directions"][32]["name"] = "马铃薯电极材料"

    folder = changed_fixtures("directions", rename)
    tally = seed(folder)
    assert touching(33) == [(10, "马铃薯")]
    assert {287, 288} <= {number for number, _shared in related(33)}
    assert 33 not in {number for number, _shared in related(35)}
    assert set(tally.created) == set(tally.removed) == {"fields.RelatedDirection", "alliances.AllianceDirection"}
    assert AllianceDirection.objects.exclude(alliance__number__in=(10, 15)).in_bulk() == others
    assert seed(folder).is_empty


@pytest.mark.usefixtures("empty")
def test_a_changed_target_value_makes_the_target_stale(changed_fixtures: Damage) -> None:
    seed(FIXTURES)
    recompute.sweep()

    def raise_target(content: dict[str, Any]) -> None:
        content["targets"][0]["target_value"] = "2.5"

    seed(changed_fixtures("targets", raise_target))
    assert [build.target.code for build in TargetBuild.objects.stale()] == ["rd-intensity"]


@pytest.mark.usefixtures("empty")
def test_the_administrators_choice_of_department_stays() -> None:
    seed(FIXTURES)
    Target.objects.filter(code="incubators").update(department=Department.objects.get(code="czt"))
    assert seed(FIXTURES).is_empty
    assert Target.objects.get(code="incubators").department.code == "czt"


@pytest.mark.usefixtures("empty")
def test_a_second_plan_stands_beside_the_first(changed_fixtures: Damage) -> None:
    seed(FIXTURES)

    def other_code(content: dict[str, Any]) -> None:
        content["plan"] |= {
            "code": "hlj-sti-14fyp",
            "title": "另一规划",
            "start_year": 2021,
            "end_year": 2025,
        }

    seed(changed_fixtures("plan", other_code))
    assert sorted(Plan.objects.values_list("code", flat=True)) == ["hlj-sti-13fyp", "hlj-sti-14fyp"]
    assert Target.objects.count() == 26


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("directions", lambda content: content["directions"][5].pop("name")),
        ("directions", lambda content: content["directions"][5].update(field="no-such-field")),
        ("alliances", lambda content: content["alliances"][0].update(level="galactic")),
        ("targets", lambda content: content["targets"][0].update(kind="guess")),
        ("targets", lambda content: content["targets"][8].update(baseline_value="3")),
        ("fields", lambda content: content.pop("fields")),
    ],
)
def test_a_damaged_fixture_stores_nothing(changed_fixtures: Damage, name: str, edit: Any) -> None:
    with pytest.raises(BadFixture):
        seed(changed_fixtures(name, edit))
    assert not Plan.objects.exists()
    assert not City.objects.exists()


@pytest.mark.usefixtures("empty")
def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"plan\.json"):
        call_command("seed", fixtures=tmp_path)


def test_demo_accounts_have_their_roles(people: dict[str, User]) -> None:
    found = {
        name: (user.role, user.department and user.department.code, user.city and user.city.code)
        for name, user in people.items()
    }
    assert found == {
        "demo-staff": ("staff", "kjt", None),
        "demo-reviewer": ("reviewer", "kjt", None),
        "demo-other": ("staff", "zscqj", None),
        "demo-harbin": ("official", None, "230100"),
        "demo-auditor": ("auditor", None, None),
        "demo-admin": ("admin", None, None),
    }


def test_the_demo_password_is_set_wherever_it_differs(people: dict[str, User], settings: Any) -> None:
    kept = people["demo-staff"].password
    people["demo-other"].set_password("something-else-1")
    people["demo-other"].save()
    call_command("seed", "--demo", stdout=io.StringIO())
    assert User.objects.get(username="demo-other").check_password(settings.PORTAL_DEMO_PASSWORD)
    assert User.objects.get(username="demo-staff").password == kept


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("password", ["", "short-1"])
def test_a_short_demo_password_is_refused(settings: Any, password: str) -> None:
    settings.PORTAL_DEMO_PASSWORD = password
    with pytest.raises(CommandError, match="PORTAL_DEMO_PASSWORD"):
        call_command("seed", "--demo", stdout=io.StringIO())


def test_a_plan_without_rounds_gets_its_last_years_for_the_demo_once(people: dict[str, User], seeded: Plan) -> None:
    for _again in range(2):
        call_command("seed", "--demo", stdout=io.StringIO())
    opened = seeded.rounds.get()
    assert (opened.year, opened.tasks.count(), opened.created_by) == (2020, 13, people["demo-admin"])


def test_without_demo_no_round_is_opened(seeded: Plan) -> None:
    call_command("seed", stdout=io.StringIO())
    assert not seeded.rounds.exists()


def test_how_a_target_is_reported_is_set_once(seeded: Plan) -> None:
    intensity = Target.objects.get(code="rd-intensity")
    assert (intensity.release_month, intensity.asks_cities, intensity.second_review) == (8, False, False)
    assert "科技经费投入统计公报" in intensity.source_hint
    Target.objects.filter(pk=intensity.pk).update(release_month=9, source_hint="年鉴")
    assert seed(FIXTURES).is_empty
    intensity.refresh_from_db()
    assert (intensity.release_month, intensity.source_hint) == (9, "年鉴")
