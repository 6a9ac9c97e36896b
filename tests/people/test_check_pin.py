"""check_pin: the one door to signing in, and its lock."""

from __future__ import annotations

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import get_hasher
from django.db import connection, transaction

from people.actions.check_pin import PhoneLocked, WrongPin, check_pin
from people.actions.lift_lock import lift_lock
from people.models import Member, SignInLock
from tests.conftest import MARKET_DAY
from tests.people import BAI, MA
from tests.stories import PIN

NOBODY = "19999999999"
QUARTER = timedelta(minutes=15)


def fail(phone: str, *, times: int = 1, at: datetime = MARKET_DAY) -> list[str]:
    """Try a wrong PIN so many times and return what was said."""
    said = []
    for _time in range(times):
        with pytest.raises((WrongPin, PhoneLocked)) as refusal:
            check_pin(phone=phone, pin="135791", tried_at=at)
        said.append(repr(refusal.value))
    return said


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts how often a PIN was compared, and how often only hashed for the time it takes."""
    counted: Counter[str] = Counter()
    turn = Lock()
    hasher = type(get_hasher("default"))
    for name in ("verify", "encode"):
        original = getattr(hasher, name)

        def spy(self: object, *args: object, _name: str = name, _original: Any = original):
            with turn:
                counted[_name] += 1
            return _original(self, *args)

        monkeypatch.setattr(hasher, name, spy)
    return counted


def test_the_right_pin_finds_the_member(ma: Member) -> None:
    assert check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY) == ma


def test_the_fifth_wrong_pin_locks_the_phone_number(ma: Member) -> None:
    fail(MA, times=4)

    with pytest.raises(PhoneLocked) as refusal:
        check_pin(phone=MA, pin="135791", tried_at=MARKET_DAY)

    assert refusal.value.until == MARKET_DAY + QUARTER


def test_a_locked_phone_number_takes_not_even_the_right_pin(ma: Member) -> None:
    fail(MA, times=5)

    with pytest.raises(PhoneLocked):
        check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY + QUARTER - timedelta(seconds=1))


def test_trying_while_it_is_locked_does_not_lock_it_longer(ma: Member) -> None:
    fail(MA, times=5)
    fail(MA, times=3, at=MARKET_DAY + timedelta(minutes=14))

    assert check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY + QUARTER) == ma


def test_after_the_lock_there_are_five_tries_again(ma: Member) -> None:
    fail(MA, times=5)

    said = fail(MA, times=4, at=MARKET_DAY + QUARTER)

    assert [word.partition("(")[0] for word in said] == ["WrongPin"] * 4


def test_failures_older_than_a_quarter_of_an_hour_are_forgotten(ma: Member) -> None:
    fail(MA, times=4)
    fail(MA, times=1, at=MARKET_DAY + QUARTER)

    assert check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY + QUARTER) == ma


def test_a_right_pin_forgets_the_failures_before_it(ma: Member) -> None:
    for _round in range(3):
        fail(MA, times=4)
        check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY)

    assert SignInLock.objects.get().failures == 0


def test_staff_lift_the_lock(ma: Member) -> None:
    fail(MA, times=5)

    assert lift_lock(phone=MA)

    assert check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY) == ma
    assert not lift_lock(phone=MA)


def test_a_phone_number_that_nobody_has_hears_the_same(ma: Member) -> None:
    assert fail(NOBODY, times=7) == fail(MA, times=7)


def test_phone_numbers_are_locked_one_by_one(ma: Member, bai: Member) -> None:
    fail(MA, times=5)

    assert check_pin(phone=BAI, pin=PIN, tried_at=MARKET_DAY) == bai


def test_a_lock_does_not_keep_the_phone_number(ma: Member) -> None:
    fail(MA)

    row = SignInLock.objects.values().get()

    assert MA not in repr(row)
    assert len(row["phone_digest"]) == 64


def test_somebody_shut_out_hears_that_the_pin_is_wrong(ma: Member) -> None:
    Member.objects.filter(pk=ma.pk).update(is_active=False)

    with pytest.raises(WrongPin):
        check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY)


def test_an_empty_pin_opens_no_member_without_one(changcheng: object, ma: Member) -> None:
    ma.set_unusable_password()
    ma.save()

    for pin in ("", "!", ma.password):
        with pytest.raises(WrongPin):
            check_pin(phone=MA, pin=pin, tried_at=MARKET_DAY)


def test_every_answer_costs_one_hash(ma: Member, looks: Counter[str]) -> None:
    def cost(phone: str, pin: str) -> int:
        looks.clear()
        with contextlib.suppress(WrongPin, PhoneLocked):
            check_pin(phone=phone, pin=pin, tried_at=MARKET_DAY)
        return looks.total()

    right = cost(MA, PIN)
    wrong = [cost(MA, "135791") for _try in range(7)]
    unknown = [cost(NOBODY, "135791") for _try in range(7)]

    assert (right, wrong, unknown) == (1, [1] * 7, [1] * 7)


def test_no_other_door_is_open(ma: Member) -> None:
    assert authenticate(None, username=ma.phone, password=PIN) is None
    assert authenticate(None, phone=MA, password=PIN) is None


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_cannot_outrun_the_lock(ma: Member, looks: Counter[str]) -> None:
    hands = 12
    looks.clear()

    def guess(number: int) -> str:
        try:
            check_pin(phone=MA, pin=f"13579{number}", tried_at=MARKET_DAY)
        except (WrongPin, PhoneLocked) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "let in"

    with ThreadPoolExecutor(hands) as burglars:
        said = Counter(burglars.map(guess, range(hands)))

    assert looks["verify"] == 5
    assert said == {"WrongPin": 4, "PhoneLocked": hands - 4}
    lock = SignInLock.objects.get()
    assert (lock.failures, lock.locked_until) == (5, MARKET_DAY + QUARTER)


@pytest.mark.django_db(transaction=True)
def test_a_failure_stays_counted_when_the_page_breaks_afterwards(ma: Member) -> None:
    with pytest.raises(RuntimeError, match="durable"):
        _try_inside_a_transaction(MA)

    fail(MA)

    assert SignInLock.objects.get().failures == 1


def _try_inside_a_transaction(phone: str) -> None:
    with transaction.atomic():
        check_pin(phone=phone, pin="135791", tried_at=MARKET_DAY)
