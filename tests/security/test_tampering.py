"""Forms that no page of ours offers: other people's orders, keys of others, goods for nothing."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from ledger.checking import wrong_rows
from market.orders.models import Order
from market.produce.models import Carrier, Listing, StockChange, Supplier
from market.till.models import Till
from people.actions.grant_role import grant_role
from people.models import Building, Community, Member, ServicePoint, Token
from tests.conftest import signed_in
from tests.stories import hand_out, order

KEY = "6f4b1f0e-2f0c-4a4c-9f0f-0d8f6f1b2c3d"


def press(client: Client, listing: Listing, **fields: Any) -> Any:
    """Send the order form with whatever we like in it."""
    typed = {"tender": "cash", "goods": f"{listing.pk}:1", "total_fen": "3000", "key": KEY}
    return client.post(reverse("orders:checkout", args=[listing.service_point_id]), typed | fields)


# --- Goods for nothing, or more than there are ------------------------------------------


@pytest.mark.parametrize(
    ("grams", "fen"), [(0, 0), (1, 0), (50, 9), (55, 10), (249, 45), (251, 45), (999_999_999, 0)]
)
def test_a_few_grams_cannot_be_ordered(
    grams: int, fen: int, as_ma: Client, radishes: Listing
) -> None:
    """A gram costs nothing, and of less than ten fen cash waives everything."""
    response = press(as_ma, radishes, goods=f"{radishes.pk}:{grams}", total_fen=str(fen))

    assert response.status_code == 409
    assert not Order.objects.exists()
    assert list(wrong_rows()) == []


@pytest.mark.parametrize("pieces", ["0", "11", "000", "٠", "999999999"])
def test_nor_nothing_nor_more_pieces_than_there_are(
    pieces: str, as_ma: Client, millet: Listing
) -> None:
    response = press(
        as_ma, millet, goods=f"{millet.pk}:{pieces}", total_fen=str(3000 * int(pieces))
    )

    assert response.status_code == 409
    assert not Order.objects.exists()


@pytest.mark.parametrize("total", ["0", "1", "2999", "3001", "-3000", "9" * 400])
def test_the_price_is_not_the_visitors_to_say(total: str, as_ma: Client, millet: Listing) -> None:
    assert press(as_ma, millet, total_fen=total).status_code in (409, 422)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "goods", ["{pk}:1,{pk}:1", "{pk}:10,{pk}:1", "{pk}:1,{pk}:0", "0{pk}:1", "{pk}:01"]
)
def test_one_listing_named_twice_is_one_line(goods: str, as_ma: Client, millet: Listing) -> None:
    press(as_ma, millet, goods=goods.format(pk=millet.pk))

    lines = [line.quantity for placed in Order.objects.all() for line in placed.lines.all()]
    assert lines in ([], [1])
    assert list(wrong_rows()) == []


def test_a_limit_is_not_got_round_by_a_second_member_of_the_household(
    as_ma: Client, ma: Member, flax_oil: Listing, building_2: Building
) -> None:
    order(ma, {flax_oil: 2})

    fields = {"goods": f"{flax_oil.pk}:1", "total_fen": "10800"}

    assert press(as_ma, flax_oil, **fields).status_code == 409
    assert Order.objects.count() == 1


def test_goods_of_another_point_are_not_handed_out_here(
    as_ma: Client, millet: Listing, xihu_point: ServicePoint
) -> None:
    fields = {"tender": "cash", "goods": f"{millet.pk}:1", "total_fen": "3000", "key": KEY}

    response = as_ma.post(reverse("orders:checkout", args=[xihu_point.pk]), fields)

    assert response.status_code == 409
    assert not Order.objects.exists()


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_what_is_not_on_sale_yet_is_nobodys_business(
    status: str, client: Client, as_ma: Client, millet: Listing
) -> None:
    Listing.objects.update(status=status)

    added = client.post("/basket/add/", {"listing": str(millet.pk), "quantity": "1"}, follow=True)
    ordered = press(as_ma, millet)

    assert added.status_code == 404
    assert ordered.status_code == 409
    assert "小米" not in added.text + ordered.text


# --- Other people's orders and keys -----------------------------------------------------


def test_the_key_of_another_gets_nothing_of_theirs(
    as_ma: Client, as_bai: Client, millet: Listing
) -> None:
    press(as_ma, millet)

    response = press(as_bai, millet)

    placed = Order.objects.get()
    assert response.status_code == 409
    assert placed.number not in response.text
    assert placed.pickup_code not in response.text


def test_no_page_of_another_shows_an_order(
    as_bai: Client, ma: Member, chai: Member, millet: Listing, open_drawer: Till
) -> None:
    placed = order(ma, {millet: 1})
    hand_out(order(ma, {millet: 1}), by=chai)
    code = Token.objects.get(subject=str(placed.pk)).code
    secrets = [placed.number, "马小禾", str(ma.phone)]
    pages = ["/", "/produce/", "/basket/", "/orders/", "/mine/", "/mine/inbox/", f"/q/{code}/",
             f"/orders/{placed.pk}/", f"/till/orders/{placed.pk}/",
             f"/till/orders/{placed.pk}/slip/",
             "/till/", "/till/slips/", "/office/order/", "/office/users/"]  # fmt: skip

    for client in (as_bai, Client()):
        for path in pages:
            text = client.get(path, follow=True).text
            # What looks like a code by chance: the token of a form, a price, the number of a part.
            text = re.sub(r'value="[^"]*"|hash="[^"]*"|<script.*?</script>', "", text)
            assert not [secret for secret in secrets if secret in text], path
            assert f">{placed.pickup_code}<" not in text, path


def test_nobody_repeats_or_cancels_the_order_of_another(
    as_bai: Client, ma: Member, millet: Listing
) -> None:
    placed = order(ma, {millet: 1})

    assert as_bai.post(f"/orders/{placed.pk}/cancel/").status_code == 404
    as_bai.post("/orders/again/", {"order": str(placed.pk), "number": str(placed.pk)})

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert as_bai.get("/basket/").context["groups"] == []


def test_a_cashier_of_another_community_sees_and_takes_nothing(
    ma: Member, chai: Member, millet: Listing, open_drawer: Till, xihu: Community,
) -> None:  # fmt: skip
    placed = order(ma, {millet: 1})
    Member.objects.filter(pk=chai.pk).update(community=xihu)
    stranger = signed_in(Member.objects.get(pk=chai.pk))

    pages = [
        stranger.get(path, follow=True).text
        for path in (
            "/till/",
            f"/till/orders/{placed.pk}/",
            "/till/slips/",
            f"/till/orders/{placed.pk}/slip/",
        )
    ]
    stranger.post("/till/choose/", {"till": str(open_drawer.pk)})
    stranger.post(f"/till/orders/{placed.pk}/", {"nonce": KEY, "tender": "cash",
        "expected_fen": "3000", f"line_{placed.lines.get().pk}": "1"})  # fmt: skip

    placed.refresh_from_db()
    assert placed.status == Order.Status.READY
    assert "马" not in "".join(pages)


@pytest.mark.parametrize(
    "path", ["/mine/door/", "/mine/pin/", "/sign-up/", "/mode/", "/mine/inbox/", "/basket/add/"]
)
def test_fields_that_are_not_the_visitors_change_nothing(
    path: str, as_bai: Client, bai: Member, gu: Member, millet: Listing
) -> None:
    greedy = {
        "is_superuser": "on", "is_active": "on", "groups": "6", "roles": "worker_b",
        "user_permissions": "1", "household_confirmed_at": "2026-01-01", "member_no": "1",
        "household_confirmed_by": str(gu.pk), "community": "2", "books_id": KEY, "member": "1",
        "household": "1", "placed_by": "1", "price": "0", "farmer_price": "0", "points_price": "0",
        "building": str(Building.objects.get().pk), "unit": "1", "door": "7", "up_to": "1",
        "mode": "elder", "listing": str(millet.pk), "quantity": "1",
        "preferred_mode": "xl", "pin_is_temporary": "on",
    }  # fmt: skip
    kept = ("is_superuser", "household_confirmed_at", "member_no", "community_id", "books_id",
            "password", "full_name", "pin_is_temporary")  # fmt: skip
    before = [getattr(bai, name) for name in kept]

    as_bai.post(path, greedy)

    after = Member.objects.get(pk=bai.pk)
    assert [getattr(after, name) for name in kept] == before
    assert after.groups.count() == after.user_permissions.count() == 0
    assert after.preferred_mode != "xl"


# --- Staff who want more than they may --------------------------------------------------


def test_worker_a_gives_nobody_power(as_gu: Client, gu: Member, xue: Member, bai: Member) -> None:
    greedy = {"is_active": "on", "is_superuser": "on", "roles": ["worker_b"], "groups": ["7"]}
    for member in (gu, xue, bai):
        as_gu.post(
            f"/office/users/edit/{member.pk}/",
            greedy | {"full_name": "新名字", "phone": member.phone},
        )
    as_gu.post(
        "/office/users/new/",
        greedy | {"full_name": "某某", "phone": "19900000066", "community": gu.community_id},
    )

    assert not Member.objects.filter(is_superuser=True).exists()
    assert set(Member.objects.filter(groups__name="worker_b")) == {xue}
    assert Member.objects.get(pk=xue.pk).full_name == "薛立冬"


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_members_are_not_changed_in_bulk(action: str, as_gu: Client, bai: Member) -> None:
    as_gu.post(
        f"/office/bulk/people/member/{action}/?id={bai.pk}",
        {"mark_as_active": "False", "role": "7"},
    )

    after = Member.objects.get(pk=bai.pk)
    assert (after.is_active, after.groups.count()) == (True, 0)


def test_worker_a_neither_sees_nor_changes_where_farmers_are_paid(
    as_gu: Client, millet: Listing, xiamaguan: Supplier
) -> None:
    Supplier.objects.update(payee_details="6222-0000")
    Carrier.objects.update(payee_details="6222-0000")
    form = f"/office/supplier/edit/{xiamaguan.pk}/"
    lists = [f"/office/{each}/{query}" for each in ("supplier", "carrier")
             for query in ("", "?export=csv", "?ordering=payee_details")]  # fmt: skip

    for path in (form, *lists, "/office/carrier/edit/1/", "/office/reports/site-history/"):
        response = as_gu.get(path)
        assert b"6222" not in (response.getvalue() if response.streaming else response.content)
    as_gu.post(form, {"name": "x", "kind": "farmer", "place": "x", "distance_km": "1",
                      "payee_details": "mine", "code": "mine"})  # fmt: skip

    after = Supplier.objects.get(pk=xiamaguan.pk)
    assert (after.name, after.payee_details, after.code) == ("x", "6222-0000", "XMG")


@pytest.mark.parametrize("action", ["delete", "unpublish"])
@pytest.mark.parametrize("role", ["editor", "worker_b"])
def test_no_editor_takes_the_first_page_away(role: str, action: str, bai: Member) -> None:
    """The site would go with it, in one press."""
    grant_role(member=bai, role=role)
    home = Site.objects.get().root_page_id
    client = signed_in(Member.objects.get(pk=bai.pk))

    client.post(f"/office/pages/{home}/{action}/")
    client.post(f"/office/bulk/wagtailcore/page/{action}/?id={home}")
    client.post(f"/office/api/main/pages/{home}/action/{action}/")

    assert Site.objects.count() == 1
    assert Page.objects.filter(pk=home, live=True).exists()
    assert Client().get("/").status_code == 200


def test_no_editor_sees_a_resident(as_gu: Client, gu: Member, bai: Member, ma: Member) -> None:
    as_gu.post(reverse("people_office:confirm", args=[bai.pk]))
    as_gu.post(reverse("people_office:new-pin", args=[ma.pk]))
    grant_role(member=gu, role="editor")
    gu.groups.remove(*gu.groups.exclude(name="editor"))
    client = signed_in(Member.objects.get(pk=gu.pk))

    for path in ("/office/", "/office/reports/site-history/", "/office/users/", "/office/pages/",
                 "/office/reports/site-history/?export=csv"):  # fmt: skip
        response = client.get(path, follow=True)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert not re.search("白雨晴|马小禾|1990000000", text), path


def test_the_key_of_another_cut_writes_nothing(
    as_gu: Client, ma: Member, radishes: Listing, millet: Listing
) -> None:
    def cut(listing: Listing, missing: str) -> int:
        response = as_gu.post(
            reverse("order:cut", args=[listing.pk]),
            {"key": "one", "missing": missing, "reason": "spoiled"},
        )
        return response.status_code

    assert [cut(radishes, "1"), cut(radishes, "1")] == [302, 302]
    assert [cut(radishes, "2"), cut(millet, "1")] == [409, 409]
    assert StockChange.objects.count() == 1


# --- Everything at the same moment ------------------------------------------------------


def at_once(doing: Iterable[Callable[[], Any]]) -> Counter[int]:
    """Let everybody press at the same moment, and count what they were answered."""
    hands = list(doing)
    start = threading.Barrier(len(hands))

    def press_one(do: Callable[[], Any]) -> int:
        try:
            start.wait(10)
            return int(do().status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(hands)) as pool:
        return Counter(pool.map(press_one, hands))


@pytest.mark.django_db(transaction=True)
def test_ten_presses_are_one_order(ma: Member, millet: Listing) -> None:
    clients = [signed_in(ma) for _press in range(10)]

    answered = at_once(partial(press, client, millet) for client in clients)

    assert answered == {302: 10}
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_presses_are_one_cut(gu: Member, radishes: Listing) -> None:
    """Though no order is open whose lock would make them follow each other."""
    clients = [signed_in(gu) for _press in range(10)]
    cut = {"key": "one", "missing": "1", "reason": "spoiled"}
    path = reverse("order:cut", args=[radishes.pk])

    answered = at_once(partial(client.post, path, cut) for client in clients)

    assert answered == {302: 10}
    assert StockChange.objects.count() == 1
    assert list(wrong_rows()) == []


@pytest.mark.django_db(transaction=True)
def test_collected_cancelled_cut_or_given_up_and_the_books_agree(
    ma: Member, chai: Member, gu: Member, radishes: Listing, open_drawer: Till
) -> None:
    placed = [order(ma, {radishes: 500}) for _order in range(4)]
    cashier, resident, worker = signed_in(chai), signed_in(ma), signed_in(gu)

    def collect(each: Order) -> Any:
        line = each.lines.get()
        typed = {"tender": "cash", "expected_fen": "90", f"line_{line.pk}": "1"}
        return cashier.post(
            f"/till/orders/{each.pk}/", typed | {"nonce": KEY[:-1] + str(each.pk % 10)}
        )

    cut = {"key": "one", "missing": "98.5", "reason": "spoiled"}
    at_once([
        *(lambda each=each: collect(each) for each in placed),
        *(lambda each=each: resident.post(f"/orders/{each.pk}/cancel/") for each in placed),
        lambda: worker.post(reverse("order:cut", args=[radishes.pk]), cut),
    ])  # fmt: skip

    assert list(wrong_rows()) == []
    assert set(Order.objects.values_list("status", flat=True)) <= {"collected", "cancelled"}
    for each in Order.objects.filter(status="collected"):
        assert each.payments.count() == 1
