"""Institutions get rows of their own; what carries a field will refer to one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fields", "0001_initial"),
        ("plan", "0002_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
            ],
            options={
                "ordering": ["plan", "number"],
            },
        ),
        migrations.CreateModel(
            name="InstitutionMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SlugField(blank=True, max_length=20, verbose_name="规划的部分")),
                ("line", models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号")),
                ("section", models.CharField(max_length=100, verbose_name="规划章节")),
                ("clause", models.CharField(max_length=200, verbose_name="条款")),
            ],
            options={
                "ordering": ["institution", "line"],
            },
        ),
        migrations.AddField(
            model_name="institution",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="institutions", to="plan.plan"
            ),
        ),
        migrations.AddField(
            model_name="carryinginstitution",
            name="institution",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="carries", to="fields.institution"
            ),
        ),
        migrations.AddField(
            model_name="institutionmention",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="fields.institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="institution_number_unique_in_plan"),
        ),
        migrations.AddConstraint(
            model_name="institutionmention",
            constraint=models.UniqueConstraint(fields=("institution", "line"), name="mention_unique_in_line"),
        ),
    ]
