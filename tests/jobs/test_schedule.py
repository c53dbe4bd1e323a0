"""What the beat asks for: jobs that the worker knows, and the nightly look at the snapshots through it."""

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from planportal.plan.models import Plan
from targets.models import Snapshot
from tests.jobs.workers import Worker, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_knows_every_job_of_the_schedule() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_the_worker_finds_and_mends_a_snapshot_changed_by_sql(
    transactional_db: None, seeded: Plan, worker: Worker
) -> None:
    right = Snapshot.objects.get(target__code="incubators", as_of_year=2020, view="approved")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE targets_snapshot SET value = value + 1 WHERE id = %s", [right.pk])
    current_app.send_task("targets.reconcile")
    assert eventually(lambda: Snapshot.objects.get(pk=right.pk).value == right.value)
