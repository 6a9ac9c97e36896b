"""The people and goods that the figures are taken with."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.files.storage import default_storage
from wagtail.images.models import Image, Rendition
from wagtail.models import Collection

from ledger.actions.open_account import AccountSpec, open_accounts
from ledger.actions.post_entry import Move, post_entry
from ledger.clock import database_now
from ledger.models import Unit
from market import postings
from market.orders.models import Basket, BasketLine
from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_category import add_category
from market.produce.actions.add_product import add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.models import Carrier, Category, Listing, Product, Supplier
from market.produce.photos import CARD_PHOTO, PAGE_PHOTO
from market.produce.search import keys_of
from people.actions.register_member import register_member
from people.models import Building, Community, Household, Member, ServicePoint
from tests.stories import sell

PLENTY = 1_000_000


class Village:
    """One community with its supermarket, a farmer, a carrier and a packer."""

    def __init__(self) -> None:
        self.community = Community.objects.create(code="CCHY", name="长城花园社区")
        self.shop = self._point("长城花园爱心超市")
        self.elsewhere = self._point("西湖助农点")
        self.worker = register_member(full_name="谷雨", community=self.community)
        self.farmer = add_supplier(
            code="XMG",
            name="下马关杂粮合作社",
            kind=Supplier.Kind.COOPERATIVE,
            place="吴忠市同心县下马关镇",
            distance_km=150,
            story="旱地里种出来的小米，自己碾、自己装。",
        )
        self.shelf = add_category(slug="dry-goods", name="粮油干货", name_en="Dry goods")
        self.lorry = add_carrier(code="TTSL", name="天天顺路车队", kind=Carrier.Kind.TRANSPORT)
        self.packers = add_carrier(code="FZZ", name="社区分装组", kind=Carrier.Kind.PACKING)
        self.photos: list[Image] = []

    def _point(self, name: str) -> ServicePoint:
        return ServicePoint.objects.create(
            community=self.community,
            name=name,
            kind=ServicePoint.Kind.SUPERMARKET,
            hours="09:00–12:00 14:30–18:30",
            phone="0951-0000001",
        )

    def households(self, count: int) -> list[Member]:
        """Settle so many members, each behind a door of their own."""
        building = Building.objects.create(
            community=self.community,
            compound="长城花园小区",
            number=str(Building.objects.count() + 1),
            units=1,
            households_expected=30_000,
        )
        doors = Household.objects.bulk_create(
            Household(building=building, unit="1", door=str(number)) for number in range(count)
        )
        start = 100_000 + Member.objects.count()
        return Member.objects.bulk_create(
            Member(
                full_name="马小禾",
                community=self.community,
                household=door,
                member_no=str(start + number),
            )
            for number, door in enumerate(doors)
        )

    def listing(self, number: int, *, quantity: int = PLENTY) -> Listing:
        """Put one product on sale, as staff would."""
        product = add_product(
            supplier=self.farmer,
            category=self.shelf,
            sku=f"XM-{number}",
            name=f"下马关黄小米{number}号",
            unit_word="袋",
            unit_g=2500,
        )
        return sell(
            product,
            at=self.shop,
            farmer="28.00",
            transport="1.50",
            packing="0.50",
            carrier=self.lorry,
            packer=self.packers,
            points=60,
            quantity=quantity,
            by=self.worker,
            now=database_now(),
        )

    def settle_farmers(self, count: int) -> list[Supplier]:
        """Let so many more farmers in."""
        return Supplier.objects.bulk_create(
            Supplier(code=f"F{number}", name=f"供货方{number}", kind=Supplier.Kind.FARMER,
                     place="良田镇", distance_km=20)
            for number in range(count)
        )  # fmt: skip

    def fill_shelf(
        self, count: int, *, at: ServicePoint, prefix: str, supplier: Supplier | None = None
    ) -> list[Listing]:
        """Put thousands of products on sale, with plain inserts since there are so many."""
        self.photos = self.photos or _photos()
        skus = [f"{prefix}-{number}" for number in range(count)]
        Unit.objects.bulk_create(Unit(code=sku, name=sku) for sku in skus)
        products = Product.objects.bulk_create(
            _product(
                sku, supplier or self.farmer, self.shelf, self.photos[number % len(self.photos)]
            )
            for number, sku in enumerate(skus)
        )
        stocks = [AccountSpec(f"goods/{sku}/stock/{at.pk}", sku, purpose="stock") for sku in skus]
        accounts = open_accounts([*stocks, *(postings.supplied(sku) for sku in skus)])
        now = database_now()
        post_entry(
            kind="receive_goods",
            reference=f"shelf:{prefix}",
            idempotency_key=f"shelf:{prefix}",
            happened_at=now,
            moves=[
                Move(
                    debit=accounts[postings.supplied(sku).code],
                    credit=accounts[stock.code],
                    amount=50,
                )
                for sku, stock in zip(skus, stocks, strict=True)
            ],
        )
        return Listing.objects.bulk_create(
            Listing(
                product=product,
                service_point=at,
                stock=accounts[stock.code],
                farmer_price="28.00",
                transport_cost="1.50",
                packing_cost="0.50",
                carrier=self.lorry,
                packer=self.packers,
                points_price=60,
                on_sale_from=now - datetime.timedelta(minutes=number),
                status=Listing.Status.ON_SALE,
            )
            for number, (product, stock) in enumerate(zip(products, stocks, strict=True), start=1)
        )


def fill_baskets(members: Sequence[Member], listings: Sequence[Listing]) -> None:
    """Lay three goods into each basket: those that `picked` names."""
    Basket.objects.bulk_create([Basket(member=each) for each in members], ignore_conflicts=True)
    baskets = dict(Basket.objects.filter(member__in=members).values_list("member", "pk"))
    BasketLine.objects.filter(basket__member__in=members).delete()
    BasketLine.objects.bulk_create(
        BasketLine(basket_id=baskets[member.pk], listing_id=listing_id, quantity=quantity)
        for member in members
        for listing_id, quantity in picked(member.pk, [each.pk for each in listings]).items()
    )


def picked(member_id: int, listing_ids: Sequence[int]) -> dict[int, int]:
    """Say what a member wants: three goods, spread over the shelf."""
    count = len(listing_ids)
    return {listing_ids[(member_id + step) % count]: 1 for step in (0, 7, 13)}


def _product(sku: str, farmer: Supplier, shelf: Category, photo: Image) -> Product:
    return Product(
        supplier=farmer,
        category=shelf,
        sku=sku,
        name=f"下马关黄小米{sku}",
        unit_word="袋",
        unit_g=2500,
        photo=photo,
        tip="小火慢熬，多搅几下，熬出米油来才香。",
        search_keys=keys_of(f"下马关黄小米{sku}"),
    )


def _photos() -> list[Image]:
    """Enter twenty photos with their renditions; nobody fetches the files here."""
    default_storage.delete("none")  # The storage is set up before anything is measured.
    root = Collection.get_first_root_node()
    photos = Image.objects.bulk_create(
        Image(title=f"小米{number}", file=f"{number}.webp", width=960, height=720, collection=root)
        for number in range(20)
    )
    Rendition.objects.bulk_create(
        Rendition(
            image=photo,
            filter_spec=spec,
            file=f"images/{photo.pk}.{spec}.webp",
            width=480,
            height=360,
        )
        for photo in photos
        for spec in (CARD_PHOTO, PAGE_PHOTO)
    )
    return photos
