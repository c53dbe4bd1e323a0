"""What anybody tells the administrators is wrong."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "planportal.corrections"
    label = "corrections"
    verbose_name = "纠错"
