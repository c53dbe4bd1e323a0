"""Where in the plan's text each row stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0008_canary"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="target",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
    ]
