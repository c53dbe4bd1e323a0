"""Seals are never changed or deleted."""

from django.db import migrations

from planportal.web.history import guarded, stays


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_seals")]

    operations = [guarded("audit", stays("audit_seal", "seal"))]
