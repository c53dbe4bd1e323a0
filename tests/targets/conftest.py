"""What tests of the targets share."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from planportal.accounts.models import User
from tests.targets.desk import NOBODY, REVIEWER, SECOND_REVIEWER, Desk


@pytest.fixture
def desk(api: Callable[..., APIClient]) -> Desk:
    """Everybody's desk."""
    return Desk(api)


@pytest.fixture
def public(api: Callable[..., APIClient]) -> APIClient:
    """Anybody, without a token."""
    return api(NOBODY)


@pytest.fixture
def second_reviewer(people: dict[str, User]) -> User:
    """Another reviewer of the same department, among the people from now on."""
    first = people[REVIEWER]
    people[SECOND_REVIEWER] = User.objects.create_user(SECOND_REVIEWER, role=first.role, department=first.department)
    return people[SECOND_REVIEWER]
