"""The sweep as a process: what it outlives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from planportal.plan.models import Plan
from planportal.portal.management.commands.sweep import Command
from targets import recompute
from targets.models import TargetBuild


def cut(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
    """The connection is gone when the build reads figures, as when an operator or a restart ended it."""
    if 'FROM "targets_figure"' in sql:
        connection.connection.close()
    return execute(sql, *others)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_does_not_end_the_sweep(
    transactional_db: None, seeded: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        recompute.want(TargetBuild.objects.values_list("pk", flat=True), rings=False)
    with connection.execute_wrapper(cut):
        Command._round()
    assert "the sweep did not reach the database" in caplog.text
    connection.close()
    TargetBuild.objects.update(lease=None, lease_until=None, next_attempt_at=None)
    Command._round()
    assert not TargetBuild.objects.stale().exists()
