"""Each name that carried a field becomes an institution, in the order of the plan; seeding adds where it is named."""

from django.db import migrations


def name_institutions(apps, schema_editor):
    carriers = apps.get_model("fields", "CarryingInstitution").objects
    institutions = apps.get_model("fields", "Institution").objects
    for carrier in carriers.select_related("field").order_by("field__plan", "field__number", "position"):
        plan = carrier.field.plan_id
        institution = institutions.filter(plan=plan, name=carrier.name).first() or institutions.create(
            plan_id=plan, name=carrier.name, number=institutions.filter(plan=plan).count() + 1
        )
        carriers.filter(pk=carrier.pk).update(institution=institution)


class Migration(migrations.Migration):
    dependencies = [("fields", "0002_institutions")]

    operations = [migrations.RunPython(name_institutions, elidable=True)]
