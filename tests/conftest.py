"""What tests share: the seeded plan with its published figures, and the people who use the portal."""

import copy
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, override_settings
from knox.models import AuthToken
from rest_framework.test import APIClient

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent, Round, Task
from targets import recompute
from targets.models import Target

pytest_plugins = ["tests.jobs.workers", "tests.waiting"]

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
DEMO_PASSWORD = "demo-password-1"


# Tests run the portal's own settings; only the hash is quick, and jobs run in-process unless a test asks.
QUICK = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "PORTAL_DEMO_PASSWORD": DEMO_PASSWORD,
    "REDIS_URL": "",
}


@pytest.fixture(autouse=True)
def _quick_settings(settings: Any) -> None:
    for name, value in QUICK.items():
        setattr(settings, name, value)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def evidence_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this test's evidence would lie; made by the first file, as in production."""
    folder = tmp_path_factory.getbasetemp() / f"evidence-{uuid.uuid4().hex}"
    options = settings.STORAGES["evidence"]["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"evidence": settings.STORAGES["evidence"] | {"OPTIONS": options}}
    return folder


def load_everything() -> None:
    """Plan, catalogue, demo accounts, published figures and their snapshots."""
    call_command("seed", "--demo", stdout=io.StringIO())
    _close_demo_round()
    call_command("load_figures", str(FIXTURES / "published_figures.csv"), stdout=io.StringIO())
    recompute.sweep()


def _close_demo_round() -> None:
    """Each test opens the rounds that it needs."""
    _truncate(ReportingEvent, Task, Round)


def _truncate(*models: type[Model]) -> None:
    """Empties tables and whatever refers to them; TRUNCATE passes the triggers that keep history."""
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


MADE_BY_MIGRATIONS = {"auth", "contenttypes"}


class Rows:
    """All rows of a loaded database, to be put back into an empty one many times a second."""

    def __init__(self) -> None:
        self.by_model = {
            model: list(model._base_manager.all())
            for model in apps.get_models()
            if model._meta.app_label not in MADE_BY_MIGRATIONS
        }

    def put(self) -> None:
        """Keys come along, so the sequences that PostgreSQL takes new ones from are moved past them."""
        found = [model for model, rows in self.by_model.items() if rows]
        with transaction.atomic():
            for model in found:
                model._base_manager.bulk_create(copy.copy(row) for row in self.by_model[model])
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), found):
                    cursor.execute(statement)


@pytest.fixture(scope="session")
def baseline(django_db_setup: None, django_db_blocker: Any) -> Rows:
    """The loaded plan, committed once a session: every test's own transaction begins with it."""
    with django_db_blocker.unblock(), override_settings(**QUICK):
        load_everything()
        return Rows()


@pytest.fixture
def seeded(baseline: Rows, db: None) -> Plan:
    """The default plan, seeded, with published figures and fresh snapshots."""
    if not Plan.objects.exists():
        # A transactional test before this one has emptied the database.
        baseline.put()
    return Plan.objects.get(code=settings.DEFAULT_PLAN)


@pytest.fixture
def empty(db: None) -> None:
    """A database with tables and nothing in them, for this test alone."""
    _truncate(*(model for model in apps.get_models() if model._meta.app_label not in MADE_BY_MIGRATIONS))


@pytest.fixture
def people(seeded: Plan) -> dict[str, User]:
    """The demo accounts by user name."""
    return {user.username: user for user in User.objects.all()}


@pytest.fixture
def second_reviewer(people: dict[str, User]) -> User:
    """Another reviewer of the same department, among the people from now on."""
    first = people["demo-reviewer"]
    second = User.objects.create_user("second-reviewer", role=first.role, department=first.department)
    people[second.username] = second
    return second


@pytest.fixture
def browse(people: dict[str, User]) -> Callable[[str], Client]:
    """A browser signed in as a person: browse("demo-staff")."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def as_person(browse: Callable[[str], Client], client: Client) -> Callable[[str], Client]:
    """A browser of a person; "" is the public."""
    return lambda username: browse(username) if username else client


@pytest.fixture
def api(people: dict[str, User]) -> Callable[[str], APIClient]:
    """An API client with a person's token: api("demo-staff"); api("") is the public."""

    def client(username: str = "") -> APIClient:
        made = APIClient()
        if username:
            made.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(people[username])[1]}")
        return made

    return client


@pytest.fixture
def target(seeded: Plan) -> Callable[[str], Target]:
    """A target of the plan by its code."""
    return lambda code: Target.objects.get(plan=seeded, code=code)
