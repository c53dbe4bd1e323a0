"""Targets, figures and progress."""

from django.apps import AppConfig

from targets.city_map_setting import configured_map


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "目标指标"

    def ready(self) -> None:
        """A map that cannot be shown stops the start, not the first reader."""
        configured_map()
