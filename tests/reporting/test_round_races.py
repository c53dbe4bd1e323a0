"""Two decisions about a round at once on PostgreSQL: one holds the round, the other one waits for it."""

import pytest
from django.db import transaction

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import ReportingEvent, Round, Task
from targets.models import Target
from tests.waiting import PATIENCE_SECONDS, Start

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "high-tech-enterprises"


@pytest.fixture
def lacking(seeded: Plan, people: dict[str, User]) -> Round:
    """2017's round, which lacks the tasks of 13 prefectures."""
    made = services.round_open(by=people["demo-admin"], plan=seeded, year=2017)
    Target.objects.filter(code=CODE).update(asks_cities=True)
    return made


def test_missing_tasks_added_twice_at_once_are_added_once(
    people: dict[str, User], lacking: Round, start: Start
) -> None:
    def complete() -> int:
        return services.round_complete(by=people["demo-admin"], reporting_round=lacking)

    with transaction.atomic():
        assert complete() == 13
        second = start(complete)
    assert second.result(PATIENCE_SECONDS) == 0
    assert Task.objects.filter(target__code=CODE).count() == 14
    assert ReportingEvent.objects.filter(action="round_completed").count() == 1


def test_no_tasks_are_added_for_prefectures_that_are_no_longer_asked_meanwhile(
    people: dict[str, User], lacking: Round, start: Start
) -> None:
    target = Target.objects.select_related("plan", "department").get(code=CODE)
    with transaction.atomic():
        services.target_configure(
            by=people["demo-admin"],
            target=target,
            department=target.department,
            release_month=None,
            source_hint="",
            asks_cities=False,
            second_review=False,
            reason="范围调整",
        )
        late = start(lambda: services.round_complete(by=people["demo-admin"], reporting_round=lacking))
    assert late.result(PATIENCE_SECONDS) == 0
