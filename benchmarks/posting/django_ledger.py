"""django-ledger, in an environment of its own: accounting for companies.

The first process, told to "prepare", migrates an empty database and makes a thousand accounts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from benchmarks.posting.protocol import drawn_by, serve
from benchmarks.posting.site import SEED, set_up

ACCOUNTS = 1000

set_up(
    "django.contrib.sessions",
    "django_ledger",
)

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils.timezone import localtime
from django_ledger.io.roles import ASSET_CA_CASH
from django_ledger.models import AccountModel, EntityModel, LedgerModel

FEN = Decimal("0.01")
chance = drawn_by(SEED)


def prepare() -> None:
    call_command("migrate", verbosity=0)
    users: Any = get_user_model()
    admin = users.objects.create(username="worker")
    entity = EntityModel.create_entity(
        name="Bench", use_accrual_method=True, admin=admin, fy_start_month=1
    )
    chart = entity.create_chart_of_accounts(assign_as_default=True, commit=True)
    for number in range(ACCOUNTS):
        entity.create_account(
            coa_model=chart,
            code=f"{10000 + number}",
            role=ASSET_CA_CASH,
            name=f"bench {number}",
            balance_type="debit",
            active=True,
        )
    entity.create_ledger(name="Bench", posted=True)


def single() -> None:
    """Move a little between two of a thousand accounts."""
    source, target = chance.sample(accounts, 2)
    ledger.commit_txs(
        je_timestamp=localtime(),
        je_txs=[
            {"account": source, "amount": FEN, "tx_type": "credit", "description": "bench"},
            {"account": target, "amount": FEN, "tx_type": "debit", "description": "bench"},
        ],
        je_posted=True,
    )


if __name__ == "__main__":
    if SEED == "prepare":
        prepare()
    else:
        ledger = LedgerModel.objects.select_related("entity").get()
        accounts = list(AccountModel.objects.filter(code__startswith="1", name__startswith="bench"))
        serve({"single": single})
