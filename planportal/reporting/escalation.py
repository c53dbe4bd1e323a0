"""How urgent a task that is not done has become: whole days, and three steps of asking louder."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.reporting.calendar import days_overdue
from planportal.reporting.models import Task, TaskState

# A task in one of these states waits for its department.
CHASED_STATES = (TaskState.OPEN, TaskState.DRAFT, TaskState.RETURNED)


class Step(models.TextChoices):
    """Blue asks the department's staff, orange its reviewers too, red the administrators too."""

    BLUE = "blue", _("蓝色催报")
    ORANGE = "orange", _("橙色催报")
    RED = "red", _("红色催报")


def step_of(days: int) -> Step | None:
    """The step of a task that has been overdue for so many days: blue from 1, orange from ESCALATE_ORANGE_DAYS, red
    from ESCALATE_RED_DAYS on; None where it is not overdue."""
    if days < 1:
        return None
    if days < settings.ESCALATE_ORANGE_DAYS:
        return Step.BLUE
    return Step.ORANGE if days < settings.ESCALATE_RED_DAYS else Step.RED


def asked_by(task: Task) -> date:
    """The last day on which nobody calls a task overdue: its due date, or the last day of a later declaration."""
    return max(task.due_on, task.unavailable_until or task.due_on)


def overdue_days(task: Task, today: date) -> int:
    """For how many days a task that is not done has been overdue; 0 until then.

    Paused days and those through the last day of a declaration do not count. Reads `task.pauses`: prefetch them.
    """
    pauses = [(pause.starts_on, pause.ends_on) for pause in task.pauses.all()]
    return days_overdue(asked_by(task), pauses, today)


def is_paused(task: Task, today: date) -> bool:
    """Whether nobody is chased for a task on a day. Reads `task.pauses`: prefetch them."""
    return any(pause.starts_on <= today <= pause.ends_on for pause in task.pauses.all())
