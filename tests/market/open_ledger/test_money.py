"""The open ledger: what came in equals what went out, by the books, whatever happened."""

from __future__ import annotations

import ast
import csv
import datetime
import random
from io import StringIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.tasks import check_books, close_days
from ledger import triggers
from ledger.actions import close_days as closing
from ledger.actions.post_entry import Hold, post_entry
from ledger.actions.reverse_entry import reverse_entry
from ledger.checking import Invariant, WrongRow, wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry
from ledger.sums import day_of, midnight
from market.open_ledger.actions.add_up_days import add_up_days
from market.open_ledger.lines import LINES, NOW, line_now, lines_of
from market.open_ledger.models import BooksCheck, DayFlow
from market.open_ledger.piles import MARKUP, PILES, SALES, SOURCES
from market.open_ledger.queries import (
    A_DAY,
    balance_now,
    flows_of_days,
    flows_read,
    month_of,
)
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
from tests.ledger.test_statements import move_back
from tests.market.open_ledger.moves import account, post, said, sides
from tests.stories import hand_out, order

STATEMENTS = 8
"""The clock, the first entry, the last check; the last days written down and closed, what was
written down, what came since, and the totals of accounts."""


@pytest.fixture
def bought(ma: Member, millet: Listing, radishes: Listing, chai: Member, open_drawer: Till) -> None:
    """A bag of millet and 1.08 jin of radishes, ¥30.97, of which ¥30.90 were paid in cash."""
    placed = order(ma, {millet: 1, radishes: 500})
    hand_out(placed, by=chai, weighed={radishes: 540})


@pytest.fixture
def checked(db: None) -> BooksCheck:
    check_books()
    return BooksCheck.objects.get()


# --- The two sides --------------------------------------------------------------------


def test_what_residents_pay_goes_to_farmers_carriers_and_packers(
    bought: None, client: Client
) -> None:
    came, went = sides(client)

    assert came == {"cash": 3090, "rounding": 7}
    assert went == {"farmers": 2876, "transport": 171, "packing": 50}


def test_each_way_of_paying_has_its_line(
    ma: Member, millet: Listing, chai: Member, open_drawer: Till, client: Client
) -> None:
    hand_out(order(ma, {millet: 1}), by=chai)
    post("hand_out", "qr/1 > order/9/cny 900", "order/9/cny > supplier/x 900")
    post("pay_stripe", "stripe/clearing > order/8/cny 5000")

    came, went = sides(client)

    assert came == {"cash": 3000, "qr": 900, "online": 5000}
    assert went == {"farmers": 3700, "transport": 150, "packing": 50, "orders": 5000}


def test_change_and_payouts_are_not_counted(client: Client, db: None) -> None:
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > supplier/x 900")
    post("open_till", "drawer/t > bank 10000")
    post("pay_supplier", "supplier/x > bank 900")

    came, went = sides(client)

    assert (came, went) == ({"cash": 900}, {"farmers": 900})


def test_fees_are_shown_and_who_bears_them(client: Client, db: None) -> None:
    post("pay_stripe", "stripe/clearing > order/8/cny 5000")
    post("hand_out", "order/8/cny > supplier/x 5000")
    post("payment_fee", "fees/payment > stripe/clearing 150")

    came, went = sides(client)

    assert came == {"online": 5000, "fees": 150}
    assert went == {"farmers": 5000, "kept": 150}


def test_the_fund_bears_them_at_the_end_of_the_month(client: Client, db: None) -> None:
    post("sponsor_pays", "bank > fund/general 10000")
    post("payment_fee", "fees/payment > stripe/clearing 150")

    post("cover_costs", "fund/general > fees/payment 150")

    came, went = sides(client)
    assert came == {"sponsors": 10000}
    assert went == {"kept": 150, "funds": 9850}


def test_what_is_given_back_is_shown(client: Client, db: None) -> None:
    post("pay_stripe", "stripe/clearing > order/8/cny 5000")
    post("cancel_order", "order/8/cny > refunds/stripe 5000")
    post("refund_stripe", "refunds/stripe > stripe/clearing 3000")
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > household/7/credit 42",
         "order/9/cny > supplier/x 858")  # fmt: skip
    post("pay_out_credit", "household/7/credit > drawer/t 40")

    came, went = sides(client)

    assert came == {"online": 5000, "cash": 900}
    assert went == {"farmers": 858, "back": 3040, "refunds": 2000, "credit": 2}


def test_what_the_scale_gives_back_is_shown(client: Client, db: None) -> None:
    post("pay_qr", "qr/1 > order/8/cny 5000")
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > supplier/x 900",
         "order/8/cny > supplier/x 4400", "order/8/cny > drawer/t 600")  # fmt: skip

    came, went = sides(client)

    assert came == {"qr": 5000, "cash": 900}
    assert went == {"farmers": 5300, "back": 600}


def test_a_payment_by_the_code_that_never_arrived(client: Client, db: None) -> None:
    post("hand_out", "qr/1 > order/9/cny 900", "order/9/cny > supplier/x 900")
    post("hand_out", "qr/1 > order/8/cny 500", "order/8/cny > supplier/x 500")
    post("pay_stripe", "stripe/clearing > order/7/cny 5000")

    post("take_back", "owed/order/9 > qr/1 900")
    post("take_back", "order/7/cny > refunds/stripe 40", "refunds/stripe > stripe/clearing 40")

    came, went = sides(client)
    assert came == {"qr": 500, "online": 5000, "owed": 900}
    assert went == {"farmers": 1400, "orders": 4960, "back": 40}


def test_a_reversal_takes_back_what_it_reverses(client: Client, db: None) -> None:
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > supplier/x 900")
    entry = post("pay_stripe", "stripe/clearing > order/8/cny 5000")
    post("payment_fee", "fees/payment > stripe/clearing 150")

    reverse_entry(entry=entry, idempotency_key="undo", happened_at=database_now(), reason="test")

    assert sides(client) == ({"cash": 900, "fees": 150}, {"farmers": 900, "kept": 150})


def test_what_went_back_by_mistake_did_not_go_back(client: Client, db: None) -> None:
    post("pay_stripe", "stripe/clearing > order/8/cny 5000")
    post("cancel_order", "order/8/cny > refunds/stripe 5000")
    entry = post("refund_stripe", "refunds/stripe > stripe/clearing 3000")

    reverse_entry(entry=entry, idempotency_key="undo", happened_at=database_now(), reason="test")

    assert sides(client) == ({"online": 5000}, {"refunds": 5000})


def test_what_is_only_held_has_not_moved(client: Client, db: None) -> None:
    post("sponsor_pays", "bank > fund/general 1000")
    hold = Hold(debit=account("fund/general"), credit=account("supplier/x"), amount=900)
    post_entry(
        kind="hold",
        reference="test:1",
        idempotency_key="hold",
        happened_at=database_now(),
        moves=[hold],
    )

    assert sides(client) == ({"sponsors": 1000}, {"funds": 1000})


def test_what_people_ask_for_is_shown_at_zero(client: Client, db: None) -> None:
    figures = client.get("/ledger/").context["figures"]

    assert [part.key for part in figures.came] == ["cash", "rounding"]
    assert [part.key for part in figures.went] == [
        "farmers", "transport", "packing", MARKUP, "back", "kept", "funds",
    ]  # fmt: skip


def test_the_parts_of_a_bar_follow_each_other(bought: None, client: Client) -> None:
    figures = client.get("/ledger/").context["figures"]

    assert [(part.before_fen, part.fen) for part in figures.went if part.fen] == [
        (0, 2876),
        (2876, 171),
        (3047, 50),
    ]
    assert '<rect class="packing" x="3047" width="50"' in client.get("/ledger/").content.decode()


def test_missing_cash_is_shown_on_both_sides(client: Client, db: None) -> None:
    post("open_till", "drawer/t > bank 10000")
    post("close_till", "bank > drawer/t 9950", "over_short > drawer/t 50")

    assert sides(client) == ({"over_short": 50}, {"till": 50})


def test_there_is_no_markup(bought: None, client: Client) -> None:
    figures = client.get("/ledger/").context["figures"]

    assert figures.markup_fen == 0
    assert "¥0 社区加价" in said(client)


@pytest.mark.parametrize(
    ("code", "policy"), [("gain", {}), ("fund/gain", {"purpose": "margin"}), ("supplies/x", {})]
)
def test_a_markup_would_be_seen(
    code: str, policy: dict[str, str], client: Client, checked: BooksCheck
) -> None:
    account(code, **policy)
    post("hand_out", "drawer/t > order/9/cny 900", f"order/9/cny > {code} 100")

    response = client.get("/ledger/")

    assert response.context["figures"].markup_fen == 100
    assert not response.context["is_green"]
    assert "有钱落在了不该有钱的地方：本月 ¥1.00" in said(client)


@pytest.mark.parametrize("pile", [*dict.fromkeys(PILES.values()), MARKUP])
@pytest.mark.parametrize("source", [SALES, *SOURCES])
def test_every_flow_has_a_line(source: str, pile: str) -> None:
    if source != "paid_out":
        assert set(lines_of(source, pile)) <= set(LINES)
    assert line_now(pile) in NOW


OF_SALES = {
    "place_order", "pay_stripe", "pay_qr", "pay_cash", "round_cash", "reconfirm_order", "hand_out",
    "hand_out_again", "hold_again", "counter_sale", "settle_owed", "credit_refund", "cover_costs",
}  # fmt: skip
POST = {"post_entry", "EntrySpec", "release_goods"}
NO_MONEY = {"receive_goods", "correct_receipt", "count_stock", "move_stock", "spoil"}


def test_every_kind_of_entry_has_its_source() -> None:
    """A new row of the table of postings is sorted here first, or it counts as a sale."""
    root = Path(__file__).parent.parent.parent.parent / "market"
    kinds = {
        keyword.value.value
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in POST
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }

    assert "hand_out" in kinds
    assert (
        kinds - OF_SALES - NO_MONEY - {kind for each in SOURCES.values() for kind in each} == set()
    )


def test_every_account_of_the_market_has_a_pile(bought: None) -> None:
    assert balance_now().markup_fen == 0


@pytest.mark.parametrize("seed", range(3))
def test_any_story_leaves_both_sides_equal(seed: int, client: Client, db: None) -> None:
    drawn = random.Random(seed)  # noqa: S311  # Nothing is kept secret by it.
    kinds = ["hand_out", *(kind for kinds in SOURCES.values() for kind in kinds)]
    piles = ["bank", "drawer/t", "qr/1", "stripe/clearing", "owed/supplier/x", "fees/payment",
             "rounding", "over_short", "pledged/1"]  # fmt: skip
    kept = ["order/1/cny", "household/1/credit", "fund/general", "supplier/x", "carrier/x",
            "packing/x", "refunds/stripe"]  # fmt: skip
    for _ in range(40):
        left, right = drawn.choice(piles), drawn.choice(kept)
        post(drawn.choice(kinds), f"{left} > {right} {drawn.randint(1, 9999)}")

    held = balance_now()

    came, went = sides(client)
    assert sum(came.values()) == sum(went.values()) > 0
    assert held.is_equal


# --- This moment ----------------------------------------------------------------------


def test_where_the_money_is_and_whose(bought: None) -> None:
    post("sponsor_pays", "bank > fund/general 10000")

    held = balance_now()

    came = {part.key: part.fen for part in held.came if part.fen}
    went = {part.key: part.fen for part in held.went if part.fen}
    assert came == {"in_hand": 13090, "costs": 7}
    assert went == {"farmers": 2876, "transport": 171, "packing": 50, "funds": 10000}


# --- The check ------------------------------------------------------------------------


def test_before_the_first_check_the_page_says_so(client: Client, db: None) -> None:
    words = said(client)

    assert "还没有对过账。每天夜里三点半对一次账。" in words
    assert "借贷相等" not in words


def test_books_that_are_right(client: Client, checked: BooksCheck) -> None:
    assert checked.wrong == {}
    assert "借贷相等 ✓" in said(client)
    assert client.get("/ledger/").context["is_green"]


def test_books_that_are_wrong_turn_the_page_red_and_hide_nothing(
    bought: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "market.open_ledger.actions.check_books.wrong_rows",
        lambda: [*planted("M1"), *planted("M1"), *planted("I2")],
    )
    check_books()

    words = said(client)

    assert "有 3 处不对（I2, M1）。账目一条不藏" in words
    assert "借贷相等" not in words
    assert "农户到手 ¥28.76" in words
    assert 'role="alert"' in client.get("/ledger/").content.decode()


def planted(name: str) -> list[WrongRow]:
    return [WrongRow(Invariant(name, "all is well", list), "a row")]


def test_only_the_last_check_counts(client: Client, checked: BooksCheck) -> None:
    earlier = checked.checked_at - A_DAY
    BooksCheck.objects.create(checked_at=earlier, wrong={"I1": 1})

    assert client.get("/ledger/").context["is_green"]


def test_a_night_without_a_check_is_told(client: Client, checked: BooksCheck) -> None:
    BooksCheck.objects.update(checked_at=checked.checked_at - datetime.timedelta(hours=37))

    words = said(client)

    assert "之后有一夜没有对成" in words
    assert "借贷相等 ✓" not in words


def test_totals_that_do_not_fit_turn_the_page_red(
    bought: None, client: Client, checked: BooksCheck
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection)
    Account.objects.filter(code="supplier/XMG").update(credits_posted=2801)

    response = client.get("/ledger/")

    triggers.forget_guards()
    assert not response.context["is_green"]
    assert "眼下差 ¥0.01" in response.content.decode()


def test_what_is_written_down_wrongly_turns_the_page_red(
    some_day: datetime.date, client: Client, checked: BooksCheck
) -> None:
    DayFlow.objects.filter(pile="farmers").update(credit_fen=899)

    response = client.get("/ledger/", {"month": f"{some_day:%Y-%m}"})

    assert not response.context["is_green"]
    assert "本月差 ¥0.01" in response.content.decode()
    assert [str(row.invariant.name) for row in wrong_rows()] == ["M7"]


# --- Months and days ------------------------------------------------------------------


@pytest.fixture
def some_day(db: None) -> datetime.date:
    """¥9.00 came in two days ago, and that day is written down."""
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > supplier/x 900")
    move_back(Entry.objects.all(), days=2)
    close_days()
    return day_of(database_now()) - 2 * A_DAY


@pytest.fixture
def two_months(db: None) -> datetime.date:
    """¥9.00 came in forty days ago, ¥1.00 today; the day of the first."""
    post("hand_out", "drawer/t > order/9/cny 900", "order/9/cny > supplier/x 900")
    move_back(Entry.objects.all(), days=40)
    post("hand_out", "drawer/t > order/9/cny 100", "order/9/cny > supplier/x 100")
    return day_of(database_now()) - 40 * A_DAY


@pytest.mark.parametrize("written_down", ["nothing", "what is closed"])
def test_each_month_by_itself(written_down: str, two_months: datetime.date, client: Client) -> None:
    if written_down == "what is closed":
        close_days()
        assert DayFlow.objects.exists()

    assert sides(client)[0] == {"cash": 100}
    assert sides(client, f"/ledger/?month={two_months:%Y-%m}")[0] == {"cash": 900}


def test_one_can_go_from_month_to_month(two_months: datetime.date, client: Client) -> None:
    now = client.get("/ledger/")
    earlier = now.context["earlier"]
    oldest = client.get("/ledger/", {"month": f"{two_months:%Y-%m}"})

    assert f'href="?month={earlier:%Y-%m}"' in now.content.decode()
    assert now.context["later"] is None
    assert oldest.context["earlier"] is None
    assert oldest.context["later"] > two_months


@pytest.mark.parametrize("month", ["", "x", "2026-13", "1999-01", "2999-01", "0000-00", "2026-1\0"])
@pytest.mark.parametrize("page", ["", "days.csv"])
def test_a_month_that_is_not_there_leads_to_this_one(
    page: str, month: str, client: Client, db: None
) -> None:
    response = client.get(f"/ledger/{page}", {"month": month})

    assert response.status_code in (302, 400)
    if response.status_code == 302:
        assert response["Location"] == "/ledger/"


def test_a_month_without_money(client: Client, db: None) -> None:
    assert "这个月还没有钱进出。" in said(client)


def test_days_are_written_down_once(some_day: datetime.date) -> None:
    rows = list(DayFlow.objects.values_list("pk", flat=True))

    assert add_up_days() == 0
    assert list(DayFlow.objects.values_list("pk", flat=True)) == rows


def test_what_is_written_down_is_what_the_transfers_say(two_months: datetime.date) -> None:
    today = day_of(database_now())
    before = flows_of_days(two_months, today)

    closing.close_days(now=midnight(today + 2 * A_DAY))
    add_up_days()

    assert flows_of_days(two_months, today) == before == sorted(flows_read(two_months, today))
    assert {row.day for row in before} == {two_months, today}


def test_a_day_that_is_not_written_down_is_wrong(some_day: datetime.date) -> None:
    assert list(wrong_rows()) == []

    DayFlow.objects.filter(pile="farmers").delete()

    assert [row.row for row in wrong_rows()] == [
        f"{some_day}, sales, farmers: 0 and 900 fen are missing"
    ]


@pytest.mark.parametrize("history", [5, 200])
@pytest.mark.parametrize("written_down", ["nothing", "what is closed"])
def test_it_costs_the_same_however_long_the_history(
    written_down: str, history: int, client: Client, foot_is_remembered: None
) -> None:
    for number in range(history):
        post(
            "hand_out", f"drawer/t > order/{number}/cny 900", f"order/{number}/cny > supplier/x 900"
        )
    if written_down == "what is closed":
        move_back(Entry.objects.all()[:1], days=2)
        close_days()
    client.get("/ledger/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/ledger/")

    read = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(read) == STATEMENTS


# --- The file -------------------------------------------------------------------------


def table_of(client: Client, **asked: str) -> list[list[str]]:
    content = client.get("/ledger/days.csv", asked).content.decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(StringIO(content.removeprefix("\ufeff"))))


def test_the_file_has_the_month_by_day(bought: None, client: Client) -> None:
    header, *rows = table_of(client)

    today = str(day_of(database_now()))
    assert header == ["日期", "事项", "进来（元）", "出去（元）"]
    assert [row for row in rows if row[2:] not in (["0.00", ""], ["", "0.00"])] == [
        [today, "居民付现金", "30.90", ""],
        [today, "现金抹零，公益金还没补上", "0.07", ""],
        [today, "农户到手", "", "28.76"],
        [today, "运费", "", "1.71"],
        [today, "包装", "", "0.50"],
    ]


def test_no_cell_is_a_formula_and_nobody_is_named(bought: None, ma: Member, client: Client) -> None:
    rows = table_of(client)

    assert not [cell for row in rows for cell in row if cell[:1] in {*"=+-@\t\r"}]
    text = client.get("/ledger/days.csv").content.decode() + client.get("/ledger/").content.decode()
    for secret in (ma.full_name, ma.phone, ma.member_no, str(ma.books_id), "下马关", "HL-"):
        assert str(secret) not in text


def test_the_file_in_english(bought: None, client: Client) -> None:
    content = client.get("/en/ledger/days.csv").content.decode()

    assert "Residents paid in cash" in content


# --- Where it is ----------------------------------------------------------------------


def test_every_page_leads_to_it(client: Client, db: None) -> None:
    html = client.get("/sign-in/").content.decode()

    assert html[html.index("<footer") :].count('href="/ledger/"') == 1


def test_the_home_page_leads_to_it(client: Client, radishes: Listing) -> None:
    html = client.get("/").content.decode()

    assert 'href="/ledger/"' in html[html.index("<main") : html.index("</main>")]


def test_it_is_there_in_english(bought: None, client: Client) -> None:
    words = said(client, "/en/ledger/")

    assert "Farmers got ¥28.76" in words
    assert "¥0 The community's markup" in words


def test_months_have_their_last_day() -> None:
    assert month_of(datetime.date(2026, 12, 31)) == (
        datetime.date(2026, 12, 1),
        datetime.date(2026, 12, 31),
    )


def test_points_are_no_money(client: Client, db: None) -> None:
    account("points/issued", unit="POINT")
    account("fund/points", unit="POINT")

    post("award_points", "points/issued > fund/points 7")

    assert sides(client) == ({}, {})
    assert balance_now().longer_fen == 0
