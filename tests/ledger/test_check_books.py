"""check_books: whatever went past the guards, some invariant finds it, and says where."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import triggers
from ledger.checking import Invariant, wrong_rows
from ledger.invariants import INVARIANTS
from ledger.models import Account, Entry, Transfer
from ledger.testing import assert_books_balance
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account


@pytest.fixture
def told(journal: Journal) -> Journal:
    """Books with some of everything in them."""
    journal.post("issued > li 10\nissued > wang 5")
    journal.post("li ~ redeemed 6 lunch\nli ~ redeemed 2 tea\nli ~ redeemed 1 cake")
    journal.post("settle lunch 5\nrelease cake")
    journal.post("bank > order 900\norder > farmer 900")
    return journal


@pytest.fixture
def tampered(told: Journal) -> Iterator[Journal]:
    """The same books with their guards down, as for somebody who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for check in ("account_is_not_overdrawn", "account_totals_are_not_negative"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE ledger_account DROP CONSTRAINT {check}")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    triggers.drop(connection)
    yield told
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    triggers.forget_guards()


def wrong() -> dict[str, list[str]]:
    """Return what is wrong, by invariant; that the guards are down is known."""
    found: dict[str, list[str]] = {}
    for row in wrong_rows():
        if row.invariant.name != "I9":
            found.setdefault(row.invariant.name, []).append(row.row)
    return found


def add(model: Any, **columns: Any) -> Any:
    if model is Entry:
        columns = {
            "kind": "story", "reference": "raw", "idempotency_key": f"raw:{len(columns)}",
            "fingerprint": "-", "happened_at": MARKET_DAY,
        } | columns  # fmt: skip
    return model.objects.create(**columns)


def test_the_books_are_right(told: Journal) -> None:
    assert list(wrong_rows()) == []
    assert_books_balance()


def test_the_books_are_right_without_guards_while_nobody_tampers(tampered: Journal) -> None:
    assert wrong() == {}


@pytest.mark.parametrize("column", ["debits_posted", "credits_posted"])
def test_a_total_that_was_changed(column: str, tampered: Journal) -> None:
    Account.objects.filter(code="li").update(**{column: 99})

    found = wrong()

    assert [row.startswith("account li says") for row in found["I1"]] == [True]
    assert found["I2"] != []


def test_both_totals_that_were_changed_alike(tampered: Journal) -> None:
    Account.objects.filter(code__in=["li", "issued"]).update(credits_posted=50, debits_posted=50)

    assert len(wrong()["I1"]) == 2


def test_a_last_transfer_that_was_changed(tampered: Journal) -> None:
    Account.objects.filter(code="li").update(last_transfer=0)

    assert wrong().keys() == {"I1"}


@pytest.mark.parametrize("column", ["debits_pending", "credits_pending"])
def test_a_held_total_that_was_changed(column: str, tampered: Journal) -> None:
    Account.objects.filter(code="li").update(**{column: 1})

    found = wrong()

    assert found.keys() == {"I2", "I5"}
    assert found["I5"][0].startswith("account li says")


def test_an_amount_that_was_changed(tampered: Journal) -> None:
    award = Transfer.objects.earliest("pk")
    Transfer.objects.filter(pk=award.pk).update(amount=3)

    found = wrong()

    assert len(found["I1"]) == 2
    assert found["I3"][0].startswith(f"transfer {tampered.holds['lunch'].pk} left -3 available")


def test_a_transfer_that_was_deleted(tampered: Journal) -> None:
    Transfer.objects.latest("pk").delete()

    assert wrong()["I1"] != []


def test_an_overdraft_in_the_past_that_was_covered_since(tampered: Journal) -> None:
    """Totals agree and are above the floor now; at one moment they were not."""
    triggers.install(connection)
    triggers.forget_guards()
    take, give = (
        tampered.post("redeemed > wang 3"),
        tampered.post("wang > redeemed 7"),
    )
    triggers.drop(connection)
    first, second = take.made_transfers[0], give.made_transfers[0]
    Transfer.objects.filter(pk=first.pk).update(debit=second.debit, credit=second.credit, amount=7)
    Transfer.objects.filter(pk=second.pk).update(debit=first.debit, credit=first.credit, amount=3)

    found = wrong()

    assert found == {
        "I3": [f"transfer {first.pk} left -2 available in account wang, whose floor is 0"]
    }


def test_a_hold_that_was_resolved_twice(tampered: Journal) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the column is unique, and SQLite cannot drop that without a new table")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_hold_id_key")
    settled = Transfer.objects.get(phase="post")
    settled.pk, settled.line = None, 9
    settled.save(force_insert=True)

    assert len(wrong()["I4"]) == 2


@pytest.mark.parametrize(
    "change",
    [{"amount": 7}, {"phase": "void"}, {"debit": "wang"}, {"credit": "wang"}, {"hold": "award"}],
    ids=str,
)
def test_a_resolution_that_does_not_match(change: dict[str, Any], tampered: Journal) -> None:
    settled = Transfer.objects.get(phase="post")
    change = {
        name: account(value) if name in {"debit", "credit"} else value
        for name, value in change.items()
    }
    if "hold" in change:
        change["hold"] = Transfer.objects.earliest("pk")
    Transfer.objects.filter(pk=settled.pk).update(**change)

    assert wrong()["I4"][0].startswith(f"transfer {settled.pk} ")


def test_an_entry_without_transfers(tampered: Journal) -> None:
    empty = add(Entry)

    assert wrong() == {"I6": [f"entry {empty.pk} (story raw) has no transfer"]}


def test_units_that_were_mixed(tampered: Journal) -> None:
    point = account("li").unit
    Account.objects.filter(code="farmer").update(unit=point)

    assert wrong()["I7"] == [
        f"transfer {Transfer.objects.latest('pk').pk} joins account order and account farmer"
    ]


@pytest.mark.parametrize("flaw", ["amount", "direction", "order", "one more", "one less", "itself"])
def test_a_reversal_that_is_no_mirror(flaw: str, tampered: Journal) -> None:
    first = Entry.objects.earliest("pk")
    award, second_award = first.transfers.order_by("line")
    back = [
        {"debit": second_award.credit, "credit": second_award.debit, "amount": 5},
        {"debit": award.credit, "credit": award.debit, "amount": 10},
    ]
    if flaw == "amount":
        back[0]["amount"] = 4
    elif flaw == "direction":
        back[0] |= {"debit": second_award.debit, "credit": second_award.credit}
    elif flaw == "order":
        back.reverse()
    elif flaw == "one more":
        back.append(back[0])
    elif flaw == "one less":
        back.pop()
    reversal = add(Entry, kind="reversal", reverses=first)
    for number, row in enumerate(back, start=1):
        add(Transfer, entry=reversal, line=number, phase="single", **row)
    if flaw == "itself":
        again = add(Entry, kind="reversal", reverses=reversal, reason="again")
        for number, row in enumerate(reversed(back), start=1):
            swapped = {"debit": row["credit"], "credit": row["debit"], "amount": row["amount"]}
            add(Transfer, entry=again, line=number, phase="single", **swapped)
        reversal = again

    assert wrong()["I6"] == [
        f"entry {reversal.pk} is not the exact opposite of entry {reversal.reverses_id}"
    ]


def test_guards_that_are_down(tampered: Journal) -> None:
    found = [row for row in wrong_rows() if row.invariant.name == "I9"]

    assert "trigger transfer_is_sound is missing" in [row.row for row in found]


# --- The command ----------------------------------------------------------------------


def check_books(**options: Any) -> str:
    said = StringIO()
    call_command("check_books", stdout=said, no_color=True, **options)
    return said.getvalue()


def test_the_command_says_that_all_is_well(told: Journal) -> None:
    assert check_books().startswith("The books are right: I1, I2, I3, I4, I5, I6, I7, I9, I11")


def test_the_command_can_keep_quiet(told: Journal) -> None:
    assert check_books(quiet=True) == ""


@pytest.mark.parametrize("options", [{}, {"quiet": True}], ids=str)
def test_the_command_fails_with_the_first_wrong_row(
    options: dict[str, Any], tampered: Journal
) -> None:
    Account.objects.filter(code="li").update(credits_posted=99)

    with pytest.raises(CommandError) as failure:
        check_books(**options)

    last = account("li").last_transfer
    assert failure.value.returncode == 1
    assert str(failure.value) == (
        f"The books are wrong. I1: account li says 5 debits, 99 credits, last transfer {last};"
        f" its transfers say 5, 10, {last} (totals are what the transfers add up to)"
    )


def test_other_apps_add_invariants_and_warnings(
    told: Journal, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = type(
        "module",
        (),
        {
            "INVARIANTS": [
                Invariant("M1", "orders end at zero", list),
                Invariant("M4", "points are covered", lambda: ["12 points"], is_warning=True),
            ]
        },
    )
    settings.BOOKS_INVARIANTS = ["ledger.invariants", "others"]
    monkeypatch.setattr(
        "ledger.checking.import_module",
        lambda name: module if name == "others" else import_module(name),
    )

    assert check_books() == (
        "To look at: M4: 12 points (points are covered)\n"
        "The books are right: I1, I2, I3, I4, I5, I6, I7, I9, I11, M1, M4.\n"
    )
    assert list(wrong_rows()) == []


def test_checking_costs_one_statement_an_invariant(
    told: Journal, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(len(INVARIANTS)):
        assert [row for each in INVARIANTS for row in each.find()] == []
