"""Forms and filters of the administration of rounds; whether a decision is right is the services' to say."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import Department
from planportal.reporting.day_fields import DayField
from planportal.reporting.manage_pages import OVERDUE, STATES_SHOWN
from planportal.reporting.models import Round, Task
from planportal.web.page_forms import PageForm
from targets.models import Target


def reason_field() -> forms.CharField:
    """Why: it stands in the record for as long as the portal does."""
    return forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("必填；与操作人、时间一起记入处理记录。"),
    )


class RoundForm(PageForm):
    """The days of a round that is opened."""

    opens_on = DayField(label=_("开放日期"), required=False)
    due_on = DayField(label=_("截止日期"), required=False)


class RoundDatesForm(PageForm):
    """Other days for a round."""

    opens_on = DayField(label=_("开放日期"))
    due_on = DayField(label=_("截止日期"))
    reason = reason_field()

    @classmethod
    def filled(cls, reporting_round: Round) -> "RoundDatesForm":
        return cls(initial={"opens_on": reporting_round.opens_on, "due_on": reporting_round.due_on})


class ExtendForm(PageForm):
    """Another due date for one task."""

    prefix = "extend"

    due_on = DayField(
        label=_("新的截止日期"), help_text=_("晚于常规截止日期；今后调整整个年度的日期时，取较晚的一个。")
    )
    reason = reason_field()


class PauseForm(PageForm):
    """Until when nobody is chased for one task."""

    prefix = "pause"

    until = DayField(label=_("暂停到"), help_text=_("含这一天；暂停的日子不计入逾期天数。"))
    reason = reason_field()


def _release_months() -> list[tuple[int | str, str]]:
    months = [(month, _("次年 %(month)s 月") % {"month": month}) for month in range(1, 13)]
    return [("", str(_("不固定"))), *months]


class TargetForm(PageForm):
    """How a target is reported; a ratio is never asked for by prefecture, so its form does not offer it."""

    department = forms.ModelChoiceField(
        label=_("责任单位"),
        queryset=Department.objects.all(),
        to_field_name="code",
        empty_label=None,
        help_text=_("改后，各年任务（含已完成的）随之转给新单位；已填报的数据仍署原填报人。"),
    )
    release_month = forms.TypedChoiceField(
        label=_("来源发布月份"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=_release_months,
        help_text=_("来源约在次年几月发布；在此之前不催报，截止日期顺延到发布后 30 天。"),
    )
    source_hint = forms.CharField(
        label=_("应采用的来源"),
        required=False,
        max_length=300,
        help_text=_("写给填报人看，例如《全国科技经费投入统计公报》。"),
    )
    asks_cities = forms.BooleanField(
        label=_("分市（地）报送，由同一责任单位填报"),
        required=False,
        help_text=_("取消后，尚未报送的市（地）任务不再要求填报，也不再催报；已报送的保留。"),
    )
    second_review = forms.BooleanField(label=_("需要两级审核"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not target.additive:
            del self.fields["asks_cities"]

    @classmethod
    def filled(cls, target: Target) -> "TargetForm":
        """The form with what is set now."""
        return cls(
            target=target,
            initial={
                "department": target.department.code,
                "release_month": target.release_month,
                "source_hint": target.source_hint,
                "asks_cities": target.asks_cities,
                "second_review": target.second_review,
            },
        )


class ManagedTaskFilter(django_filters.FilterSet):
    """`department`: a code; `state`: one of the states, or `overdue`."""

    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", label=_("责任单位"), empty_label=_("全部单位")
    )
    state = django_filters.ChoiceFilter(
        choices=STATES_SHOWN,
        method="in_state",
        label=_("状态"),
        empty_label=_("全部状态"),
    )

    class Meta:
        model = Task
        fields = ("department", "state")

    def in_state(self, tasks: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        if value == OVERDUE:
            return tasks.filter(Q(late=True, is_settled=False))
        return tasks.filter(Q(state=value))
