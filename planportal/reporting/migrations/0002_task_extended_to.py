"""An exception keeps its own day; every task is its target's department's; no declaration runs for more than a year."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

MOST_DAYS_UNAVAILABLE = 365


def keep_exceptions(apps, schema_editor):
    task = apps.get_model("reporting", "Task")
    task.objects.filter(due_on__gt=F("regular_due_on")).update(extended_to=F("due_on"))


def follow_the_target(apps, schema_editor):
    task, target = apps.get_model("reporting", "Task"), apps.get_model("targets", "Target")
    responsible = target.objects.filter(pk=OuterRef("target")).values("department")
    task.objects.update(department=Subquery(responsible))


def end_declarations(apps, schema_editor):
    task = apps.get_model("reporting", "Task")
    last = timezone.localdate() + timedelta(days=MOST_DAYS_UNAVAILABLE)
    task.objects.filter(unavailable_until__gt=last).update(unavailable_until=last)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="extended_to",
            field=models.DateField(
                blank=True,
                help_text="an exception's own day, kept while the regular one is later",
                null=True,
                verbose_name="单独延期至",
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="regular_due_on",
            field=models.DateField(
                help_text="as the round has it now, whatever an exception says", verbose_name="原定截止日期"
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="unavailable_until",
            field=models.DateField(
                blank=True,
                help_text="the last day of the declaration, running or over",
                null=True,
                verbose_name="暂无数据至",
            ),
        ),
        migrations.RunPython(keep_exceptions, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(follow_the_target, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(end_declarations, migrations.RunPython.noop, elidable=True),
    ]
