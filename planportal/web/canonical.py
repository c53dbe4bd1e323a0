"""Rows as text that is the same whatever the database: what is hashed, so that a changed row can be told."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, and letters as they are; raises ValueError for NaN and infinity."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical_row(row: models.Model, columns: Iterable[str]) -> dict[str, Any]:
    """The columns of a row by name, foreign keys as ids.

    Decimals are text with all of their column's decimals, moments text in UTC to the microsecond, days ISO 8601,
    files their names. Raises FieldDoesNotExist for a column that the model does not have.
    """
    return {name: _written(getattr(row, name), row._meta.get_field(name)) for name in columns}


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The names of all columns of a model's table, as `canonical_row` takes them."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def _written(value: Any, field: Any) -> Any:
    if isinstance(value, Decimal):
        # Adding zero makes a negative zero a zero.
        return f"{value + 0:.{field.decimal_places}f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, models.FileField):
        return str(value)
    return value
