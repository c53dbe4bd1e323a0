"""Targets that no database has, for what is worded of an indicator."""

from planportal.accounts.models import Department
from planportal.plan.models import Plan
from targets.models import Target
from targets.progress import Indicator


def unsaved(indicator: Indicator) -> Target:
    """A target that prints what a worked case gives; nothing of it is stored."""
    plan = Plan(start_year=indicator.base_year + 1, end_year=indicator.end_year)
    return Target(
        plan=plan,
        department=Department(name="某厅"),
        name="某指标",
        unit="家",
        decimals=indicator.decimals,
        kind=indicator.kind,
        submitted_as=indicator.submitted_as if indicator.is_from_zero else "",
        target_value=indicator.target,
    )
