"""Plans, for reading."""

from datetime import datetime

from rest_framework import serializers
from rest_framework.permissions import AllowAny

from planportal.plan.models import Plan
from planportal.plan.mount import plan_of
from planportal.web.answers import DatedAnswer
from planportal.web.lists import ListAnswer


class PlanText(DatedAnswer):
    """A public answer from the plan's text: as fresh as its loading, never pending."""

    permission_classes = [AllowAny]

    def data_as_of(self) -> tuple[datetime, bool]:
        return plan_of(self.request).loaded_at, False


class PlanOutput(serializers.ModelSerializer[Plan]):
    class Meta:
        model = Plan
        fields = ("code", "title", "start_year", "end_year", "issued_on")


class PlanList(PlanText, ListAnswer):
    """The plans that are loaded."""

    queryset = Plan.objects.all()
    serializer_class = PlanOutput
    csv_name = "plans"
