"""Which names have words in common, as found by seed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alliances", "0002_places"),
        ("fields", "0005_relations"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllianceDirection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("shared", models.CharField(max_length=300, verbose_name="共同的词")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="touches", to="alliances.alliance"
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="touched_by", to="fields.direction"
                    ),
                ),
            ],
            options={
                "ordering": ["alliance", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("alliance", "position"), name="touch_position_unique_in_alliance"),
                    models.UniqueConstraint(fields=("alliance", "direction"), name="touch_unique_in_alliance"),
                ],
            },
        ),
    ]
