"""What was decided about rounds, tasks and targets is never changed or deleted.

Rounds, tasks, pauses, notices and e-mails are states: they move, and the events say who moved them.
"""

from django.db import migrations

from planportal.web.history import guarded, stays


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_task_extended_to")]

    operations = [guarded("reporting", stays("reporting_reportingevent", "reporting_event"))]
