"""Tills and their drawers: put up, opened with a float, once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders.refusals import KeyClash
from market.till.actions.add_till import CodeTaken, add_till
from market.till.actions.open_till import TillIsOpen, open_till
from market.till.models import Till, TillSession
from people.models import Member, ServicePoint
from tests.market.till.conftest import TILL, balance, text_of

KEY = "0b7a4a3e-7d1c-4b5b-8f57-5d0f4e3a2b1c"
OPEN = f"{TILL}open/"


def opened(till: Till, by: Member, *, fen: int = 10_000, key: str = KEY) -> TillSession:
    return open_till(till=till, float_fen=fen, opened_by=by, opened_at=database_now(), key=key)


def test_a_till_is_added_once(supermarket: ServicePoint, till: Till) -> None:
    again = add_till(code="cchy-1", name="别的名字", service_point=supermarket)

    assert again == till
    assert again.name == "爱心超市收银台"


def test_a_code_names_one_drawer(xihu_point: ServicePoint, till: Till) -> None:
    with pytest.raises(CodeTaken):
        add_till(code="cchy-1", name="西湖收银台", service_point=xihu_point)
    assert Till.objects.count() == 1


def test_change_is_brought_from_the_bank(till: Till, chai: Member) -> None:
    session = opened(till, chai)

    assert (session.till, session.opened_by, session.float_fen) == (till, chai, 10_000)
    assert session.closed_at is None
    assert balance("drawer/cchy-1") == 10_000
    assert balance("bank") == -10_000
    entry = Entry.objects.get(kind="open_till")
    assert (entry.reference, entry.actor_ref) == (f"till-session:{session.pk}", chai.books_id)
    assert list(wrong_rows()) == []


def test_an_empty_drawer_opens_too(till: Till, chai: Member) -> None:
    assert opened(till, chai, fen=0).float_fen == 0
    assert not Entry.objects.filter(kind="open_till").exists()


def test_a_second_press_returns_the_first_session(till: Till, chai: Member) -> None:
    assert opened(till, chai) == opened(till, chai)
    assert balance("drawer/cchy-1") == 10_000


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"key": "another"}, TillIsOpen),
        ({"fen": 20_000}, KeyClash),
    ],
)
def test_a_till_opens_once(
    till: Till, chai: Member, change: dict[str, Any], refusal: type[Exception]
) -> None:
    opened(till, chai)

    with pytest.raises(refusal):
        opened(till, chai, **change)

    assert TillSession.objects.count() == 1
    assert balance("drawer/cchy-1") == 10_000


def test_a_key_opens_one_till_only(supermarket: ServicePoint, till: Till, chai: Member) -> None:
    opened(till, chai)
    other = add_till(code="cchy-2", name="二号台", service_point=supermarket)

    with pytest.raises(KeyClash):
        opened(other, chai)
    assert TillSession.objects.count() == 1


# --- The page -------------------------------------------------------------------------


def test_says_that_the_drawer_is_not_open(as_chai: Client, till: Till) -> None:
    page = text_of(as_chai.get(TILL))

    assert "钱箱还没开。请先点好零钱，开钱箱。" in page
    assert "The drawer is not open." in text_of(as_chai.get(f"/en{TILL}"))


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("100", 10_000), ("¥86.50", 8_650), ("１００元", 10_000), ("0", 0), ("2000", 200_000)],
)
def test_opens_with_what_was_typed(as_chai: Client, till: Till, typed: str, fen: int) -> None:
    response = as_chai.post(OPEN, {"float_fen": typed, "key": KEY})

    assert (response.status_code, response["Location"]) == (302, TILL)
    assert TillSession.objects.get().float_fen == fen
    page = text_of(as_chai.get(TILL))
    assert "钱箱开好了" in page
    assert "钱箱还没开" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请写钱箱里有多少零钱，没有就写 0。"),
        ("一百", "请用数字写金额，比如 100。"),
        ("-1", "钱箱里的钱不能比 0 还少，请重新点。"),
        ("2000.01", "零钱最多 ¥2,000。请重新点，多的存银行。"),
        ("1000000000", "零钱最多 ¥2,000。请重新点，多的存银行。"),
        ("1.234", "元后面最多两位小数，比如 86.50。"),
        ("NaN", "请用数字写金额，比如 100。"),
    ],
)
def test_refuses_a_float_that_cannot_be_meant(
    as_chai: Client, till: Till, typed: str, sentence: str
) -> None:
    response = as_chai.post(OPEN, {"float_fen": typed, "key": KEY})

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not TillSession.objects.exists()


def test_two_cashiers_do_not_both_open_it(as_chai: Client, as_gu: Client, till: Till) -> None:
    as_chai.post(OPEN, {"float_fen": "100", "key": KEY})

    response = as_gu.post(OPEN, {"float_fen": "50", "key": str(uuid.uuid4())})

    assert response.status_code == 409
    assert "钱箱已经开了" in text_of(response)
    assert "备用零钱 ¥100.00" in text_of(response)
    assert balance("drawer/cchy-1") == 10_000


def test_the_same_press_twice_opens_once(as_chai: Client, till: Till) -> None:
    for _press in range(2):
        response = as_chai.post(OPEN, {"float_fen": "100", "key": KEY})

        assert response.status_code == 302
    assert Account.objects.get(code="drawer/cchy-1").balance == 10_000


# --- Which till -----------------------------------------------------------------------


def test_one_till_is_not_asked_for(as_chai: Client, till: Till) -> None:
    assert "爱心超市收银台" in text_of(as_chai.get(TILL))


def test_of_several_the_cashier_picks_one_and_it_is_remembered(
    as_chai: Client, till: Till, supermarket: ServicePoint
) -> None:
    other = add_till(code="cchy-2", name="二号台", service_point=supermarket)
    assert as_chai.get(TILL)["Location"] == f"{TILL}choose/"

    response = as_chai.post(f"{TILL}choose/", {"till": other.pk})

    assert response["Location"] == TILL
    assert "二号台" in text_of(as_chai.get(TILL))


@pytest.mark.parametrize("answer", ["", "0", "not a till"])
def test_only_a_till_from_the_list_is_picked(as_chai: Client, till: Till, answer: str) -> None:
    response = as_chai.post(f"{TILL}choose/", {"till": answer})

    assert response.status_code == 422
    assert "请" in text_of(response)


def test_tills_of_other_communities_are_not_offered(
    as_chai: Client, till: Till, xihu_point: ServicePoint
) -> None:
    other = add_till(code="xihu-1", name="西湖收银台", service_point=xihu_point)

    assert "西湖收银台" not in as_chai.get(f"{TILL}choose/").text
    assert as_chai.post(f"{TILL}choose/", {"till": other.pk}).status_code == 422


def test_a_community_without_a_till_is_told_what_to_do(as_chai: Client) -> None:
    assert as_chai.get(TILL)["Location"] == f"{TILL}choose/"
    assert "本社区还没有收银台" in text_of(as_chai.get(f"{TILL}choose/"))
