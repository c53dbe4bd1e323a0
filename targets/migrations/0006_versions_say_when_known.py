"""A version says what approval made of the figure too: from when it is known, its place, what it supersedes.

Of what was approved before, the latest version is told by its figure; nothing was in force before it.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

COLUMNS = ("known_from", "sequence", "supersedes")


def tell_latest_versions(apps, schema_editor):
    figures, versions = apps.get_model("targets", "Figure"), apps.get_model("targets", "FigureVersion")
    latest = figures.objects.filter(pk=OuterRef("figure"), version=OuterRef("number"))
    values = {name: Subquery(latest.values(name)[:1]) for name in COLUMNS}
    versions.objects.filter(number=F("figure__version")).update(**values)


class Migration(migrations.Migration):
    dependencies = [("targets", "0005_replays")]

    operations = [
        migrations.AddField("figureversion", "known_from", models.DateField(blank=True, null=True)),
        migrations.AddField("figureversion", "sequence", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField(
            "figureversion",
            "supersedes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="targets.figure",
            ),
        ),
        migrations.RunPython(tell_latest_versions, migrations.RunPython.noop),
    ]
