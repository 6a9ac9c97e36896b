"""What a PIN must be, changing it, and being given a new one."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from people.actions.change_pin import PhoneLocked, WrongPin, change_pin
from people.actions.check_pin import check_pin
from people.actions.reset_pin import NoPhone, OwnPin, StaffPin, reset_pin
from people.actions.set_pin import set_pin
from people.models import Community, Member
from tests.conftest import MARKET_DAY
from tests.people import GU, MA
from tests.stories import PIN


@pytest.mark.parametrize(
    "pin", [PIN, "135797", "902714", "correct horse", "惠邻的密码要十个字才行"]
)
def test_takes_six_digits_and_long_passwords(pin: str) -> None:
    validate_password(pin, Member(phone="19900000001"))


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "length"),
        ("1234567", "length"),
        ("1234567890", "length"),
        ("000000", "easy"),
        ("123456", "easy"),
        ("901234", "easy"),
        ("654321", "easy"),
        ("121212", "easy"),
        ("520520", "easy"),
        ("112233", "easy"),
        ("990000", "easy"),
        ("868686", "easy"),
        ("138642", "easy"),
        ("abc123", "short"),
        ("aaaaaaaaaaaa", "short"),
        ("", "short"),
    ],
)
def test_refuses_what_is_guessed_first(pin: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(pin, Member(phone="13864220001"))

    assert [error.code for error in refusal.value.error_list] == [code]


def test_a_member_changes_their_pin(ma: Member) -> None:
    change_pin(member=ma, old_pin=PIN, new_pin="902714", changed_at=MARKET_DAY)

    assert check_pin(phone=MA, pin="902714", tried_at=MARKET_DAY) == ma
    with pytest.raises(WrongPin):
        check_pin(phone=MA, pin=PIN, tried_at=MARKET_DAY)


def test_guessing_the_old_pin_locks_the_phone_number(ma: Member) -> None:
    before = Member.objects.values("password").get(pk=ma.pk)

    for refusal in [WrongPin] * 4 + [PhoneLocked] * 2:
        with pytest.raises(refusal):
            change_pin(member=ma, old_pin="135791", new_pin="902714", changed_at=MARKET_DAY)

    assert Member.objects.values("password").get(pk=ma.pk) == before


def test_staff_give_a_new_pin_that_is_asked_to_be_changed(ma: Member, gu: Member) -> None:
    pin = reset_pin(member=ma, reset_by=gu, reset_at=MARKET_DAY)

    validate_password(pin)
    member = check_pin(phone=MA, pin=pin, tried_at=MARKET_DAY)
    assert member.pin_is_temporary
    with translation.override("en"):
        assert member.notices.latest("pk").text == (
            "谷雨 gave you a new PIN. If you did not ask for it, call us at once."
        )
    assert pin not in repr(list(member.notices.values()))


def test_a_pin_of_ones_own_is_not_temporary(ma: Member, gu: Member) -> None:
    pin = reset_pin(member=ma, reset_by=gu, reset_at=MARKET_DAY)

    change_pin(member=ma, old_pin=pin, new_pin="902714", changed_at=MARKET_DAY)

    assert not Member.objects.get(pk=ma.pk).pin_is_temporary


def test_a_new_pin_lifts_the_lock(ma: Member) -> None:
    for _try in range(5):
        with pytest.raises((WrongPin, PhoneLocked)):
            check_pin(phone=MA, pin="135791", tried_at=MARKET_DAY)

    set_pin(member=ma, pin="902714")

    assert check_pin(phone=MA, pin="902714", tried_at=MARKET_DAY) == ma


@pytest.mark.parametrize(
    ("_case", "whose", "refusal"),
    [
        ("one's own", "gu", OwnPin),
        ("a colleague's", "xue", StaffPin),
        ("of somebody without a phone", "no_phone", NoPhone),
    ],
)
def test_a_new_pin_that_is_refused_changes_nothing(
    _case: str,
    whose: str,
    refusal: type[Exception],
    gu: Member,
    request: pytest.FixtureRequest,
) -> None:
    member = request.getfixturevalue(whose)
    before = Member.objects.values().get(pk=member.pk)

    with pytest.raises(refusal):
        reset_pin(member=member, reset_by=gu, reset_at=MARKET_DAY)

    assert Member.objects.values().get(pk=member.pk) == before
    assert not member.notices.exists()


def test_only_an_administrator_gives_a_colleague_a_new_pin(gu: Member, xue: Member) -> None:
    xue.is_superuser = True

    pin = reset_pin(member=gu, reset_by=xue, reset_at=MARKET_DAY)

    assert check_pin(phone=GU, pin=pin, tried_at=MARKET_DAY) == gu


def test_somebody_shut_out_still_counts_as_a_colleague(gu: Member, xue: Member) -> None:
    Member.objects.filter(pk=xue.pk).update(is_active=False)

    with pytest.raises(StaffPin):
        reset_pin(member=Member.objects.get(pk=xue.pk), reset_by=gu, reset_at=MARKET_DAY)


@pytest.fixture
def no_phone(changcheng: Community, bai: Member) -> Member:
    Member.objects.filter(pk=bai.pk).update(phone=None)
    return Member.objects.get(pk=bai.pk)
