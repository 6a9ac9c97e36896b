"""Questions the books can answer. Each costs the same number of queries for any answer."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import (
    Case,
    F,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)

from ledger.models import Account, Entry, Transfer


def account_named(code: str) -> Account:
    """Return the account with this code, with its unit.

    Raises:
        Account.DoesNotExist: nobody has opened it.
    """
    found: Account = Account.objects.select_related("unit").get(code=code)
    return found


def balance(account: Account) -> int:
    """Return what is posted in an account now, on its normal side, in minor units."""
    return _now(account).balance


def available(account: Account) -> int:
    """Return what can be taken from an account now: its balance less what is held."""
    return _now(account).available


def _now(account: Account) -> Account:
    found: Account = Account.objects.get(pk=account.pk)
    return found


def statement(account: Account) -> QuerySet[Any]:
    """Return every transfer of an account, the newest first, each with two figures more.

    `change` is what it did to the balance, below 0 for what was taken, and 0 for a hold and
    its release; `balance_after` is the balance that it left. Order is that of posting.
    """
    posted = Case(
        When(phase__in=[Transfer.Phase.SINGLE, Transfer.Phase.POST], then=F("amount")),
        default=Value(0),
        output_field=IntegerField(),
    )
    grows = Q(credit=account) if account.normal == Account.Normal.CREDIT else Q(debit=account)
    change = Case(When(grows, then=posted), default=-posted, output_field=IntegerField())
    return (
        Transfer.objects.filter(Q(debit=account) | Q(credit=account))
        .annotate(change=change)
        .annotate(balance_after=Window(Sum("change"), order_by="id", output_field=IntegerField()))
        .select_related("entry", "debit", "credit")
        .order_by("-id")
    )


def open_holds(account: Account | None = None) -> QuerySet[Transfer]:
    """Return holds that nobody has settled or released yet, of all accounts or of one."""
    holds = Transfer.objects.filter(phase=Transfer.Phase.HOLD, resolved_by=None)
    if account is not None:
        holds = holds.filter(Q(debit=account) | Q(credit=account))
    return holds.order_by("id")


def lapsed_holds(now: datetime.datetime) -> QuerySet[Transfer]:
    """Return open holds whose time is over, so that somebody can release them."""
    return open_holds().filter(expires_at__lt=now)


def entries_about(reference: str) -> QuerySet[Entry]:
    """Return the entries about one thing, such as `order:1042`, in the order of posting.

    The accounts of their transfers are read with them.
    """
    transfers = Transfer.objects.select_related("debit", "credit").order_by("line")
    return (
        Entry.objects.filter(reference=reference)
        .prefetch_related(Prefetch("transfers", queryset=transfers))
        .order_by("id")
    )


def entry_with_key(idempotency_key: str) -> Entry | None:
    """Return the entry posted under a key, if it is."""
    return Entry.objects.filter(idempotency_key=idempotency_key).first()
