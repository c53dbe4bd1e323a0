"""What tests of the administration's pages compare."""

from typing import Any

from planportal.reporting.models import ReportingEvent, Round, Task
from targets.models import Target


def stored() -> list[Any]:
    """Everything that the administration of rounds can change."""
    models = (Round, Task, Target, ReportingEvent)
    return [list(model.objects.order_by("pk").values()) for model in models]
