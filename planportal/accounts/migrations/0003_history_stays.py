"""What administrators did to accounts is never changed or deleted."""

from django.db import migrations

from planportal.web.history import guarded, stays


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_account_events")]

    operations = [guarded("accounts", stays("accounts_accountevent", "account_event"))]
