"""What tests of the search share."""

import json
from pathlib import Path
from typing import Any

import pytest

from planportal.plan.models import Plan
from planportal.search.documents import documents_of
from planportal.search.engine import Index

QUERIES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "queries.json").read_text(encoding="utf-8"))


@pytest.fixture
def whole(seeded: Plan) -> Index:
    """The index of the whole plan."""
    return Index(documents_of(seeded))
