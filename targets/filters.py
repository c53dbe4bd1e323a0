"""The filters of targets and figures, for pages and API alike."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from planportal.accounts.models import City, Department
from planportal.plan.models import Goal
from targets.models import Figure, Kind, State, Target

PROVINCE = "province"


def _goals(request: Any) -> QuerySet[Goal]:
    return Goal.objects.filter(plan=getattr(request, "plan", None))


def targets_of_plan(request: Any) -> QuerySet[Target]:
    """The targets that a filter of the request's plan may name."""
    return Target.objects.filter(plan=getattr(request, "plan", None))


def areas() -> list[tuple[str, str]]:
    """What `area` may be, with names."""
    return [(PROVINCE, str(_("全省"))), *City.objects.values_list("code", "name")]


class TargetFilter(django_filters.FilterSet):
    """`goal`: a goal's number; `department`: a code; `kind`."""

    goal = django_filters.ModelChoiceFilter(
        queryset=_goals, to_field_name="number", label=_("目标群"), empty_label=_("全部目标群")
    )
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(),
        to_field_name="code",
        label=_("责任单位"),
        empty_label=_("全部单位"),
    )
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("类型"), empty_label=_("全部类型"))

    class Meta:
        model = Target
        fields = ("goal", "department", "kind")


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 9999})
class YearFilter(django_filters.NumberFilter):
    """A year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=9999, decimal_places=0, **kwargs)


@extend_schema_field({"type": "string"})
class AreaFilter(django_filters.ChoiceFilter):
    """A city's code, or `province`."""


class ChangeFilter(django_filters.FilterSet):
    """`target`: a code; `year`; `area`: a city's code, or `province`."""

    target = django_filters.ModelChoiceFilter(
        queryset=targets_of_plan, to_field_name="code", label=_("指标"), empty_label=_("全部指标")
    )
    year = YearFilter(label=_("年份"))
    area = AreaFilter(choices=areas, method="in_area", label=_("范围"), empty_label=_("全省和各市（地）"))

    class Meta:
        model = Figure
        fields = ("target", "year", "area")

    def in_area(self, figures: QuerySet[Figure], name: str, area: str) -> QuerySet[Figure]:
        """Figures of a city, or of the province itself."""
        return figures.filter(city__isnull=True) if area == PROVINCE else figures.filter(city__code=area)


class FigureFilter(ChangeFilter):
    """The same, and `state`."""

    state = django_filters.ChoiceFilter(label=_("状态"), choices=State.choices)

    class Meta:
        model = Figure
        fields = ("target", "year", "area", "state")
