"""The people and goods that a run is about."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.open_account import open_accounts
from ledger.actions.post_entry import Move, post_entry
from ledger.clock import database_now
from market.postings import bank, fund
from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_category import add_category
from market.produce.actions.add_product import add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.models import Carrier, Listing, Supplier
from people.actions.register_member import register_member
from people.models import Building, Community, Member, ServicePoint
from tests.stories import confirm, sell

HOUSEHOLDS = 25
PLENTY = 50_000_000


@dataclass(frozen=True, slots=True)
class Village:
    """Households, what they can buy at one point, and who works there."""

    point: ServicePoint
    worker: Member
    members: list[Member]
    by_piece: Listing
    by_weight: Listing
    scarce: Listing


def settle() -> Village:
    """Settle households around a shop that has plenty of two goods, and little of one."""
    community = Community.objects.create(code="CCHY", name="长城花园社区")
    point = ServicePoint.objects.create(
        community=community,
        name="长城花园爱心超市",
        kind=ServicePoint.Kind.SUPERMARKET,
        hours="09:00–12:00 14:30–18:30",
        phone="0951-0000001",
    )
    worker = register_member(full_name="谷雨", community=community)
    building = Building.objects.create(
        community=community, compound="长城花园小区", number="2", units=1, households_expected=96
    )
    members = [
        confirm(
            register_member(full_name="马小禾", building=building, unit="1", door=str(door)),
            by=worker,
        )
        for door in range(HOUSEHOLDS)
    ]
    _fill_the_fund()
    return Village(
        point,
        worker,
        members,
        by_piece=_goods("XM", point, worker, farmer="28.00", quantity=PLENTY),
        by_weight=_goods("LB", point, worker, farmer="0.70", quantity=PLENTY, by_weight=True),
        scarce=_goods("HM", point, worker, farmer="108.00", quantity=40),
    )


def _fill_the_fund() -> None:
    """Give the community something to bear what cannot be collected any more."""
    accounts = open_accounts([bank(), fund("general")])
    post_entry(
        kind="donate",
        reference="soak",
        idempotency_key="soak",
        happened_at=database_now(),
        moves=[
            Move(debit=accounts[bank().code], credit=accounts[fund("general").code], amount=10**8)
        ],
    )


def _goods(
    sku: str,
    point: ServicePoint,
    worker: Member,
    *,
    farmer: str,
    quantity: int,
    by_weight: bool = False,
) -> Listing:
    supplier = add_supplier(
        code=sku,
        name=f"下马关合作社 {sku}",
        kind=Supplier.Kind.COOPERATIVE,
        place="吴忠市同心县下马关镇",
        distance_km=150,
    )
    product = add_product(
        supplier=supplier,
        category=add_category(slug=sku.lower(), name=sku, name_en=sku),
        sku=sku,
        name=sku,
        unit_word="斤",
        unit_g=500,
        sold_by_weight=by_weight,
    )
    return sell(
        product,
        at=point,
        farmer=farmer,
        transport="0.20",
        carrier=add_carrier(code=sku, name=f"车队 {sku}", kind=Carrier.Kind.TRANSPORT),
        points=2,
        quantity=quantity,
        by=worker,
        now=database_now(),
    )
