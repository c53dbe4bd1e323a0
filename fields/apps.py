"""The eight priority fields and their research directions."""

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "fields"
    verbose_name = "优先领域"
