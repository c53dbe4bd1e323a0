"""What the tests of the yearly round share: figures at each stage of their way."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from planportal.accounts.models import City, Department, User
from planportal.accounts.services import account_change
from planportal.plan.models import Plan
from planportal.reporting import services as reporting_services
from planportal.reporting.models import Round, Task
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, Target

# Nobody has published it, so that it is missing until somebody enters it.
CODE, YEAR = "high-tech-enterprises", 2017


@pytest.fixture
def opened(seeded: Plan, people: dict[str, User]) -> Round:
    """2017's round, open since January of the year and due in 30 days."""
    return reporting_services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)


@pytest.fixture
def draft(people: dict[str, User], target: Callable[[str], Target]) -> Callable[..., Figure]:
    """A draft of 2017's high-tech enterprises by the department's staff; what is named differs."""

    def make(
        *, by: str = "demo-staff", code: str = CODE, year: int = YEAR, city: City | None = None, **content: Any
    ) -> Figure:
        return services.figure_draft(
            by=people[by], target=target(code), city=city, year=year, content=Content(**{"value": "929", **content})
        )

    return make


@pytest.fixture
def submitted(people: dict[str, User], draft: Callable[..., Figure]) -> Callable[..., Figure]:
    """The same, handed in by the same person."""

    def make(*, by: str = "demo-staff", **rest: Any) -> Figure:
        figure = draft(by=by, **rest)
        return services.figure_submit(by=people[by], figure=figure, if_version=figure.version)

    return make


@pytest.fixture
def returned(people: dict[str, User], submitted: Callable[..., Figure]) -> Callable[..., Figure]:
    """The same, sent back by the reviewer."""

    def make(*, why: str = "请注明来源", **rest: Any) -> Figure:
        figure = submitted(**rest)
        return services.figure_return(by=people["demo-reviewer"], figure=figure, if_version=figure.version, reason=why)

    return make


@pytest.fixture
def reassign(people: dict[str, User]) -> Callable[..., User]:
    """Gives a person another role, department (a code) or city (a code), as administrators do."""

    def make(username: str, *, role: str = "staff", department: str = "", city: str = "") -> User:
        person = people[username]
        return account_change(
            by=people["demo-admin"],
            person=person,
            name=person.get_full_name(),
            email=User.objects.get(pk=person.pk).email,
            role=role,
            department=Department.objects.filter(code=department).first(),
            city=City.objects.filter(code=city).first(),
        )

    return make


@pytest.fixture
def admin(browse: Callable[[str], Client]) -> Client:
    """The administrator's browser."""
    return browse("demo-admin")


@pytest.fixture
def overdue(seeded: Plan, people: dict[str, User]) -> Round:
    """2017's round, due long ago; nobody has published 2017's high-tech enterprises."""
    days = {"opens_on": date(2018, 1, 1), "due_on": date(2018, 3, 31)}
    return reporting_services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR, **days)


@pytest.fixture
def task(overdue: Round) -> Task:
    """2017's high-tech enterprises of the province."""
    return overdue.tasks.get(target__code=CODE)
