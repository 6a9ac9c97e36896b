"""Money moved by hand, for what no action of the site does yet."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.models import Account, Entry
from tests.conftest import MARKET_DAY

GROWS_WITH_DEBITS = re.compile(
    r"bank|drawer/|qr/|stripe/|pledged/|owed/|fees/|rounding|over_short|points/issued"
)


def account(code: str, **policy: Any) -> Account:
    """Open an account of money as the chart of accounts has it."""
    is_debit = bool(GROWS_WITH_DEBITS.match(code))
    chart: dict[str, Any] = {
        "unit": "CNY",
        "normal": "debit" if is_debit else "credit",
        "floor": None if is_debit and not code.startswith("drawer/") else 0,
        "purpose": "order" if code.startswith("order/") else "",
    }
    return open_account(code=code, **chart | policy)


def _there(code: str) -> Account:
    return Account.objects.filter(code=code).first() or account(code)


def post(kind: str, *lines: str) -> Entry:
    """Post an entry; each line says `debit > credit fen`."""
    moves = []
    for line in lines:
        debit, _arrow, credit, fen = line.split()
        moves.append(Move(debit=_there(debit), credit=_there(credit), amount=int(fen)))
    return post_entry(
        kind=kind,
        reference="test:1",
        idempotency_key=str(uuid.uuid4()),
        happened_at=MARKET_DAY,
        moves=moves,
    )


def sides(client: Client, address: str = "/ledger/") -> tuple[dict[str, int], dict[str, int]]:
    """Return what the page says came in and went out, in fen, without what is zero."""
    figures = client.get(address).context["figures"]
    came = {part.key: part.fen for part in figures.came if part.fen}
    went = {part.key: part.fen for part in figures.went if part.fen}
    assert figures.is_equal
    return came, went


def said(client: Client, address: str = "/ledger/") -> str:
    """Return the words of the page."""
    html = client.get(address).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def assert_sides_equal(client: Client) -> None:
    """What came in went out, what there is belongs to somebody, and the community adds nothing."""
    page = client.get("/ledger/").context

    for balance in (page["figures"], page["held"]):
        assert balance.came_fen == balance.went_fen
        assert balance.markup_fen == 0
