"""Close an account for good."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from ledger.models import Account
from ledger.refusals import AccountNotEmpty, broken_rule


def close_account(*, account: Account, closed_at: datetime) -> None:
    """Close an empty account: nothing moves in or out of it any more. Again does nothing.

    Raises:
        AccountNotEmpty: there is a balance or an open hold in it.
    """
    still_open = Account.objects.filter(pk=account.pk, closed_at=None)
    try:
        with transaction.atomic():
            still_open.update(closed_at=closed_at)
    except IntegrityError as error:
        if broken_rule(error) != "account_closes_empty":
            raise
        raise AccountNotEmpty(account_id=account.pk, code=account.code) from error
