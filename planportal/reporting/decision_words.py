"""What a decision about the yearly round changed, in the words that its event keeps: in Chinese, as the record is."""

from datetime import date
from typing import Any

from django.db.models import Field
from django.utils import timezone

from planportal.corrections.models import Correction, CorrectionState
from planportal.reporting.calendar import Window
from planportal.reporting.models import Digest, Task
from planportal.web.recorded import in_chinese
from planportal.web.writing import written_day
from targets.models import Target, TargetAmendment


@in_chinese
def opened(year: int, window: Window, tasks: int) -> str:
    """A year opened for reporting, from when to when, and how many tasks that made."""
    return f"{year} 年，{written_day(window.opens_on)}至{written_day(window.due_on)}，{tasks} 项任务"


def completed(tasks: int) -> str:
    """How many tasks were added to a round."""
    return f"补建 {tasks} 项任务"


@in_chinese
def dated(was: Window, now: Window) -> str:
    """The dates of a round, before and after."""
    return f"{_days(was)} 改为 {_days(now)}"


@in_chinese
def extended(was: date, now: date) -> str:
    """The due date of a task, before and after."""
    return f"截止日期由{written_day(was)}改为{written_day(now)}"


@in_chinese
def paused(until: date) -> str:
    """Until when nobody is reminded of a task."""
    return f"暂停至{written_day(until)}"


@in_chinese
def declared(until: date) -> str:
    """Until when a figure is declared unavailable."""
    return f"暂无数据，{written_day(until)}后再报"


@in_chinese
def configured(target: Target, values: dict[str, Any]) -> str:
    """What changes of a target's settings, as "责任单位：甲 → 乙；…", and what becomes of its prefectures' tasks."""
    parts = [
        f"{_label(name)}：{_said(getattr(target, name))} → {_said(value)}"
        for name, value in values.items()
        if getattr(target, name) != value
    ]
    left = [_cities_left(target)] if target.asks_cities and not values["asks_cities"] else []
    return "；".join([*parts, *left])


@in_chinese
def amended(target: Target, made: TargetAmendment) -> str:
    """A target value before and after, the day of the decision and its document."""
    was, now = (f"{value:.{target.decimals}f}" for value in (made.old_value, made.new_value))
    return f"目标值：{was} → {now}（{written_day(made.decided_on)}，{made.document}）"


@in_chinese
def mail_settled(digest: Digest) -> str:
    """Whose e-mail of which day somebody made up for."""
    return f"{digest.person} {written_day(digest.day)}的邮件，已另行告知"


@in_chinese
def correction_settled(correction: Correction, outcome: CorrectionState) -> str:
    """Which report of something wrong was settled, and how."""
    return f"纠错 {correction.reference}（{correction.get_kind_display()}）：{outcome.label}"


def _cities_left(target: Target) -> str:
    """How many prefectures' tasks are no longer asked for, and how many stay because they are settled."""
    tasks = Task.objects.filter(target=target, city__isnull=False).with_deadline(timezone.localdate())
    settled = [task.is_settled for task in tasks]
    return f"不再要求 {settled.count(False)} 项市（地）任务，已报送的 {settled.count(True)} 项保留"


def _label(name: str) -> str:
    column = Target._meta.get_field(name)
    assert isinstance(column, Field)
    return str(column.verbose_name)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value not in (None, "") else "（无）"


def _days(window: Window) -> str:
    return f"{written_day(window.opens_on)}—{written_day(window.due_on)}"
