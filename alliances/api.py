"""Industry alliances, for reading."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from alliances.filters import AllianceFilter
from alliances.models import Alliance
from planportal.plan.api import PlanText
from planportal.plan.mount import plan_of
from planportal.web.lists import ListAnswer


class AllianceOutput(serializers.ModelSerializer[Alliance]):
    class Meta:
        model = Alliance
        fields = ("number", "name", "level")


class AllianceList(PlanText, ListAnswer):
    """The industry alliances of annex 3."""

    queryset = Alliance.objects.none()
    serializer_class = AllianceOutput
    filterset_class = AllianceFilter
    csv_name = "alliances"

    def get_queryset(self) -> QuerySet[Any]:
        return Alliance.objects.filter(plan=plan_of(self.request))
