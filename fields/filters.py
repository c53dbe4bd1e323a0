"""The filters of research directions, for the page and the API alike."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fields.models import Direction, PriorityField
from planportal.plan.text import normalise


def fields_of_plan(request: Any) -> QuerySet[PriorityField]:
    """The fields of the request's plan; outside a request (for the schema) none."""
    plan = getattr(request, "plan", None)
    return PriorityField.objects.filter(plan=plan)


class DirectionFilter(django_filters.FilterSet):
    """`field`: a field's code; `q`: text found in the name, whatever the width or case it is written in."""

    field = django_filters.ModelChoiceFilter(
        queryset=fields_of_plan, to_field_name="code", label=_("领域"), empty_label=_("全部领域")
    )
    q = django_filters.CharFilter(method="find", label=_("文字"), max_length=100)

    class Meta:
        model = Direction
        fields = ("field", "q")

    def find(self, directions: QuerySet[Direction], name: str, text: str) -> QuerySet[Direction]:
        """Every word must occur in the name."""
        for word in normalise(text).split():
            directions = directions.filter(search_text__contains=word)
        return directions
