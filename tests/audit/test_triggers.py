"""History is never changed or deleted: each trigger with the statement that it refuses, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets.models import Evidence, Figure
from tests.audit.history_rows import APPROVED_CHANGES, EVIDENCE_CHANGES, REFUSED, make_history, refusals
from tests.history import rewriting

ROOT = Path(settings.BASE_DIR)
ALL_TRIGGERS = {*REFUSED, "figure_event_four_eyes"}
GUARDING = ("accounts", "targets", "reporting", "audit")


def triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_trigger_is_there_after_the_migrations() -> None:
    assert triggers() == ALL_TRIGGERS


def test_each_refuses_what_it_is_there_for(seeded: Plan, people: dict[str, User]) -> None:
    figure = make_history(seeded, people)
    assert refusals(figure) == {}


def test_no_column_of_an_approved_figure_or_of_evidence_is_forgotten() -> None:
    assert {field.column for field in Evidence._meta.concrete_fields} == {*EVIDENCE_CHANGES, "removed_at"}
    assert set(APPROVED_CHANGES) <= {field.column for field in Figure._meta.concrete_fields}


def test_evidence_is_taken_away_once(seeded: Plan, people: dict[str, User]) -> None:
    piece = make_history(seeded, people).evidence.get()
    with pytest.raises(IntegrityError, match="evidence_only_taken_away"), transaction.atomic():
        Evidence.objects.filter(pk=piece.pk).update(removed_at=None)
    Evidence.objects.filter(pk=piece.pk).update(removed_at=timezone.now())
    for moment in (timezone.now(), None):
        with pytest.raises(IntegrityError, match="evidence_only_taken_away"), transaction.atomic():
            Evidence.objects.filter(pk=piece.pk).update(removed_at=moment)


def test_the_constraint_is_named_as_the_trigger(seeded: Plan, people: dict[str, User]) -> None:
    make_history(seeded, people)
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFUSED["seal_never_changed"])
    assert refused.value.__cause__.diag.constraint_name == "seal_never_changed"


def test_the_migrations_can_be_taken_back_and_made_again(seeded: Plan, people: dict[str, User]) -> None:
    loader = MigrationLoader(connection)
    guarding = [loader.disk_migrations[key] for key in loader.disk_migrations if key[1].endswith("_stay")]
    guarding += [loader.disk_migrations[key] for key in loader.disk_migrations if key[1].endswith("_stays")]
    assert {migration.app_label for migration in guarding} == set(GUARDING)
    state = loader.project_state()
    connection.check_constraints()
    with connection.schema_editor() as editor:
        for migration in guarding:
            migration.operations[0].database_backwards(migration.app_label, editor, state, state)
    assert triggers() == {"figure_event_four_eyes"}
    with connection.schema_editor() as editor:
        for migration in guarding:
            migration.operations[0].database_forwards(migration.app_label, editor, state, state)
    assert triggers() == ALL_TRIGGERS


def test_versions_that_were_there_before_learn_what_their_figures_say(seeded: Plan, people: dict[str, User]) -> None:
    figure = make_history(seeded, people)
    migration = MigrationLoader(connection).disk_migrations["targets", "0006_versions_say_when_known"]
    with rewriting():
        figure.versions.update(known_from=None, sequence=None, supersedes=None)
        migration.operations[-1].code(MigrationLoader(connection).project_state().apps, None)
    told = [(version.known_from, version.sequence) for version in figure.versions.order_by("number")]
    assert told == [(None, None), (None, None), (figure.known_from, figure.sequence)]


ON_SQLITE = """
import json
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from planportal.accounts.models import User
from planportal.audit.verification import verify
from planportal.plan.models import Plan
from tests.audit.history_rows import make_history, refusals

def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return sorted(name for (name,) in cursor.fetchall())

quiet = open("/dev/null", "w")
assert connection.vendor == "sqlite"
call_command("migrate", verbosity=0)
made = triggers()
for app, before in (("audit", "0001"), ("reporting", "0001"), ("targets", "0005"), ("accounts", "0002")):
    call_command("migrate", app, before, verbosity=0)
taken_back = triggers()
call_command("migrate", verbosity=0)
again = triggers()
call_command("seed", "--demo", stdout=quiet)
people = {user.username: user for user in User.objects.all()}
figure = make_history(Plan.objects.get(), people, year=2019)
report = verify()
print(json.dumps({
    "made": made, "taken_back": taken_back, "again": again, "passed": refusals(figure),
    "findings": [str(finding) for finding in report.findings], "unsealed": report.unsealed,
}))
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
    command = [sys.executable, "-c", ON_SQLITE]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "made": sorted(ALL_TRIGGERS),
        "taken_back": ["figure_event_four_eyes"],
        "again": sorted(ALL_TRIGGERS),
        "passed": {},
        "findings": [],
        "unsealed": 0,
    }
