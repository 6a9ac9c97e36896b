"""Suppliers, products with their pictures, and listings with received goods."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.images import ImageFile
from django.utils import timezone
from moneyed import Money
from wagtail.images.models import Image

from demo.data import PICTURES, demo_data
from demo.dates import market_day
from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_category import add_category
from market.produce.actions.add_product import add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.actions.offer_listing import offer_listing
from market.produce.actions.put_listing_on_sale import put_listing_on_sale
from market.produce.actions.receive_goods import CertificateDetails, receive_goods
from market.produce.models import Carrier, Category, Listing, Product, Supplier
from market.produce.tasks import make_photo_sizes
from people.models import Member, ServicePoint

KINDS = {
    "农户": Supplier.Kind.FARMER,
    "残疾农户": Supplier.Kind.DISABLED_FARMER,
    "合作社": Supplier.Kind.COOPERATIVE,
    "作坊": Supplier.Kind.WORKSHOP,
}
CATEGORIES = {
    "蔬菜": ("vegetables", "Vegetables"),
    "水果": ("fruit", "Fruit"),
    "粮油干货": ("dry-goods", "Grain, oil and dry goods"),
    "调味": ("seasoning", "Seasoning"),
    "禽蛋": ("eggs", "Eggs"),
    "蜂蜜果干": ("honey-and-tea", "Honey and tea"),
}
IN_ENGLISH = {
    "XJ": ("Xiji Potato Noodle Growers (sample)", "Xiji County, Guyuan"),
    "LD": ("Longde Old Vinegar Workshop (sample)", "Longde County, Guyuan"),
    "XMG": ("Xiamaguan Grain Co-operative (sample)", "Xiamaguan, Tongxin County, Wuzhong"),
    "SSJ": ("Sanshanjing Growers (sample)", "Sanshanjing village, Xiamaguan, Tongxin County"),
    "HSB": ("Hongsibu Growers with Disabilities (sample)", "Hongsibu District, Wuzhong"),
    "JJC": ("Jiangjia Village Vegetable Growers (sample)", "Jiangjia village, Xingqing District"),
    "HYX": ("Hongya Potato Growers (sample)", "Hongya, Xiji County"),
    "LTZ": ("Liangtian Vegetable Growers (sample)", "Liangtian, Jinfeng District"),
}
"""Name and place of the suppliers, which the file has in Chinese only."""
PERISHABLE = ("蔬菜", "水果")
SURPLUS = {"LTZ-XBC": timedelta(days=2)}
"""What has to be sold before the frost, and how soon."""
PREORDERS_CLOSE = time(20)


def load_products(members: dict[str, Member]) -> dict[str, Product]:
    """Return the products by article number, in the order of the file."""
    categories = {
        name: add_category(slug=slug, name=name, name_en=english, position=position)
        for position, (name, (slug, english)) in enumerate(CATEGORIES.items())
    }
    suppliers = {row["code"]: _supplier(row, members) for row in demo_data()["suppliers"]}
    add_carrier(code="TTSL", name="天天顺路车队（样例）", kind=Carrier.Kind.TRANSPORT)
    add_carrier(code="FZZ", name="社区分装组（样例）", kind=Carrier.Kind.PACKING)
    return {
        row["sku"]: _product(row, suppliers[row["supplier"]], categories[row["category"]])
        for row in demo_data()["products"]
    }


def load_listings(
    points: dict[str, ServicePoint],
    products: dict[str, Product],
    received_by: Member,
    now: datetime,
) -> dict[tuple[str, str], Listing]:
    """Return the listings by community code and article number, with what lies on the shelf."""
    also_at_the_market = _sold_at_the_market()
    listings = {}
    # The shop shows the newest first, so the fresh goods and the first of the file go on sale last.
    fresh_first = sorted(_rows().values(), key=lambda row: not row.get("certificate"))
    for age, row in enumerate(fresh_first):
        for code in _where(row, also_at_the_market):
            listings[code, row["sku"]] = _listing(
                row,
                products[row["sku"]],
                points[code],
                key=f"{code.lower()}-{row['sku'].lower()}",
                received_by=received_by,
                on_sale_from=now - timedelta(days=20, minutes=age),
                now=now,
            )
    return listings


def _rows() -> dict[str, dict[str, Any]]:
    return {row["sku"]: row for row in demo_data()["products"]}


def _where(row: dict[str, Any], also_at_the_market: set[str]) -> list[str]:
    """Return at which communities' points a product is listed."""
    if row.get("market_only"):
        return ["LUYN"]
    where = ["CCHY"]
    if row["category"] == "蔬菜" or row.get("by_weight"):
        where.append("XIHU")
    if row["sku"] in also_at_the_market:
        where.append("LUYN")
    return where


def _sold_at_the_market() -> set[str]:
    """Return what the coming market's stalls bring, and what is ordered for it already."""
    orders = [row for row in demo_data()["orders"] if row["point"] == "LUYN"]
    stalls = [stall for day in demo_data()["market_days"] for stall in day.get("stalls", [])]
    ordered = {line["sku"] for row in orders for line in row["lines"]}
    return ordered | {sku for stall in stalls for sku in stall["goods"]}


def _supplier(row: dict[str, Any], members: dict[str, Member]) -> Supplier:
    acting = {
        person["key"] for person in demo_data()["people"] if person.get("supplier") == row["code"]
    }
    name_en, place_en = IN_ENGLISH[row["code"]]
    return add_supplier(
        code=row["code"],
        name=row["name"],
        name_en=name_en,
        kind=KINDS[row["kind"]],
        place=row["place"],
        place_en=place_en,
        distance_km=row["km"],
        story=row["story"],
        story_en=row["story_en"],
        members=[members[key] for key in sorted(acting)],
    )


def _product(row: dict[str, Any], supplier: Supplier, category: Category) -> Product:
    return add_product(
        supplier=supplier,
        category=category,
        sku=row["sku"],
        name=row["name"],
        name_en=row["en"],
        unit_word=row["unit"],
        unit_g=row.get("g"),
        unit_ml=row.get("ml"),
        unit_pieces=row.get("pieces"),
        sold_by_weight=row.get("by_weight", False),
        keeps=row["category"] not in PERISHABLE,
        needs_certificate=row.get("certificate", False),
        tip=row.get("tip", ""),
        tip_en=row.get("tip_en", ""),
        photo=_photo(row),
    )


def _photo(row: dict[str, Any]) -> Image:
    """Return the drawing of a product, in the sizes that pages show."""
    image = Image.objects.filter(title=row["name"]).first()
    if image is None:
        with (PICTURES / f"{row['sku']}.webp").open("rb") as file:
            image = Image.objects.create(
                title=row["name"],
                description=row["name"],
                file=ImageFile(file, name=f"{row['sku'].lower()}.webp"),
            )
        make_photo_sizes(image_id=image.pk)
    return image


def _listing(
    row: dict[str, Any],
    product: Product,
    point: ServicePoint,
    *,
    key: str,
    received_by: Member,
    on_sale_from: datetime,
    now: datetime,
) -> Listing:
    listing = offered(
        product,
        point,
        key=key,
        on_sale_from=on_sale_from,
        on_sale_until=_closes_at(row, point, now),
        is_surplus=row["sku"] in SURPLUS,
    )
    if listing.status == Listing.Status.DRAFT:
        receive_goods(
            listing=listing,
            quantity=row["stock"] * product.unit_quantity,
            received_by=received_by,
            received_at=now,
            key=f"demo-{key}",
            certificate=certificate_of(product, timezone.localdate(now))
            if product.needs_certificate
            else None,
        )
        put_listing_on_sale(listing=listing)
    return Listing.objects.select_related("product", "service_point").get(pk=listing.pk)


def offered(
    product: Product,
    point: ServicePoint,
    *,
    key: str,
    on_sale_from: datetime,
    on_sale_until: datetime | None,
    is_surplus: bool = False,
) -> Listing:
    """Return a draft of a product at a point, at the cost lines of the file."""
    row = _rows()[product.sku]
    costs = {part: Money(yuan, "CNY") for part, yuan in row["cost_lines"].items()}
    return offer_listing(
        product=product,
        service_point=point,
        key=key,
        farmer_price=costs["farm"],
        transport_cost=costs["transport"],
        packing_cost=costs["pack"],
        carrier=Carrier.objects.get(code="TTSL") if costs["transport"] else None,
        packer=Carrier.objects.get(code="FZZ") if costs["pack"] else None,
        points_price=row["points"],
        household_limit=row.get("household_limit"),
        on_sale_from=on_sale_from,
        on_sale_until=on_sale_until,
        is_surplus=is_surplus,
    )


def _closes_at(row: dict[str, Any], point: ServicePoint, now: datetime) -> datetime | None:
    """Return when orders close: for the market two days before it, for what must go soon."""
    today = timezone.localdate(now)
    if point.kind == ServicePoint.Kind.MARKET:
        day = market_day("winter", today) - timedelta(days=2)
    elif row["sku"] in SURPLUS:
        day = today + SURPLUS[row["sku"]]
    else:
        return None
    return datetime.combine(day, PREORDERS_CLOSE, timezone.get_current_timezone())


def certificate_of(product: Product, issued_on: date) -> CertificateDetails:
    """Return what the certificate of a lot says."""
    return CertificateDetails(
        origin=product.supplier.place,
        issued_on=issued_on,
        promised_by=product.supplier.name,
        contact="0951-0000009",
    )
