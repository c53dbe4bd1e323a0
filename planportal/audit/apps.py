"""Seals over the history, and receipts."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "planportal.audit"
    label = "audit"
    verbose_name = "封存与核验"
