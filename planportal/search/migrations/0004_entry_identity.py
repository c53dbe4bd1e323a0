"""An entry's identity: until the next `seed` its kind and key, which were unique."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat


def name_entries(apps, schema_editor):
    apps.get_model("search", "Entry").objects.update(identity=Concat(F("kind"), Value(":"), F("key")))


class Migration(migrations.Migration):
    dependencies = [("search", "0003_miss_senders")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_unique_in_plan"),
        migrations.AddField(
            model_name="entry",
            name="identity",
            field=models.CharField(
                default="", help_text="Names the entry once within its plan, as its key may not.", max_length=350
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_entries, elidable=True),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=["plan", "identity"], name="entry_identity_unique_in_plan"),
        ),
    ]
