"""The filters of tasks, for pages and API alike."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import Department
from planportal.reporting.models import Task, TaskState
from targets.filters import PROVINCE, AreaFilter, YearFilter, areas, targets_of_plan


class TaskFilter(django_filters.FilterSet):
    """`target`, `department`: a code; `year`; `area`: a city's code, or `province`; `state`."""

    target = django_filters.ModelChoiceFilter(queryset=targets_of_plan, to_field_name="code", label=_("指标"))
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", label=_("责任单位"), empty_label=_("全部单位")
    )
    year = YearFilter(field_name="round__year", label=_("年份"))
    area = AreaFilter(choices=areas, method="in_area", label=_("地区"))
    state = django_filters.ChoiceFilter(choices=TaskState.choices, label=_("状态"), empty_label=_("全部状态"))

    class Meta:
        model = Task
        fields = ("target", "department", "year", "area", "state")

    def in_area(self, tasks: QuerySet[Task], name: str, area: str) -> QuerySet[Task]:
        """Tasks of a city, or of the province itself."""
        return tasks.filter(city__isnull=True) if area == PROVINCE else tasks.filter(city__code=area)


class CompletenessFilter(django_filters.FilterSet):
    """`department`: the code of the one that the targets belong to."""

    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(),
        field_name="target__department",
        to_field_name="code",
        label=_("责任单位"),
        empty_label=_("全部单位"),
    )

    class Meta:
        model = Task
        fields = ("department",)
