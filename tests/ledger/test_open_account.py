"""open_account, open_accounts, open_unit: there once needed, and the same for ever."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from ledger.actions.open_account import AccountSpec, open_account, open_accounts
from ledger.actions.open_unit import open_unit
from ledger.models import Account, Unit
from ledger.refusals import AccountDiffers, UnitDiffers, broken_rule
from tests.ledger.journal import everything

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime.date(2027, 12, 31)
LI = UUID(int=7)


def test_an_account_opens_empty_and_limited() -> None:
    account = open_account(code="points/li", unit="POINT")

    kept = Account.objects.get()
    assert kept == account
    assert (kept.code, kept.unit.code, kept.normal, kept.floor) == (
        "points/li",
        "POINT",
        "credit",
        0,
    )
    assert (kept.purpose, kept.owner_ref, kept.expires_on, kept.closed_at) == ("", None, None, None)
    assert (kept.balance, kept.available) == (0, 0)
    assert kept.opened_at is not None


def test_an_account_opens_as_it_was_asked_for() -> None:
    policy: dict[str, Any] = {
        "code": "points/li/2027",
        "unit": "POINT",
        "normal": "debit",
        "floor": None,
        "purpose": "wallet",
        "owner_ref": LI,
        "expires_on": NEW_YEAR,
    }

    first, again = open_account(**policy), open_account(**policy)

    assert again == first
    kept = Account.objects.get()
    assert {name: getattr(kept, name) for name in policy if name != "unit"} == {
        name: value for name, value in policy.items() if name != "unit"
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit", "CNY"),
        ("normal", "debit"),
        ("floor", None),
        ("purpose", "margin"),
        ("owner_ref", LI),
        ("expires_on", NEW_YEAR),
    ],
)
def test_a_code_names_one_account(field: str, value: Any) -> None:
    policy: dict[str, Any] = {"code": "points/li", "unit": "POINT"}
    open_account(**policy)
    before = everything()

    with pytest.raises(AccountDiffers) as refusal:
        open_account(**policy | {field: value})

    assert (refusal.value.code, refusal.value.field) == ("points/li", field)
    assert everything() == before


def test_an_account_needs_a_unit() -> None:
    before = everything()

    with pytest.raises(Unit.DoesNotExist, match="no unit radish"):
        open_account(code="goods/radish/stock/1", unit="radish")

    assert everything() == before


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        ({"floor": 5}, "account_is_not_overdrawn"),
        ({"normal": "both"}, "account_has_a_normal_side"),
    ],
    ids=str,
)
def test_what_cannot_be_an_account_is_an_error(policy: dict[str, Any], rule: str) -> None:
    """It was tried again and again, as if somebody else had opened it meanwhile."""
    before = everything()

    with pytest.raises(IntegrityError) as error:
        open_account(code="points/li", unit="POINT", **policy)

    assert broken_rule(error.value) == rule
    assert everything() == before


def specs(*numbers: int) -> list[AccountSpec]:
    return [AccountSpec(code=f"order/{number}/cny", unit="CNY") for number in numbers]


def test_several_accounts_open_together() -> None:
    (first,) = open_accounts(specs(2)).values()

    accounts = open_accounts(specs(3, 2, 1))

    assert list(accounts) == ["order/3/cny", "order/2/cny", "order/1/cny"]
    assert accounts["order/2/cny"] == first
    assert Account.objects.count() == 3


@pytest.mark.parametrize("count", [1, 20])
def test_opening_costs_three_statements_and_finding_one(
    count: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3 + 2):  # What is there, the units, the opening; a savepoint.
        open_accounts(specs(*range(count)))
    with django_assert_num_queries(1):
        found = open_accounts(specs(*range(count)))
        assert [account.unit.code for account in found.values()] == ["CNY"] * count


def test_no_accounts_open_without_a_word(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        assert open_accounts([]) == {}


def test_a_unit_opens_once() -> None:
    first = open_unit(code="XM-01", name="小米")
    again = open_unit(code="XM-01", name="黄小米")

    assert again == first
    assert (again.name, again.scale) == ("小米", 0)


def test_a_unit_keeps_its_scale() -> None:
    with pytest.raises(UnitDiffers) as refusal:
        open_unit(code="CNY", name="人民币", scale=0)

    assert (refusal.value.code, refusal.value.field) == ("CNY", "scale")
