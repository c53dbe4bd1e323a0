"""The yearly round: rounds, tasks and what was decided about them; notices and the e-mails that carry them."""

from planportal.reporting.models.notice import Digest, Notice, NoticeKind
from planportal.reporting.models.round import ReportingEvent, Round
from planportal.reporting.models.task import Task, TaskPause, TaskState

__all__ = [
    "Digest",
    "Notice",
    "NoticeKind",
    "ReportingEvent",
    "Round",
    "Task",
    "TaskPause",
    "TaskState",
]
