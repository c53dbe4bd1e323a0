"""The industry alliances of the plan."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    name = "alliances"
    verbose_name = "产业联盟"
