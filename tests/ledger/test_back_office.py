"""The books in the back office can be looked at by those who may, and written by nobody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.actions.reverse_entry import reverse_entry
from ledger.kinds import KINDS
from ledger.models import Account, Entry
from ledger.roles import ROLES
from people.models import Member
from tests.conftest import MARKET_DAY
from tests.ledger.journal import Journal, account, everything

BOOKS_ID = UUID("0b5e55ed-0000-4000-8000-00000000c0de")


def staff(client: Client, *permissions: str, **columns: Any) -> Client:
    member = Member.objects.create(phone="19900000001", full_name="社工", **columns)
    member.user_permissions.set(
        Permission.objects.get(
            content_type__app_label=name.partition(".")[0], codename=name.partition(".")[2]
        )
        for name in ("wagtailadmin.access_admin", *permissions)
    )
    client.force_login(member)
    return client


@pytest.fixture
def as_worker(client: Client, db: None) -> Client:
    return staff(client, *ROLES["worker_b"])


@pytest.fixture
def as_superuser(client: Client, db: None) -> Client:
    return staff(client, is_superuser=True)


@pytest.fixture
def sale(journal: Journal) -> Entry:
    """A sale of ¥39.20, of which the farmer gets ¥35.00 so far."""
    journal.post("bank > order 3920", kind="receive_goods", reference="order:1042")
    return journal.post("order > farmer 3500", kind="hand_out", reference="order:1042")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_accounts_are_listed_with_their_balances(
    language: str, as_worker: Client, sale: Entry
) -> None:
    page = as_worker.get(reverse("account:index"), headers={"accept-language": language}).text

    assert "farmer" in page
    assert "35.00" in page
    assert reverse("account:inspect", args=[account("farmer").pk]) in page


def test_accounts_are_found_by_code_and_unit(as_worker: Client, sale: Entry) -> None:
    account("li")

    page = as_worker.get(reverse("account:index"), {"q": "farm"}).text
    assert ("farmer" in page, "order" in page.split("<table")[1]) == (True, False)

    points = account("li").unit_id
    table = as_worker.get(reverse("account:index"), {"unit": points}).text.split("<table")[1]
    assert (">li" in table.replace(" ", "").replace("\n", ""), "farmer" in table) == (True, False)


def test_an_account_shows_its_statement(as_worker: Client, sale: Entry, journal: Journal) -> None:
    journal.post("order ~ farmer 100", kind="unheard_of", reference="order:7")

    page = as_worker.get(reverse("account:inspect", args=[account("order").pk])).text

    table = page.split("<table")[1]
    assert [figure in table for figure in ("39.20", "-35.00", "4.20", "order:7")] == [True] * 4
    assert "unheard_of" in table
    assert table.index("order:7") < table.index("-35.00") < table.index("39.20")
    assert reverse("entry:inspect", args=[sale.pk]) in table
    assert reverse("account:inspect", args=[account("bank").pk]) in table
    assert "3.20" in page.split("<table")[0]  # What is available while a yuan is held.


def test_a_statement_has_pages(as_worker: Client, journal: Journal) -> None:
    for number in range(51):
        journal.post("issued > li 1", reference=f"shift:{number}")
    address = reverse("account:inspect", args=[account("li").pk])

    first, second = as_worker.get(address).text, as_worker.get(address, {"p": 2}).text

    assert ("shift:50<" in first, "shift:0<" in first) == (True, False)
    assert ("shift:50<" in second, "shift:0<" in second) == (False, True)


def test_entries_are_listed_from_the_newest(as_worker: Client, sale: Entry) -> None:
    table = as_worker.get(reverse("entry:index")).text.split("<table")[1]

    assert table.index(str(KINDS["hand_out"])) < table.index(str(KINDS["receive_goods"]))
    assert reverse("entry:inspect", args=[sale.pk]) in table


def test_entries_are_found_by_reference_and_kind(
    as_worker: Client, sale: Entry, journal: Journal
) -> None:
    journal.post("issued > li 1", reference="shift:1")

    table = as_worker.get(reverse("entry:index"), {"q": "shift"}).text.split("<table")[1]
    assert ("shift:1" in table, "order:1042" in table) == (True, False)

    table = as_worker.get(reverse("entry:index"), {"kind": "hand_out"}).text.split("<table")[1]
    assert ("shift:1" in table, "order:1042" in table) == (False, True)


def test_an_entry_shows_its_transfers(as_worker: Client, sale: Entry) -> None:
    page = as_worker.get(reverse("entry:inspect", args=[sale.pk])).text

    table = page.split("<table")[1]
    assert [word in table for word in ("order", "farmer", "35.00", "CNY")] == [True] * 4
    assert reverse("account:inspect", args=[account("farmer").pk]) in table


def test_an_entry_shows_what_reversed_it(as_worker: Client, sale: Entry) -> None:
    reversal = reverse_entry(
        entry=sale, idempotency_key="undo", reason="mistake", happened_at=MARKET_DAY
    )

    assert "reversal order:1042" in as_worker.get(reverse("entry:inspect", args=[sale.pk])).text
    page = as_worker.get(reverse("entry:inspect", args=[reversal.pk])).text
    assert "hand_out order:1042" in page


def test_whose_account_it_is_stays_unsaid(as_superuser: Client, db: None) -> None:
    wallet = open_account(
        code=f"points/member/{BOOKS_ID}/2027", unit="POINT", owner_ref=BOOKS_ID, purpose="wallet"
    )
    clawback = open_account(code=f"points/clawback/{BOOKS_ID.hex}", unit="POINT", floor=None)
    entry = post_entry(
        kind="award_points",
        reference="shift:1",
        idempotency_key="award:1",
        happened_at=MARKET_DAY,
        moves=[Move(debit=clawback, credit=wallet, amount=5)],
        actor_ref=BOOKS_ID,
        approver_ref=UUID(int=2),
    )

    pages = [
        as_superuser.get(address).text
        for address in (
            reverse("account:index"),
            reverse("account:inspect", args=[wallet.pk]),
            reverse("account:inspect", args=[clawback.pk]),
            reverse("entry:index"),
            reverse("entry:inspect", args=[entry.pk]),
        )
    ]

    assert "points/member/···/2027" in pages[0]
    assert str(wallet) == "points/member/···/2027"
    for page in pages:
        assert str(BOOKS_ID) not in page
        assert BOOKS_ID.hex not in page


@pytest.mark.parametrize("kind", ["account", "entry"])
@pytest.mark.parametrize("view", ["add", "edit", "delete", "copy", "history", "usage"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_writes(
    kind: str, view: str, method: str, as_superuser: Client, sale: Entry
) -> None:
    row = sale if kind == "entry" else account("farmer")
    before = everything()
    address = f"/office/{kind}/" + ("add/" if view == "add" else f"{view}/{row.pk}/")

    response = getattr(as_superuser, method)(address, {"code": "mine", "kind": "story"})

    assert everything() == before
    if view in {"add", "edit", "delete"}:
        assert (response.status_code, response.headers["Location"]) == (302, reverse(HOME))


HOME = "wagtailadmin_home"


@pytest.mark.parametrize("view", ["index", "inspect"])
@pytest.mark.parametrize("kind", ["account", "entry"])
def test_who_may_not_look_does_not_see(kind: str, view: str, client: Client, sale: Entry) -> None:
    row = sale if kind == "entry" else account("farmer")
    address = reverse(f"{kind}:{view}", args=[row.pk] if view == "inspect" else [])

    response = staff(client, "people.view_member").get(address)

    assert (response.status_code, response.headers["Location"]) == (302, reverse(HOME))


@pytest.mark.parametrize("kind", ["account", "entry"])
def test_lists_cost_the_same_for_any_number_of_rows(
    kind: str, as_worker: Client, journal: Journal, django_assert_max_num_queries: Any
) -> None:
    as_worker.get(reverse(f"{kind}:index"))
    counts = []
    for rows in (5, 40):
        for number in range(rows):
            journal.post(f"issued > wallet{rows}.{number} 1")
        with django_assert_max_num_queries(20) as queries:
            as_worker.get(reverse(f"{kind}:index"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_statement_costs_the_same_for_any_number_of_rows(
    as_worker: Client, journal: Journal, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for rows in (5, 40):
        for number in range(rows):
            journal.post(f"issued > wallet{rows}.{number} 1")
        address = reverse("account:inspect", args=[Account.objects.get(code="issued").pk])
        as_worker.get(address)
        with django_assert_max_num_queries(20) as queries:
            as_worker.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]
