"""Where in the plan's text each of these stands; carriers go by their institution."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fields", "0003_carriers_name_institutions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="carryinginstitution",
            name="institution_unique_in_field",
        ),
        migrations.RemoveField(
            model_name="carryinginstitution",
            name="name",
        ),
        migrations.AddField(
            model_name="carryinginstitution",
            name="clause",
            field=models.CharField(blank=True, max_length=200, verbose_name="条款"),
        ),
        migrations.AddField(
            model_name="carryinginstitution",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="carryinginstitution",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
        migrations.AddField(
            model_name="direction",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="direction",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
        migrations.AddField(
            model_name="nationalproject",
            name="clause",
            field=models.CharField(blank=True, max_length=200, verbose_name="条款"),
        ),
        migrations.AddField(
            model_name="nationalproject",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="nationalproject",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
        migrations.AddField(
            model_name="priorityfield",
            name="clause",
            field=models.CharField(blank=True, max_length=200, verbose_name="条款"),
        ),
        migrations.AddField(
            model_name="priorityfield",
            name="line",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="原文行号"),
        ),
        migrations.AddField(
            model_name="priorityfield",
            name="part",
            field=models.SlugField(blank=True, max_length=20, verbose_name="规划的部分"),
        ),
        migrations.AlterField(
            model_name="carryinginstitution",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="carriers", to="fields.priorityfield"
            ),
        ),
        migrations.AddConstraint(
            model_name="carryinginstitution",
            constraint=models.UniqueConstraint(fields=("field", "institution"), name="carrier_unique_in_field"),
        ),
        migrations.AlterField(
            model_name="carryinginstitution",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="carries", to="fields.institution"
            ),
        ),
    ]
