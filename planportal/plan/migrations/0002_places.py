"""Where in the plan's text each row stands."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plan", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanText",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="plan.plan",
                    ),
                ),
                ("text", models.TextField(verbose_name="原文")),
                ("loaded_at", models.DateTimeField(verbose_name="载入时间")),
            ],
        ),
        migrations.AddField(
            model_name="goal",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="goal",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
        migrations.CreateModel(
            name="Heading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SlugField(blank=True, max_length=20, verbose_name="规划的部分")),
                ("line", models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号")),
                (
                    "level",
                    models.CharField(
                        choices=[("chapter", "章"), ("section", "节"), ("annex", "附件")],
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=100, verbose_name="标题")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="headings", to="plan.plan"
                    ),
                ),
            ],
            options={
                "ordering": ["plan", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "line"), name="heading_line_unique_in_plan"),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["chapter", "section", "annex"])),
                        name="heading_level_is_known",
                        violation_error_message="没有这个标题级别。",
                    ),
                ],
            },
        ),
    ]
