"""People, departments and cities."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "planportal.accounts"
    label = "accounts"
    verbose_name = "用户与单位"
