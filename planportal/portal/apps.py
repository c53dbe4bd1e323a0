"""Home, method, data, the API's root, health, and what seeds the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "planportal.portal"
    label = "portal"
    verbose_name = "门户"
