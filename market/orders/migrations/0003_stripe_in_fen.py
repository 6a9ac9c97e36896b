from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_payments_and_refunds")]

    operations = [
        migrations.AddField(
            "stripemovement",
            "amount_fen",
            models.BigIntegerField(db_default=0, verbose_name="amount in fen"),
        ),
        migrations.AddField(
            "stripepayout",
            "lost_fen",
            models.BigIntegerField(db_default=0, verbose_name="lost by exchanging, in fen"),
        ),
    ]
