"""django-hordak, in an environment of its own: the double entry most Django sites know.

The first process, told to "prepare", migrates an empty database and makes a thousand accounts.
"""

from __future__ import annotations

import random
import sys
from decimal import Decimal

import django
from django.conf import settings

HOST, NAME, SEED = sys.argv[1:]
ACCOUNTS = 1000

settings.configure(
    SECRET_KEY="of a peer",  # noqa: S106  # Nobody signs in.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": HOST,
            "USER": "app",
            "NAME": NAME,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "mptt",
        "djmoney",
        "hordak",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    HORDAK_CURRENCIES=["CNY"],
    HORDAK_INTERNAL_CURRENCY="CNY",
    DEFAULT_CURRENCY="CNY",
)
django.setup()

from django.core.management import call_command
from hordak.models import Account, AccountType
from moneyed import Money

from benchmarks.posting.protocol import serve

FEN = Money(Decimal("0.01"), "CNY")
chance = random.Random(SEED)  # noqa: S311  # Not a secret.


def prepare() -> None:
    call_command("migrate", verbosity=0)
    for number in range(ACCOUNTS):
        Account.objects.create(
            name=f"bench {number}", type=AccountType.liability, currencies=["CNY"]
        )


def single() -> None:
    """Move a little between two of a thousand accounts."""
    source, target = chance.sample(accounts, 2)
    source.transfer_to(target, FEN)


def read() -> None:
    """Ask for the balance of an account."""
    chance.choice(accounts).get_simple_balance()


if __name__ == "__main__":
    if SEED == "prepare":
        prepare()
    else:
        accounts = list(Account.objects.order_by("pk"))
        serve({"single": single, "read": read})
