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


def overdue_days(task: Task, today: date) -> int:
    """For how many days a task that is not settled has been overdue; 0 until then, and for one that is.

    Paused days do not count, nor any through `asked_by`. Reads a task `with_deadline` and its `pauses`: prefetch them.
    """
    if task.is_settled:
        return 0
    pauses = [(pause.starts_on, pause.ends_on) for pause in task.pauses.all()]
    return days_overdue(task.asked_by, pauses, today)


def is_paused(task: Task, today: date) -> bool:
    """Whether nobody is chased for a task on a day. Reads `task.pauses`: prefetch them."""
    return any(pause.starts_on <= today <= pause.ends_on for pause in task.pauses.all())
