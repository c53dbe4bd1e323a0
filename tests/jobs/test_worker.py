"""The same figure through PostgreSQL, Redis and a worker; and what happens when one of them is missing."""

import time

import pytest
from django.db import connection

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets import recompute, services
from targets.figure_rules import Content
from targets.models import Figure, Snapshot, Target, TargetBuild
from tests.jobs.workers import Worker, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def submit_and_approve() -> Target:
    firms = Target.objects.get(code="high-tech-enterprises")
    staff, reviewer = User.objects.get(username="demo-staff"), User.objects.get(username="demo-reviewer")
    figure = services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))
    services.figure_submit(by=staff, figure=figure, if_version=1)
    services.figure_approve(by=reviewer, figure=figure, if_version=2)
    return firms


def is_fresh() -> bool:
    return not TargetBuild.objects.stale().exists()


def public_status(target: Target, year: int) -> str:
    return Snapshot.objects.get(target=target, as_of_year=year, view="approved").status


@pytest.fixture
def loaded(transactional_db: None, seeded: Plan) -> Plan:
    """The loaded plan, committed, so that the worker sees it."""
    return seeded


def test_the_suite_runs_on_postgresql() -> None:
    assert connection.vendor == "postgresql"


def test_an_approval_reaches_the_dashboard_through_the_worker(loaded: Plan, worker: Worker) -> None:
    firms = submit_and_approve()
    assert eventually(is_fresh)
    assert public_status(firms, 2017) == "on_track"


def test_a_worker_killed_before_the_ring_builds_when_it_is_back(loaded: Plan, worker: Worker) -> None:
    worker.stop()
    firms = submit_and_approve()
    assert not is_fresh()
    worker.start()
    assert eventually(is_fresh)
    assert public_status(firms, 2017) == "on_track"


def test_a_message_delivered_many_times_gives_one_result(loaded: Plan, worker: Worker) -> None:
    firms = submit_and_approve()
    for _delivery in range(10):
        recompute.ring([firms.pk])
    assert eventually(is_fresh)
    assert Snapshot.objects.filter(target=firms).count() == 12


def test_without_a_broker_the_submission_is_quick_and_the_sweep_builds(loaded: Plan, no_broker: None) -> None:
    started = time.monotonic()
    firms = submit_and_approve()
    assert time.monotonic() - started < 5
    assert Figure.objects.get(target=firms, year=2017).state == "approved"
    assert not is_fresh()
    assert recompute.sweep() == 1
    assert public_status(firms, 2017) == "on_track"


def test_after_a_failed_ring_nobody_waits_for_the_broker_again(loaded: Plan, no_broker: None) -> None:
    submit_and_approve()
    assert recompute.doorbell.silent_until > time.monotonic()
