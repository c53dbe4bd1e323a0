"""Which rows of an overview a page shows: its filters, read from the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planportal.plan.mount import plan_of
from planportal.web.page_lists import filtered
from targets.filters import TargetFilter
from targets.models import Target
from targets.rows import GoalBlock, Overview, TargetRow
from targets.wording import BEST_FIRST, STATUS


class TargetPageFilter(TargetFilter):
    """The API's filters and `status`, which is no column of targets: the page looks at it in the rows."""

    status = django_filters.ChoiceFilter(
        choices=[(status, STATUS[status]) for status in BEST_FIRST],
        label=_("状态"),
        empty_label=_("全部状态"),
        method="leave",
    )

    def leave(self, targets: QuerySet[Target], name: str, status: str) -> QuerySet[Target]:
        """Statuses are worked out, not stored with targets."""
        return targets


FILTERS = tuple(TargetPageFilter.base_filters)


@dataclass(frozen=True)
class Selection:
    """The rows that pass the filters: goal by goal, and those that need attention, worst first."""

    form: Any
    goals: Sequence[GoalBlock]
    attention: Sequence[TargetRow]
    count: int
    is_filtered: bool


def read_selection(request: HttpRequest, overview: Overview) -> Selection:
    """What the address chooses of an overview; a filter's value that is not known is the 400 page.

    Without a filter every goal is there; with one, those that have rows, and a qualitative goal asked for by number.
    """
    filterset = TargetPageFilter(request.GET, queryset=plan_of(request).targets.all(), request=request)
    chosen = set(filtered(filterset).values_list("code", flat=True))
    asked = filterset.form.cleaned_data
    shown = {
        row.target.code for row in overview.rows if row.target.code in chosen and asked["status"] in ("", row.status)
    }
    is_filtered = any(asked.values())
    goal_number = asked["goal"].number if asked["goal"] else None
    return Selection(
        form=filterset.form,
        goals=overview.showing(shown, goal_number=goal_number) if is_filtered else overview.goals,
        attention=[row for row in overview.attention if row.target.code in shown],
        count=len(shown),
        is_filtered=is_filtered,
    )
