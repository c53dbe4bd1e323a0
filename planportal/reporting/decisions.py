"""How a decision about the yearly round is recorded: one transaction with its event; a refusal is an event alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent, Round, Task
from planportal.web.refusals import Refusal
from targets.models import Target

Action = ReportingEvent.Action
LONGEST_DETAIL = 1000


@dataclass(frozen=True)
class About:
    """What a decision is about; the plan follows from the most particular of the three."""

    plan: Plan
    round: Round | None = None
    task: Task | None = None
    target: Target | None = None

    @classmethod
    def of_task(cls, task: Task) -> "About":
        return cls(plan=task.round.plan, round=task.round, task=task, target=task.target)


Record = Callable[..., None]


@contextmanager
def deciding(action: str, *, by: User, about: About) -> Iterator[Record]:
    """One decision: what it records is stored with it; a refusal is stored by itself, after the rollback."""

    def record(of: About = about, *, why: str = "", detail: str = "") -> None:
        _store_event(of, action=action, actor=by, why=why.strip(), detail=detail[:LONGEST_DETAIL])

    try:
        with transaction.atomic():
            yield record
    except Refusal as refusal:
        with transaction.atomic():
            why = refusal.told.replace("\x00", "\ufffd")[:LONGEST_DETAIL]
            _store_event(about, action=Action.REFUSED, attempted=action, actor=by, why=why, code=refusal.code)
        raise


def _store_event(about: About, **values: Any) -> None:
    ReportingEvent.objects.create(
        plan=about.plan, round=about.round, task=about.task, target=about.target, at=timezone.now(), **values
    )
