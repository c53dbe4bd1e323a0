"""One clause for each role of a carrier, and every clause of a line that names an institution."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_the_clause(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The clause that is there becomes the first; `seed` brings the others."""
    for carrier in apps.get_model("fields", "CarryingInstitution").objects.exclude(clause=""):
        carrier.clauses = [carrier.clause]
        carrier.save(update_fields=["clauses"])


def keep_the_first(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back to one clause a carrier and one mention a line."""
    for carrier in apps.get_model("fields", "CarryingInstitution").objects.all():
        carrier.clause = (carrier.clauses or [""])[0]
        carrier.save(update_fields=["clause"])
    seen = set()
    for mention in apps.get_model("fields", "InstitutionMention").objects.order_by("pk"):
        if (mention.institution_id, mention.line) in seen:
            mention.delete()
        seen.add((mention.institution_id, mention.line))


class Migration(migrations.Migration):
    dependencies = [
        ("fields", "0005_relations"),
    ]

    operations = [
        migrations.AddField(
            model_name="carryinginstitution",
            name="clauses",
            field=models.JSONField(blank=True, default=list, verbose_name="条款"),
        ),
        migrations.AlterModelOptions(
            name="institutionmention",
            options={"ordering": ["institution", "line", "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="institutionmention",
            name="mention_unique_in_line",
        ),
        migrations.RunPython(keep_the_clause, keep_the_first),
        migrations.AddConstraint(
            model_name="institutionmention",
            constraint=models.UniqueConstraint(
                fields=("institution", "line", "clause"), name="mention_clause_unique_in_line"
            ),
        ),
        migrations.RemoveField(
            model_name="carryinginstitution",
            name="clause",
        ),
    ]
