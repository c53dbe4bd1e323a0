"""The plan document."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "planportal.plan"
    label = "plan"
    verbose_name = "规划"
