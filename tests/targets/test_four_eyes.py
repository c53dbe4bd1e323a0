"""Four eyes in the database: no event says that somebody passed what they had a hand in, on either database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from planportal.accounts.models import User
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, Target
from tests.history import rewriting

ROOT = Path(settings.BASE_DIR)
PASSING = ("endorsed", "approved")


@pytest.fixture
def edited(people: dict[str, User], target: Callable[[str], Target]) -> Figure:
    """Drafted by staff, edited by the reviewer, handed in by staff: the row itself names staff alone."""
    staff, reviewer = people["demo-staff"], people["demo-reviewer"]
    firms = target("high-tech-enterprises")
    figure = services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))
    figure = services.figure_submit(by=staff, figure=figure, if_version=1)
    figure = services.figure_return(by=reviewer, figure=figure, if_version=2, reason="请核对")
    figure = services.figure_edit(by=reviewer, figure=figure, if_version=3, changes={"note": "已核"})
    return services.figure_submit(by=staff, figure=figure, if_version=4)


def passing(figure: Figure, action: str, actor: User | None) -> FigureEvent:
    return FigureEvent(figure=figure, target=figure.target, action=action, version=6, actor=actor, at=timezone.now())


@pytest.mark.parametrize("action", PASSING)
@pytest.mark.parametrize("who", ["demo-staff", "demo-reviewer"], ids=["drafted and submitted", "edited"])
def test_who_had_a_hand_in_it_passes_nothing(people: dict[str, User], edited: Figure, action: str, who: str) -> None:
    event = passing(edited, action, people[who])
    with pytest.raises(IntegrityError, match="figure_event_four_eyes"), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError, match="figure_event_four_eyes"), transaction.atomic():
        FigureEvent.objects.bulk_create([event])
    assert not edited.events.filter(action__in=PASSING).exists()


@pytest.mark.parametrize("action", PASSING)
def test_who_had_no_hand_in_it_may(people: dict[str, User], edited: Figure, action: str) -> None:
    passing(edited, action, people["demo-other"]).save()
    assert edited.events.filter(action=action).exists()


@pytest.mark.parametrize("action", ["returned", "withdrawn", "edited"])
def test_other_steps_are_free(people: dict[str, User], edited: Figure, action: str) -> None:
    passing(edited, action, people["demo-reviewer"]).save()
    assert edited.events.filter(action=action, version=6).exists()


def test_what_a_file_brought_has_nobody(edited: Figure) -> None:
    passing(edited, "approved", None).save()
    assert edited.events.filter(action="approved").exists()


def test_the_migration_can_be_taken_back_and_made_again(people: dict[str, User], edited: Figure) -> None:
    loader = MigrationLoader(connection)
    migration = next(found for (_, name), found in loader.disk_migrations.items() if name.endswith("_four_eyes"))
    operation, state = migration.operations[0], loader.project_state()
    # PostgreSQL changes no table while constraints wait for the commit.
    connection.check_constraints()
    with connection.schema_editor() as editor:
        operation.database_backwards("targets", editor, state, state)
    passing(edited, "approved", people["demo-reviewer"]).save()
    with rewriting():
        edited.events.filter(action="approved").delete()
    connection.check_constraints()
    with connection.schema_editor() as editor:
        operation.database_forwards("targets", editor, state, state)
    with pytest.raises(IntegrityError), transaction.atomic():
        passing(edited, "approved", people["demo-reviewer"]).save()


ON_SQLITE = """
import django
django.setup()
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from planportal.accounts.models import User
from targets import services
from targets.figure_rules import Content
from targets.models import FigureEvent, Target

assert connection.vendor == "sqlite"
call_command("migrate", verbosity=0)
migrations = MigrationLoader(connection).disk_migrations
four_eyes = next(found for (_, name), found in migrations.items() if name.endswith("_four_eyes"))
call_command("migrate", *four_eyes.dependencies[0], verbosity=0)
call_command("migrate", verbosity=0)
call_command("seed", "--demo", stdout=open("/dev/null", "w"))
people = {user.username: user for user in User.objects.all()}
target = Target.objects.get(code="high-tech-enterprises")
figure = services.figure_draft(
    by=people["demo-staff"], target=target, city=None, year=2017, content=Content(value="929")
)
figure = services.figure_submit(by=people["demo-staff"], figure=figure, if_version=1)
for action in ("endorsed", "approved"):
    for who in ("demo-staff", "demo-reviewer"):
        event = FigureEvent(
            figure=figure, target=target, action=action, version=3, actor=people[who], at=timezone.now()
        )
        try:
            with transaction.atomic():
                event.save()
                transaction.set_rollback(True)
        except IntegrityError as error:
            print(action, who, "figure_event_four_eyes" in str(error))
        else:
            print(action, who, "passed")
"""


def test_on_sqlite_too(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "PORTAL_DEMO_PASSWORD": "demo-password-1",
        "PORTAL_ENV_FILE": "/nonexistent",
        "DJANGO_SETTINGS_MODULE": "planportal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ON_SQLITE], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "endorsed demo-staff True",
        "endorsed demo-reviewer passed",
        "approved demo-staff True",
        "approved demo-reviewer passed",
    ], done.stderr
