"""The first story, whole and through the pages: the love supermarket (爱心超市).

A farmer's radishes arrive, a resident signs up and orders them, staff confirm her door, the
cashier weighs and takes the money, and everybody can see who got what.
"""

from __future__ import annotations

from django.urls import reverse

from ledger.models import Account
from ledger.testing import assert_books_balance
from market.orders.models import Order
from market.produce.actions.add_product import add_product
from market.produce.models import Carrier, Category, Listing, Supplier
from market.till.actions.add_till import add_till
from people.models import Building, Member, ServicePoint
from tests.journeys.pages import Person
from tests.stories import PIN

NEW_PIN = "735190"


def signed_in(member: Member) -> Person:
    person = Person()
    person.opens("/sign-in/")
    person.sends("phone", "pin", phone=member.phone or "", pin=PIN)
    assert person.page.address == "/mine/"
    return person


def balance(code: str) -> int:
    return Account.objects.get(code=code).balance


def test_radishes_from_the_lorry_to_the_bag(
    gu: Member,
    xue: Member,
    chai: Member,
    building_2: Building,
    supermarket: ServicePoint,
    hongsibu: Supplier,
    vegetables: Category,
    lorry: Carrier,
) -> None:
    add_till(code="cchy-1", name="爱心超市收银台", service_point=supermarket)
    product = add_product(
        supplier=hongsibu,
        category=vegetables,
        sku="HSB-LB",
        name="红寺堡萝卜",
        name_en="Hongsibu radish",
        unit_word="斤",
        unit_g=500,
        sold_by_weight=True,
        keeps=False,
        needs_certificate=True,
    )
    worker = signed_in(gu)

    # 谷雨 offers the radishes, books what the lorry brought, and puts them on sale.
    worker.opens(reverse("listing:add"))
    worker.sends(
        "farmer_price",
        product=str(product.pk),
        service_point=str(supermarket.pk),
        farmer_price="0.70",
        transport_cost="0.20",
        packing_cost="0",
        carrier=str(lorry.pk),
        packer="",
        points_price="2",
        household_limit="",
        on_sale_from="2026-01-01 08:00",
        on_sale_until="",
    )
    listing = Listing.objects.get()
    worker.opens(reverse("listing:receive", args=[listing.pk]))
    worker.sends("quantity", quantity="100", contact="0951-0000009")
    worker.opens(reverse("listing:release", args=[listing.pk]))
    worker.sends("key")
    assert Listing.objects.get().status == Listing.Status.ON_SALE

    # 丁守田's neighbour looks, picks, and only then signs up.
    resident = Person()
    shop = resident.opens("/produce/?q=lb")
    assert "红寺堡萝卜" in shop.text
    assert "有合格证" in shop.text
    resident.opens("/produce/HSB-LB/")
    resident.sends("quantity", "listing", quantity="4")
    assert "红寺堡萝卜，4 斤" in resident.page.text or "红寺堡萝卜 4 斤" in resident.page.text
    resident.opens("/sign-up/")
    resident.sends(
        "full_name",
        full_name="白雨晴",
        phone="19900000002",
        building=str(building_2.pk),
        unit="1",
        door="602",
        pin=NEW_PIN,
        pin_again=NEW_PIN,
    )
    bai = Member.objects.get(phone="19900000002")
    assert not bai.is_household_confirmed

    # What she picked is still there, and an order needs nobody's permission.
    basket = resident.opens("/basket/")
    assert "红寺堡萝卜" in basket.text
    resident.opens(f"/checkout/{supermarket.pk}/")
    resident.sends("goods", tender="cash")
    order = Order.objects.get()
    assert resident.page.address == f"/orders/{order.pk}/"
    assert order.pickup_code in resident.page.text

    # 谷雨 has been at the door.
    worker.opens(reverse("people_office:waiting"))
    worker.sends(to=reverse("people_office:confirm", args=[bai.pk]))
    assert Member.objects.get(pk=bai.pk).is_household_confirmed
    assert "门牌确认好了" in resident.opens("/mine/inbox/").text

    # 柴满仓 opens the drawer, finds the order by its code, weighs and takes the money.
    cashier = signed_in(chai)
    cashier.opens("/till/")
    cashier.sends("float_fen", float_fen="100")
    cashier.opens("/till/")
    cashier.sends("looked_for", looked_for=order.pickup_code)
    assert cashier.page.address == f"/till/orders/{order.pk}/"
    line = f"line_{order.lines.get().pk}"
    weighed = cashier.sends(line, **{line: "3.68"})
    assert "收现金 ¥3.30" in weighed.text
    cashier.sends(line, tender="cash")
    assert cashier.page.address == f"/till/orders/{order.pk}/done/"

    # Everybody got their part, and the order is at zero.
    assert balance(f"order/{order.pk}/cny") == 0
    assert (balance("supplier/HSB"), balance("carrier/TTSL")) == (258, 73)
    assert (balance("drawer/cchy-1"), balance("rounding")) == (10_330, 1)
    page = resident.opens(f"/orders/{order.pk}/")
    for words in ("3.68 斤", "¥3.31", "农户到手", "¥2.58"):
        assert words in page.text

    # The shelf is counted, a bruised one goes, and the books agree with the shelf.
    worker.opens(reverse("listing:waste", args=[listing.pk]))
    worker.sends("quantity", quantity="1", reason="spoiled")
    worker.opens(reverse("listing:count", args=[listing.pk]))
    worker.sends("counted", counted="95.3")
    assert balance(listing.stock.code) == 47_650
    assert_books_balance()

    # 薛立冬 looks at the account of the farmer, and can change nothing there.
    reviewer = signed_in(xue)
    account = Account.objects.get(code="supplier/HSB")
    statement = reviewer.opens(reverse("books-accounts:inspect", args=[account.pk]))
    assert "2.58" in statement.text or "258" in statement.text
