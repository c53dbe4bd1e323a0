"""What is refused of the days and reasons that a decision about the yearly round names; raises refusals.Invalid."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.reporting.calendar import MOST_DAYS_UNAVAILABLE, Window
from planportal.reporting.models import Task
from planportal.web.refusals import Fault, Invalid
from planportal.web.said import says_something
from planportal.web.writing import written_day

LONGEST_REASON = 1000


def refuse_year(plan: Plan, year: int) -> None:
    """year_out_of_range: a round is of a year of the plan, its base year included."""
    if not plan.base_year <= year <= plan.end_year:
        message = _("年份 %(year)s 不在 %(first)s 至 %(last)s 年之间。")
        values = {"year": year, "first": plan.base_year, "last": plan.end_year}
        raise Invalid(Fault("year", "year_out_of_range", message % values))


def refuse_window(window: Window) -> None:
    """due_before_opening."""
    if window.due_on < window.opens_on:
        message = _("截止日期%(due)s早于开放日期%(opens)s。")
        values = {"due": written_day(window.due_on), "opens": written_day(window.opens_on)}
        raise Invalid(Fault("due_on", "due_before_opening", message % values))


def refuse_due_in_past(due_on: date, today: date) -> None:
    """due_in_past: whoever is given a day that is over is late before having heard of it."""
    if due_on < today:
        _refuse_past("due_on", "due_in_past", due_on, today)


def refuse_extension(task: Task, due_on: date) -> None:
    """due_not_later: an exception gives more time than the round does, and another day than the present one."""
    if due_on <= task.regular_due_on or due_on == task.due_on:
        message = _(
            "%(due)s不是延期：这项任务现在到%(now)s截止，常规截止日期是%(regular)s；请给出晚于常规截止日期的另一天。"
        )
        values = {
            "due": written_day(due_on),
            "now": written_day(task.due_on),
            "regular": written_day(task.regular_due_on),
        }
        raise Invalid(Fault("due_on", "due_not_later", message % values))


def refuse_until(until: date, today: date) -> None:
    """until_in_the_past: today is the first day that can be named."""
    if until < today:
        _refuse_past("until", "until_in_the_past", until, today)


def refuse_endless_declaration(until: date, today: date) -> None:
    """until_too_late: within MOST_DAYS_UNAVAILABLE days the department says anew whether the figure exists."""
    last = today + timedelta(days=MOST_DAYS_UNAVAILABLE)
    if until > last:
        message = _("%(day)s太远：暂无数据最多声明一年，到%(last)s为止；到期仍没有的，可再次声明。")
        values = {"day": written_day(until), "last": written_day(last)}
        raise Invalid(Fault("until", "until_too_late", message % values))


def refuse_bad_reason(reason: str) -> None:
    """reason_required, or max_length."""
    if not says_something(reason):
        raise Invalid(Fault("reason", "reason_required", _("请写明理由。")))
    if len(reason.strip()) > LONGEST_REASON:
        message = _("理由有 %(length)s 字，最多 %(most)s 字。")
        values = {"length": len(reason.strip()), "most": LONGEST_REASON}
        raise Invalid(Fault("reason", "max_length", message % values))


def _refuse_past(field: str, code: str, day: date, today: date) -> None:
    message = _("%(day)s已经过去，可用今天（%(today)s）或以后的日期。")
    raise Invalid(Fault(field, code, message % {"day": written_day(day), "today": written_day(today)}))
