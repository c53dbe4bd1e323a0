"""Tasks for those who have them: what is asked of a department, until when, and how far it is."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated

from planportal.accounts.models import User
from planportal.plan.mount import plan_of
from planportal.reporting.filters import TaskFilter
from planportal.reporting.models import Task, TaskState
from planportal.web.answers import DatedAnswer
from planportal.web.lists import ListAnswer


class TaskOutput(serializers.Serializer[Task]):
    """A task; `figure` is the id of the figure in force, else of the one on its way that the caller may see."""

    id = serializers.IntegerField()
    target = serializers.CharField(source="target.code")
    year = serializers.IntegerField()
    area = serializers.CharField(allow_null=True, help_text="行政区划代码；全省为 null")
    state = serializers.ChoiceField(TaskState.values)
    opens_on = serializers.DateField()
    due_on = serializers.DateField(source="asked_by")
    late = serializers.BooleanField()
    figure = serializers.IntegerField(source="figure_id", allow_null=True)


class TaskList(DatedAnswer, ListAnswer):
    """The caller's tasks, those due first in front."""

    queryset = Task.objects.none()
    serializer_class = TaskOutput
    filterset_class = TaskFilter
    csv_name = "tasks"

    def get_queryset(self) -> QuerySet[Any]:
        person = self.request.user
        if not isinstance(person, User):
            raise NotAuthenticated
        tasks = Task.objects.of_plan(plan_of(self.request)).mine(person).shown()
        asked = tasks.with_state(person, timezone.localdate()).asked()
        return asked.order_by(F("asked_by"), "target__number", "city__code", "pk")
