"""django-hordak, in an environment of its own: the double entry most Django sites know.

The first process, told to "prepare", migrates an empty database and makes a thousand accounts;
told "history", it gives two of them a past as well.
"""

from __future__ import annotations

from decimal import Decimal

from benchmarks.posting.protocol import drawn_by, serve
from benchmarks.posting.site import SEED, set_up

ACCOUNTS = 1000

set_up(
    "mptt",
    "djmoney",
    "hordak",
    HORDAK_CURRENCIES=["CNY"],
    HORDAK_INTERNAL_CURRENCY="CNY",
    DEFAULT_CURRENCY="CNY",
)

from django.core.management import call_command
from django.db import connection
from hordak.models import Account, AccountType
from moneyed import Money

FEN = Money(Decimal("0.01"), "CNY")
chance = drawn_by(SEED)


def prepare() -> None:
    call_command("migrate", verbosity=0)
    for number in range(ACCOUNTS):
        Account.objects.create(
            name=f"bench {number}", type=AccountType.liability, currencies=["CNY"]
        )


def write_history() -> None:
    """Write one account a thousand legs and another a million, past its own triggers."""
    prepare()
    few, many, world = Account.objects.order_by("pk")[:3]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for account, transfers in ((few, 1_000), (many, 1_000_000)):
            cursor.execute(HISTORY, {"account": account.pk, "world": world.pk, "count": transfers})
        cursor.execute("ANALYZE")


HISTORY = """
    WITH made AS (
        INSERT INTO hordak_transaction (uuid, "timestamp", date, description)
        SELECT gen_random_uuid(), now(), now(), '' FROM generate_series(1, %(count)s) RETURNING id
    )
    INSERT INTO hordak_leg (uuid, transaction_id, account_id, credit, debit, currency, description)
    SELECT gen_random_uuid(), id, %(account)s, 0.01, NULL::numeric, 'CNY', '' FROM made
    UNION ALL
    SELECT gen_random_uuid(), id, %(world)s, NULL, 0.01, 'CNY', '' FROM made
"""


def single() -> None:
    """Move a little between two of a thousand accounts."""
    source, target = chance.sample(accounts, 2)
    source.transfer_to(target, FEN)


def read_few() -> None:
    """Ask for the balance of an account with a thousand legs, where history was written."""
    accounts[0].get_simple_balance()


def read_many() -> None:
    """Ask for the balance of an account with a million legs."""
    accounts[1].get_simple_balance()


PREPARATIONS = {"prepare": prepare, "history": write_history}

if __name__ == "__main__":
    if SEED in PREPARATIONS:
        PREPARATIONS[SEED]()
    else:
        accounts = list(Account.objects.order_by("pk"))
        serve({"single": single, "read_few": read_few, "read_many": read_many})
