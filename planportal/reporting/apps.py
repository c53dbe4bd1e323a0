"""The yearly round: entering and reviewing figures."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "planportal.reporting"
    label = "reporting"
    verbose_name = "报送与审核"
