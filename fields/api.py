"""Priority fields and research directions, for reading."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from fields.filters import DirectionFilter
from fields.models import Direction, PriorityField
from planportal.plan.api import PlanText
from planportal.plan.mount import plan_of
from planportal.web.lists import ListAnswer


class FieldOutput(serializers.ModelSerializer[PriorityField]):
    first = serializers.IntegerField(allow_null=True, help_text="第一个研发方向的序号")
    last = serializers.IntegerField(allow_null=True, help_text="最后一个研发方向的序号")
    count = serializers.IntegerField(help_text="研发方向的个数")

    class Meta:
        model = PriorityField
        fields = ("code", "name", "first", "last", "count")


class DirectionOutput(serializers.ModelSerializer[Direction]):
    field = serializers.CharField(source="field.code", help_text="领域代码")

    class Meta:
        model = Direction
        fields = ("number", "name", "field")


class FieldList(PlanText, ListAnswer):
    """The priority fields 优先领域 in the plan's order."""

    queryset = PriorityField.objects.none()
    serializer_class = FieldOutput
    csv_name = "fields"

    def get_queryset(self) -> QuerySet[Any]:
        return PriorityField.objects.filter(plan=plan_of(self.request)).with_span()


class DirectionList(PlanText, ListAnswer):
    """The research directions 研发方向 of annex 1."""

    queryset = Direction.objects.none()
    serializer_class = DirectionOutput
    filterset_class = DirectionFilter
    csv_name = "directions"

    def get_queryset(self) -> QuerySet[Any]:
        return Direction.objects.filter(plan=plan_of(self.request)).select_related("field")
