import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_first_lists")]

    operations = [
        migrations.CreateModel(
            name="CopiedDay",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("copy", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="copied_from", to="cms.marketdaypage")),
                ("original", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="copied_to", to="cms.marketdaypage")),
            ],
            options={
                "verbose_name": "copied market day",
                "verbose_name_plural": "copied market days",
                "default_permissions": (),
            },
        ),
    ]
