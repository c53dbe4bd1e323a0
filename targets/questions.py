"""What a dashboard is asked: as of which year, known by which day, in which view; read from an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.web.refusals import Fault, Invalid, NotSignedIn
from targets.models import View

PARAMETERS = ("as_of_year", "known_by", "view")


@dataclass(frozen=True)
class Question:
    """`as_of_year` as asked; `year` as answered (not after the year that follows the plan)."""

    as_of_year: int
    year: int
    known_by: date | None
    view: View

    @property
    def is_default_view(self) -> bool:
        """Approved figures, as known today."""
        return self.view == View.APPROVED and self.known_by is None


def default_year(plan: Plan, today: date | None = None) -> int:
    """The last completed year within the plan."""
    today = today or timezone.localdate()
    return max(plan.start_year, min(today.year - 1, plan.end_year))


def read_question(plan: Plan, given: Mapping[str, str], *, signed_in: bool) -> Question:
    """Raises NotSignedIn for the `reported` view of the public, Invalid for anything that cannot be answered."""
    view = _view(given.get("view"))
    if view == View.REPORTED and not signed_in:
        raise NotSignedIn
    year = _year(plan, given.get("as_of_year"))
    known_by = _day(given.get("known_by"))
    if view == View.REPORTED and known_by:
        raise Invalid(
            Fault("known_by", "not_with_reported", _("“含待审核”的视图只有当前情况，不能与 known_by 同用。"))
        )
    return Question(as_of_year=year, year=min(year, plan.end_year + 1), known_by=known_by, view=view)


def _view(raw: str | None) -> View:
    if raw is None:
        return View.APPROVED
    if raw not in View.values:
        message = _("“%(raw)s”不能用作 view，可用：%(allowed)s。") % {
            "raw": raw,
            "allowed": _("、").join(View.values),
        }
        raise Invalid(Fault("view", "invalid_choice", message))
    return View(raw)


def _year(plan: Plan, raw: str | None) -> int:
    if raw is None:
        return default_year(plan)
    if not re.fullmatch(r"[0-9]{1,9}", raw) or int(raw) < plan.start_year:
        message = _("“%(raw)s”不能用作 as_of_year，可用 %(first)s 年及以后的年份。")
        raise Invalid(Fault("as_of_year", "invalid", message % {"raw": raw, "first": plan.start_year}))
    return int(raw)


def _day(raw: str | None) -> date | None:
    if raw is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise Invalid(Fault("known_by", "invalid", _("“%(raw)s”不是日期，请写作 YYYY-MM-DD。") % {"raw": raw}))
