"""Which names have words in common, as found by seed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fields", "0004_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="RelatedDirection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("shared", models.CharField(max_length=300, verbose_name="共同的词")),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations", to="fields.direction"
                    ),
                ),
                (
                    "related",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="related_to", to="fields.direction"
                    ),
                ),
            ],
            options={
                "ordering": ["direction", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("direction", "position"), name="relation_position_unique_in_direction"
                    ),
                    models.UniqueConstraint(fields=("direction", "related"), name="relation_unique_in_direction"),
                    models.CheckConstraint(
                        condition=models.Q(("direction", models.F("related")), _negated=True),
                        name="direction_is_not_related_to_itself",
                        violation_error_message="研发方向不能与自己相关。",
                    ),
                ],
            },
        ),
    ]
