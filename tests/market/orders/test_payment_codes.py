"""The shop's payment code: who hangs it up, what is kept of the picture, who is shown it."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image as Picture

from ledger.clock import database_now
from market.orders.actions.hang_up_payment_code import hang_up_payment_code
from market.orders.actions.take_down_payment_code import take_down_payment_code
from market.orders.models import Order, PaymentCode, Tender
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member, ServicePoint
from tests.security.test_uploads import BAD, picture, taken_at_a_door
from tests.stories import order

LIST = "/office/order/codes/"
SOURCE = re.compile(r'src="data:image/webp;base64,([^"]+)"')


@pytest.fixture
def code(supermarket: ServicePoint, xue: Member) -> PaymentCode:
    return hang_up_payment_code(
        service_point=supermarket,
        picture=picture("WEBP"),
        hung_up_by=xue,
        hung_up_at=database_now(),
    )


@pytest.fixture
def by_code(ma: Member, millet: Listing) -> Order:
    return order(ma, {millet: 1}, tender=Tender.QR_CODE)


def hand_in(client: Client, point: ServicePoint, name: str, body: bytes) -> Any:
    file = SimpleUploadedFile(name, body, "image/jpeg")
    return client.post(f"{LIST}{point.pk}/", {"picture": file}, follow=True)


def shown(response: Any) -> bool:
    return bool(SOURCE.search(response.text))


# --- Hanging it up ----------------------------------------------------------------------


def test_staff_hang_a_picture_up_and_the_list_shows_it(
    as_xue: Client, supermarket: ServicePoint, xue: Member
) -> None:
    response = hand_in(as_xue, supermarket, "code.jpg", picture())

    assert "挂上了" in response.text
    assert shown(response)
    assert "薛**挂的" in response.text
    kept = PaymentCode.objects.get()
    assert (kept.service_point, kept.hung_up_by) == (supermarket, xue)


def test_another_picture_takes_the_one_before_down_and_keeps_it(
    as_xue: Client, supermarket: ServicePoint, code: PaymentCode, xue: Member
) -> None:
    another = BytesIO()
    Picture.new("RGB", (90, 90), "white").save(another, "PNG")

    hand_in(as_xue, supermarket, "code.png", another.getvalue())

    code.refresh_from_db()
    assert code.taken_down_by == xue
    assert PaymentCode.objects.get(taken_down_at=None).pk != code.pk


def test_the_same_picture_hangs_once(as_xue: Client, supermarket: ServicePoint) -> None:
    for _press in range(2):
        hand_in(as_xue, supermarket, "code.jpg", picture())

    assert PaymentCode.objects.count() == 1


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_fit_picture_does_not_hang(
    what: str, as_xue: Client, supermarket: ServicePoint, code: PaymentCode
) -> None:
    response = hand_in(as_xue, supermarket, *BAD[what])

    assert response.status_code == 422
    assert PaymentCode.objects.get() == code


def test_nothing_is_kept_of_the_picture_but_what_one_sees(
    as_xue: Client, supermarket: ServicePoint
) -> None:
    huge = BytesIO()
    Picture.new("RGB", (3000, 4000), "white").save(huge, "JPEG")

    for body in (taken_at_a_door(), huge.getvalue()):
        hand_in(as_xue, supermarket, "code.jpg", body)

        kept = PaymentCode.objects.get(taken_down_at=None)
        with Picture.open(BytesIO(kept.picture)) as drawn:
            assert drawn.format == "WEBP"
            assert max(drawn.size) <= 640
            assert dict(drawn.getexif()) == {}


def test_a_code_is_taken_down(as_xue: Client, supermarket: ServicePoint, code: PaymentCode) -> None:
    response = as_xue.post(f"{LIST}{supermarket.pk}/down/", follow=True)

    assert "摘下了" in response.text
    assert not shown(response)
    assert PaymentCode.objects.get().taken_down_at


def test_a_point_of_another_community_is_not_ours(as_xue: Client, xihu_point: ServicePoint) -> None:
    assert as_xue.get(f"{LIST}{xihu_point.pk}/").status_code == 404
    assert hand_in(as_xue, xihu_point, "code.jpg", picture()).status_code == 404
    assert as_xue.post(f"{LIST}{xihu_point.pk}/down/").status_code == 404
    assert xihu_point.name not in as_xue.get(LIST).text
    assert not PaymentCode.objects.exists()


@pytest.mark.parametrize("who", ["as_chai", "as_gu", "as_ma"])
def test_only_those_who_may_hang_one_up(
    who: str, supermarket: ServicePoint, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)

    hand_in(client, supermarket, "code.jpg", picture())

    assert client.get(LIST).status_code == 302
    assert not PaymentCode.objects.exists()


def test_two_codes_never_hang_at_one_point(
    supermarket: ServicePoint, code: PaymentCode, xue: Member
) -> None:
    another = PaymentCode(
        service_point=supermarket,
        picture=b"x",
        digest="x",
        hung_up_by=xue,
        hung_up_at=database_now(),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        another.save()

    assert PaymentCode.objects.get() == code


# --- Who is shown it --------------------------------------------------------------------


def test_the_cashier_and_whoever_is_to_pay_by_it_are_shown_it(
    as_chai: Client, as_ma: Client, open_drawer: Till, code: PaymentCode, by_code: Order
) -> None:
    for page in (as_chai.get(f"/till/orders/{by_code.pk}/"), as_ma.get(f"/orders/{by_code.pk}/")):
        drawn = SOURCE.search(page.text)
        assert drawn
        assert base64.b64decode(drawn[1]) == bytes(code.picture)


def test_nobody_else_is_shown_it(
    as_ma: Client, ma: Member, chai: Member, code: PaymentCode, by_code: Order, millet: Listing
) -> None:
    in_cash = order(ma, {millet: 1})
    Order.objects.filter(pk=by_code.pk).update(
        status="collected", closed_at=database_now(), closed_by=chai
    )

    for path in (f"/orders/{in_cash.pk}/", f"/orders/{by_code.pk}/", "/", "/ledger/"):
        assert not shown(as_ma.get(path))


def test_what_was_taken_down_is_shown_to_nobody(
    as_chai: Client, as_ma: Client, open_drawer: Till, code: PaymentCode, by_code: Order,
    xue: Member,
) -> None:  # fmt: skip
    take_down_payment_code(
        service_point=code.service_point, taken_down_by=xue, taken_down_at=database_now()
    )

    assert not shown(as_chai.get(f"/till/orders/{by_code.pk}/"))
    assert not shown(as_ma.get(f"/orders/{by_code.pk}/"))
