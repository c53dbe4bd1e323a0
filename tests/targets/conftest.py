"""What tests of the targets share."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.targets.desk import NOBODY, Desk


@pytest.fixture
def desk(api: Callable[..., APIClient]) -> Desk:
    """Everybody's desk."""
    return Desk(api)


@pytest.fixture
def public(api: Callable[..., APIClient]) -> APIClient:
    """Anybody, without a token."""
    return api(NOBODY)
