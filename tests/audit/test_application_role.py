"""The role of README's SQL: it does the portal's work and can neither rewrite history nor switch its triggers off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from planportal.accounts.models import User
from planportal.audit.verification import verify
from planportal.plan.models import Plan
from planportal.reporting.digests import send_digests
from planportal.reporting.notices import gather
from targets import recompute, replays
from targets.models import Snapshot
from tests.audit.history_rows import REFUSED, make_history

README = Path(settings.BASE_DIR) / "README.md"
HISTORY_TABLES = {re.split(r"UPDATE |FROM ", statement)[1].split()[0] for statement in REFUSED.values()}


def statements() -> list[str]:
    """README's SQL, for a role of this process: the roles of a server are those of all its databases."""
    [block] = re.findall(r"```sql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    named = block.replace("portal_app", f"portal_app_of_{connection.settings_dict['NAME']}")
    return [statement.strip() for statement in named.split(";") if statement.strip()]


@pytest.fixture
def as_application(seeded: Plan, people: dict[str, User]) -> Iterator[None]:
    """Within the test the database is spoken to as the application's role; the rollback takes the role away."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
        cursor.execute(f"SET ROLE portal_app_of_{connection.settings_dict['NAME']}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("as_application")
def test_it_does_the_portals_work(seeded: Plan, people: dict[str, User]) -> None:
    figure = make_history(seeded, people)
    recompute.build(figure.target_id)
    recompute.sweep()
    replays.forget_old()
    gather(timezone.now())
    send_digests(timezone.now())
    assert Snapshot.objects.filter(target=figure.target, as_of_year=2017).exists()
    assert verify().findings == []


@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", sorted(HISTORY_TABLES))
def test_it_rewrites_no_history(table: str) -> None:
    attempts = [
        f"TRUNCATE {table} CASCADE",
        f"DELETE FROM {table}",
        f"DROP TABLE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        f"ALTER TABLE {table} ADD COLUMN x integer",
    ]
    assert [attempt for attempt in attempts if is_permitted(attempt)] == []


@pytest.mark.usefixtures("as_application")
def test_it_switches_nothing_off(seeded: Plan) -> None:
    attempts = [
        "SET session_replication_role = replica",
        "DROP FUNCTION targets_history_stays() CASCADE",
        "CREATE OR REPLACE FUNCTION targets_history_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "UPDATE targets_figureversion SET note = note",
        "DELETE FROM django_migrations",
    ]
    assert [attempt for attempt in attempts if is_permitted(attempt)] == []


def is_permitted(statement: str) -> bool:
    """Whether the role may do it; what is refused must be refused for want of the right."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return not re.search(r"permission denied|must be owner", str(error))
    return True
