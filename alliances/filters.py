"""The filters of alliances, for the page and the API alike."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliances.models import Alliance, Level
from planportal.plan.text import normalise


class AllianceFilter(django_filters.FilterSet):
    """`level`: national or provincial; `q`: text found in the name, whatever the width or case it is written in."""

    level = django_filters.ChoiceFilter(choices=Level.choices, label=_("级别"), empty_label=_("全部级别"))
    q = django_filters.CharFilter(method="find", label=_("文字"), max_length=100)

    class Meta:
        model = Alliance
        fields = ("level", "q")

    def find(self, alliances: QuerySet[Alliance], name: str, text: str) -> QuerySet[Alliance]:
        """Every word must occur in the name."""
        for word in normalise(text).split():
            alliances = alliances.filter(search_text__contains=word)
        return alliances
