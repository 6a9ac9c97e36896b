"""The long history that figures are taken with is one that the books could have."""

from __future__ import annotations

from benchmarks.history import write_history
from ledger.models import Account, Entry, Transfer
from ledger.testing import assert_books_balance
from tests.ledger.journal import Journal


def test_a_long_history_is_right_and_has_some_of_everything(db: None) -> None:
    write_history(2_000, accounts=40)

    assert_books_balance()
    assert 2_000 <= Transfer.objects.count() < 2_010
    assert set(Transfer.objects.values_list("phase", flat=True)) == set(Transfer.Phase)
    assert Entry.objects.filter(reverses__isnull=False).exists()
    assert set(Account.objects.values_list("unit__code", flat=True)) == {"CNY", "POINT", "BENCH-XM"}


def test_it_goes_on_from_what_is_there(db: None) -> None:
    Journal().post("issued > li 10")
    write_history(100, accounts=40)
    write_history(100, accounts=40)

    assert_books_balance()
    assert Transfer.objects.count() > 200
    Journal().post("issued > wang 5", idempotency_key="after")
