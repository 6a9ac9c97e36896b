"""Open the two units that every community has: money and points."""

from django.db import migrations


def open_units(apps, schema_editor):
    units = apps.get_model("ledger", "Unit").objects.using(schema_editor.connection.alias)
    units.get_or_create(code="CNY", defaults={"name": "人民币", "scale": 2})
    units.get_or_create(code="POINT", defaults={"name": "积分", "scale": 0})


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(open_units, migrations.RunPython.noop)]
