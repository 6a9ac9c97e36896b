"""The books in the back office can be looked at by those who may, and written by nobody."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.actions.reverse_entry import reverse_entry
from ledger.clock import database_now
from ledger.kinds import KINDS
from ledger.models import Account, Entry
from ledger.sums import day_of
from people.actions.grant_role import grant_role
from people.models import Member
from tests.conftest import MARKET_DAY, signed_in
from tests.ledger.journal import Journal, account, everything

ROOT = Path(__file__).parent.parent.parent
HOME = "wagtailadmin_home"
BOOKS_ID = UUID("0b5e55ed-0000-4000-8000-00000000c0de")


def table_of(page: str) -> str:
    """Return the rows of a page, without what is around them."""
    return page.partition('<table class="listing')[2].partition("</table>")[0]


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """What the tests call things, as the pages do."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def as_worker(xue: Member) -> Client:
    """薛立冬 reviews what others did, so she may look."""
    return signed_in(xue)


@pytest.fixture
def as_superuser(gu: Member) -> Client:
    gu.is_superuser = True
    gu.save(update_fields=["is_superuser"])
    return signed_in(gu)


@pytest.fixture
def sale(journal: Journal) -> Entry:
    """A sale of ¥39.20, of which the farmer gets ¥35.00 so far."""
    journal.post("bank > order 3920", kind="receive_goods", reference="order:1042")
    return journal.post("order > farmer 3500", kind="hand_out", reference="order:1042")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_accounts_are_listed_with_their_balances(
    language: str, as_worker: Client, sale: Entry
) -> None:
    page = as_worker.get(
        reverse("books-accounts:index"), headers={"accept-language": language}
    ).text

    assert "farmer" in page
    assert "35.00" in page
    assert reverse("books-accounts:inspect", args=[account("farmer").pk]) in page


def test_accounts_are_found_by_code_and_unit(as_worker: Client, sale: Entry) -> None:
    account("li")

    table = table_of(as_worker.get(reverse("books-accounts:index"), {"q": "farm"}).text)
    assert ("farmer" in table, "bank" in table) == (True, False)

    points = account("li").unit_id
    table = table_of(as_worker.get(reverse("books-accounts:index"), {"unit": points}).text)
    assert (">li<" in "".join(table.split()), "farmer" in table) == (True, False)


def test_an_account_shows_its_statement(as_worker: Client, sale: Entry, journal: Journal) -> None:
    journal.post("order ~ farmer 100", kind="unheard_of", reference="order:7")

    page = as_worker.get(reverse("books-accounts:inspect", args=[account("order").pk])).text

    table = table_of(page)
    assert [figure in table for figure in ("39.20", "-35.00", "4.20", "order:7")] == [True] * 4
    assert "unheard_of" in table
    assert table.index("order:7") < table.index("-35.00") < table.index("39.20")
    assert reverse("books-entries:inspect", args=[sale.pk]) in table
    assert reverse("books-accounts:inspect", args=[account("bank").pk]) in table
    assert "3.20" in page.partition('<table class="listing')[0]  # Free, while a yuan is held.


def test_a_statement_has_pages(as_worker: Client, journal: Journal) -> None:
    for number in range(51):
        journal.post("issued > li 1", reference=f"shift:{number}")
    address = reverse("books-accounts:inspect", args=[account("li").pk])

    first = as_worker.get(address)
    older = first.context["older"]
    second = as_worker.get(address, {"before": older})

    assert [table_of(page.text).count("shift:") for page in (first, second)] == [50, 1]
    assert f"before={older}" in first.text
    assert "shift:50" in table_of(first.text)
    assert "shift:0" in table_of(second.text)
    assert "before=" not in second.text


def test_a_statement_of_some_days(as_worker: Client, sale: Entry) -> None:
    address = reverse("books-accounts:inspect", args=[account("order").pk])
    today = day_of(database_now())
    yesterday = today - datetime.timedelta(days=1)

    page = as_worker.get(address, {"first": str(today), "last": str(today)})
    assert (page.context["opening"], page.context["closing"]) == ("0.00", "4.20")
    assert "-35.00" in table_of(page.text)
    page = as_worker.get(address, {"first": str(yesterday), "last": str(yesterday)})
    assert (page.context["opening"], page.context["closing"]) == ("0.00", "0.00")
    assert "-35.00" not in page.text


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-11-22", "last": "2026-11-21"},
        {"first": "soon", "last": "2026-11-21"},
        {"first": "2026-11-21"},
    ],
)
def test_days_that_cannot_be_are_refused(
    as_worker: Client, sale: Entry, asked: dict[str, str]
) -> None:
    page = as_worker.get(reverse("books-accounts:inspect", args=[account("order").pk]), asked)

    assert page.status_code == 200
    assert 'class="errorlist' in page.text
    assert "table" not in page.context


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_a_page_that_is_not_there_is_the_first(as_worker: Client, sale: Entry, before: str) -> None:
    address = reverse("books-accounts:inspect", args=[account("order").pk])

    assert "39.20" in table_of(as_worker.get(address, {"before": before}).text)


def test_the_trial_balance_is_that_of_a_day(as_worker: Client, sale: Entry) -> None:
    address = reverse("books-trial:index")

    page = as_worker.get(address)
    assert page.context["sums"] == [(account("order").unit, "39.20", "39.20")]
    assert reverse("books-accounts:inspect", args=[account("farmer").pk]) in page.text
    page = as_worker.get(address, {"day": str(day_of(database_now())), "codes": "farm"})
    assert [row.title for row, *_ in page.context["rows"]] == ["farmer"]
    page = as_worker.get(address, {"day": "2026-01-01"})
    assert (page.context["rows"], page.context["sums"]) == ([], [])
    page = as_worker.get(address, {"day": "soon"})
    assert 'class="errorlist' in page.text


def test_the_trial_balance_is_for_those_who_may_look(as_editor: Client, sale: Entry) -> None:
    response = as_editor.get(reverse("books-trial:index"))

    assert (response.status_code, response.headers["Location"]) == (302, reverse(HOME))


def test_entries_are_listed_from_the_newest(as_worker: Client, sale: Entry) -> None:
    table = table_of(as_worker.get(reverse("books-entries:index")).text)

    assert table.index(str(KINDS["hand_out"])) < table.index(str(KINDS["receive_goods"]))
    assert reverse("books-entries:inspect", args=[sale.pk]) in table


def test_entries_are_found_by_reference_and_kind(
    as_worker: Client, sale: Entry, journal: Journal
) -> None:
    journal.post("issued > li 1", reference="shift:1")

    table = table_of(as_worker.get(reverse("books-entries:index"), {"q": "shift"}).text)
    assert ("shift:1" in table, "order:1042" in table) == (True, False)

    table = table_of(as_worker.get(reverse("books-entries:index"), {"kind": "hand_out"}).text)
    assert ("shift:1" in table, "order:1042" in table) == (False, True)


def test_an_entry_shows_its_transfers(as_worker: Client, sale: Entry) -> None:
    page = as_worker.get(reverse("books-entries:inspect", args=[sale.pk])).text

    table = table_of(page)
    assert [word in table for word in ("order", "farmer", "35.00", "CNY")] == [True] * 4
    assert reverse("books-accounts:inspect", args=[account("farmer").pk]) in table


def test_an_entry_shows_what_reversed_it(as_worker: Client, sale: Entry) -> None:
    reversal = reverse_entry(
        entry=sale, idempotency_key="undo", reason="mistake", happened_at=MARKET_DAY
    )

    page = as_worker.get(reverse("books-entries:inspect", args=[sale.pk])).text
    assert f"{KINDS['reversal']} order:1042" in page
    page = as_worker.get(reverse("books-entries:inspect", args=[reversal.pk])).text
    assert f"{KINDS['hand_out']} order:1042" in page


def test_moments_are_told_in_the_time_of_the_place(as_worker: Client, sale: Entry) -> None:
    """MARKET_DAY is nine in the morning in Yinchuan, one in the night in UTC."""
    page = as_worker.get(reverse("books-entries:inspect", args=[sale.pk])).text

    assert "2026年11月21日 09:00" in page
    assert "None" not in page.partition("<dl>")[2].partition("</dl>")[0]


def test_whose_account_it_is_stays_unsaid(as_superuser: Client) -> None:
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
            reverse("books-accounts:index"),
            reverse("books-accounts:inspect", args=[wallet.pk]),
            reverse("books-accounts:inspect", args=[clawback.pk]),
            reverse("books-entries:index"),
            reverse("books-entries:inspect", args=[entry.pk]),
            reverse("books-trial:index"),
        )
    ]

    assert "points/member/···/2027" in pages[0]
    assert str(wallet) == "points/member/···/2027"
    for page in pages:
        assert str(BOOKS_ID) not in page
        assert BOOKS_ID.hex not in page


@pytest.mark.parametrize("kind", ["books-accounts", "books-entries"])
@pytest.mark.parametrize("view", ["add", "edit", "delete", "copy", "history", "usage"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_writes(
    kind: str, view: str, method: str, as_superuser: Client, sale: Entry
) -> None:
    row = sale if kind == "books-entries" else account("farmer")
    before = everything()
    address = reverse(f"{kind}:add") if view == "add" else f"/office/{kind}/{view}/{row.pk}/"

    response = getattr(as_superuser, method)(address, {"code": "mine", "kind": "story"})

    assert everything() == before
    if view in {"add", "edit", "delete"}:
        assert (response.status_code, response.headers["Location"]) == (302, reverse(HOME))


@pytest.fixture
def as_editor(gu: Member) -> Client:
    """Somebody who works in the back office, and has nothing to do with the books."""
    gu.groups.clear()
    grant_role(member=gu, role="editor")
    return signed_in(gu)


@pytest.mark.parametrize("view", ["index", "inspect"])
@pytest.mark.parametrize("kind", ["books-accounts", "books-entries"])
def test_who_may_not_look_does_not_see(
    kind: str, view: str, as_editor: Client, sale: Entry
) -> None:
    row = sale if kind == "books-entries" else account("farmer")
    address = reverse(f"{kind}:{view}", args=[row.pk] if view == "inspect" else [])

    response = as_editor.get(address)

    assert (response.status_code, response.headers["Location"]) == (302, reverse(HOME))
    assert reverse("books-accounts:index") not in as_editor.get(reverse(HOME)).text


def test_who_may_look_finds_the_books_in_the_menu(as_worker: Client) -> None:
    page = as_worker.get(reverse(HOME)).text
    assert reverse("books-accounts:index") in page
    assert reverse("books-trial:index") in page


@pytest.mark.parametrize("kind", ["books-accounts", "books-entries"])
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
        address = reverse("books-accounts:inspect", args=[Account.objects.get(code="issued").pk])
        as_worker.get(address)
        with django_assert_max_num_queries(20) as queries:
            as_worker.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_every_kind_that_is_posted_has_words() -> None:
    posted = {
        keyword.value.value
        for path in (ROOT / "market").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"post_entry", "EntrySpec"}
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }

    assert posted
    assert posted <= KINDS.keys()
