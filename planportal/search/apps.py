"""Search over the plan."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "planportal.search"
    label = "search"
    verbose_name = "检索"
