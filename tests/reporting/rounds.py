"""What the tests of rounds and their tasks do again and again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from planportal.accounts.models import City, User
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from targets.models import Figure, Target

CODE, YEAR = "high-tech-enterprises", 2017
People = dict[str, User]
Make = Callable[..., Figure]
TODAY = timezone.localdate


def read(task: Task, viewer: User, today: date | None = None) -> Task:
    return Task.objects.shown().with_state(viewer, today or TODAY()).get(pk=task.pk)


def task_of(reporting_round: Round, code: str = CODE, city: City | None = None) -> Task:
    return Task.objects.shown().get(round=reporting_round, target__code=code, city=city)


def declare(by: User, task: Task, days: int = 30, reason: str = "普查数据尚未公布") -> Task:
    return services.task_declare_unavailable(by=by, task=task, until=TODAY() + timedelta(days=days), reason=reason)


def move(reporting_round: Round, people: People, opens_on: date, due_on: date) -> None:
    services.round_change_dates(
        by=people["demo-admin"], reporting_round=reporting_round, opens_on=opens_on, due_on=due_on, reason="推迟"
    )


def overdue_since(task: Task, days: int) -> None:
    """As if a task had been due some days ago."""
    due_on = TODAY() - timedelta(days=days)
    Task.objects.filter(pk=task.pk).update(opens_on=due_on, due_on=due_on, regular_due_on=due_on)


def configure(by: User, target: Target, **changes: Any) -> Target:
    values: dict[str, Any] = {
        "department": target.department,
        "release_month": target.release_month,
        "source_hint": target.source_hint,
        "asks_cities": target.asks_cities,
        "second_review": target.second_review,
        "reason": "工作调整",
    }
    return services.target_configure(by=by, target=target, **(values | changes))
