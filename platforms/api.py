"""The "Internet+" platforms, for reading."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from planportal.plan.api import PlanText
from planportal.plan.mount import plan_of
from planportal.web.lists import ListAnswer
from platforms.models import Platform


class PlatformOutput(serializers.ModelSerializer[Platform]):
    class Meta:
        model = Platform
        fields = ("number", "name")


class PlatformList(PlanText, ListAnswer):
    """The platforms of annex 2."""

    queryset = Platform.objects.none()
    serializer_class = PlatformOutput
    csv_name = "platforms"

    def get_queryset(self) -> QuerySet[Any]:
        return Platform.objects.filter(plan=plan_of(self.request))
