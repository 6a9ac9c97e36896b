"""The cast. Every test tells its story with the same few people."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from django.core.cache import caches
from django.db import connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from cms.models.teasers import site_links
from ledger.clock import database_now
from market.produce.actions.add_carrier import add_carrier
from market.produce.actions.add_category import add_category
from market.produce.actions.add_product import add_product
from market.produce.actions.add_supplier import add_supplier
from market.produce.models import Carrier, Category, Listing, Supplier
from market.till.actions.add_till import add_till
from market.till.actions.open_till import open_till
from market.till.models import Till
from people.actions.grant_role import grant_role
from people.actions.register_member import register_member
from people.models import Building, Community, Member, ServicePoint
from tests import templates_of_databases as templates
from tests.plugin import TEMPLATE
from tests.stories import PIN, confirm, sell

# It changes what tests run on, so nothing but a mutant's run may read it.
collect_ignore = ["mutants/plugin.py"]

MARKET_DAY = datetime.datetime(2026, 11, 21, 1, 0, tzinfo=datetime.UTC)
"""Nine in the morning of a Saturday, in Yinchuan. Nothing is too early or too late then."""


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Give this worker its own copy of the migrated database, and a fresh one after each
    test that commits."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    path = tmp_path_factory.mktemp("db") / f"{worker}.sqlite3"

    def renew(_case: object = None) -> None:
        use_database(fresh_database(worker, path))

    with django_db_blocker.unblock():
        renew()
    with patch.object(TransactionTestCase, "_fixture_teardown", renew):
        yield
    with django_db_blocker.unblock():
        connections.close_all()


def fresh_database(worker: str, path: Path) -> str:
    """Lay down a copy of the migrated database; this function will return its name."""
    _leave_database()
    if connections["default"].vendor == "sqlite":
        templates.copy_sqlite(path)
        return str(path)
    name = f"test_{worker}"
    folder = os.environ["TEST_PG_FOLDER"]
    with psycopg.connect(host=folder, user="app", dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return name


def use_database(name: str) -> None:
    """Let everything that follows run on this database."""
    _leave_database()
    connection = connections["default"]
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _leave_database() -> None:
    for each in connections.all(initialized_only=True):
        each.close()
        if hasattr(each, "close_pool"):
            each.close_pool()


@pytest.fixture(autouse=True)
def fresh_start() -> Iterator[None]:
    """No test sees what another one cached, or the language another one read in."""
    for each in caches:
        caches[each].clear()
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def foot_is_remembered(db: None) -> None:
    """The links at the foot of a page are asked for once in half a minute, not for each page."""
    for language in ("zh-hans", "en"):
        with translation.override(language):
            site_links()


# --- Places ---------------------------------------------------------------------------


@pytest.fixture
def changcheng(db: None) -> Community:
    """长城花园社区, whose love supermarket sells all year."""
    return Community.objects.create(code="CCHY", name="长城花园社区", name_en="Changcheng Huayuan")


@pytest.fixture
def xihu(db: None) -> Community:
    return Community.objects.create(code="XIHU", name="西湖社区", name_en="Xihu")


@pytest.fixture
def supermarket(changcheng: Community) -> ServicePoint:
    return ServicePoint.objects.create(
        community=changcheng,
        name="长城花园爱心超市",
        name_en="Changcheng Huayuan Love Supermarket",
        kind=ServicePoint.Kind.SUPERMARKET,
        hours="09:00–12:00 14:30–18:30",
        phone="0951-0000001",
    )


@pytest.fixture
def xihu_point(xihu: Community) -> ServicePoint:
    return ServicePoint.objects.create(
        community=xihu,
        name="西湖助农点",
        name_en="Xihu Help-Farmer Point",
        kind=ServicePoint.Kind.FARMERS,
        hours="08:30–12:00 14:30–18:00",
        phone="0951-0000002",
    )


@pytest.fixture
def building_2(changcheng: Community) -> Building:
    return Building.objects.create(
        community=changcheng, compound="长城花园小区", number="2", units=4, households_expected=96
    )


# --- People ---------------------------------------------------------------------------


def _staff(full_name: str, phone: str, community: Community, role: str) -> Member:
    member = register_member(full_name=full_name, phone=phone, pin=PIN, community=community)
    grant_role(member=member, role=role)
    return member


@pytest.fixture
def gu(changcheng: Community) -> Member:
    """谷雨 works for the community, A岗."""
    return _staff("谷雨", "19900000011", changcheng, "worker_a")


@pytest.fixture
def xue(changcheng: Community) -> Member:
    """薛立冬 checks what 谷雨 did, B岗."""
    return _staff("薛立冬", "19900000012", changcheng, "worker_b")


@pytest.fixture
def chai(changcheng: Community) -> Member:
    """柴满仓 stands at the till."""
    return _staff("柴满仓", "19900000013", changcheng, "cashier")


@pytest.fixture
def mu(changcheng: Community) -> Member:
    """穆听雨 writes the pages."""
    return _staff("穆听雨", "19900000016", changcheng, "editor")


@pytest.fixture
def ma(building_2: Building, gu: Member) -> Member:
    """马小禾 lives in building 2, staircase 2, 301, and staff have confirmed it."""
    return confirm(
        register_member(
            full_name="马小禾",
            phone="19900000001",
            pin=PIN,
            building=building_2,
            unit="2",
            door="301",
        ),
        by=gu,
    )


@pytest.fixture
def bai(building_2: Building) -> Member:
    """白雨晴 has just signed up; nobody has confirmed her door yet."""
    return register_member(
        full_name="白雨晴",
        phone="19900000002",
        pin=PIN,
        building=building_2,
        unit="1",
        door="602",
    )


@pytest.fixture
def open_drawer(supermarket: ServicePoint, chai: Member) -> Till:
    """The supermarket's till, with a hundred yuan of change in its drawer."""
    till = add_till(code="cchy-1", name="爱心超市收银台", service_point=supermarket)
    open_till(
        till=till, float_fen=10_000, opened_by=chai, opened_at=database_now(), key="open-cchy-1"
    )
    return till


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def as_ma(ma: Member) -> Client:
    return signed_in(ma)


@pytest.fixture
def as_bai(bai: Member) -> Client:
    return signed_in(bai)


@pytest.fixture
def as_chai(chai: Member) -> Client:
    return signed_in(chai)


@pytest.fixture
def as_gu(gu: Member) -> Client:
    return signed_in(gu)


@pytest.fixture
def as_xue(xue: Member) -> Client:
    return signed_in(xue)


# --- Goods ----------------------------------------------------------------------------


@pytest.fixture
def vegetables(db: None) -> Category:
    return add_category(slug="vegetables", name="蔬菜", name_en="Vegetables", position=1)


@pytest.fixture
def dry_goods(db: None) -> Category:
    return add_category(slug="dry-goods", name="粮油干货", name_en="Grain, oil and dry goods")


@pytest.fixture
def hongsibu(db: None) -> Supplier:
    """红寺堡助残种植组 grows radishes."""
    return add_supplier(
        code="HSB",
        name="红寺堡助残种植组（样例）",
        name_en="Hongsibu Growers with Disabilities (sample)",
        kind=Supplier.Kind.DISABLED_FARMER,
        place="吴忠市红寺堡区",
        place_en="Hongsibu District, Wuzhong",
        distance_km=130,
        story="残疾农户自己种的萝卜，卖得出去就有奔头。",
    )


@pytest.fixture
def xiamaguan(db: None) -> Supplier:
    """下马关杂粮合作社 mills millet and buckwheat."""
    return add_supplier(
        code="XMG",
        name="下马关杂粮合作社（样例）",
        kind=Supplier.Kind.COOPERATIVE,
        place="吴忠市同心县下马关镇",
        distance_km=150,
    )


@pytest.fixture
def lorry(db: None) -> Carrier:
    return add_carrier(code="TTSL", name="天天顺路车队（样例）", kind=Carrier.Kind.TRANSPORT)


@pytest.fixture
def packers(db: None) -> Carrier:
    return add_carrier(code="FZZ", name="社区分装组（样例）", kind=Carrier.Kind.PACKING)


@pytest.fixture
def radishes(
    hongsibu: Supplier,
    vegetables: Category,
    supermarket: ServicePoint,
    lorry: Carrier,
    gu: Member,
) -> Listing:
    """A hundred jin of radishes at ¥0.90 a jin, sold by weight, with a certificate."""
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
    return sell(
        product,
        at=supermarket,
        farmer="0.70",
        transport="0.20",
        carrier=lorry,
        points=2,
        quantity=50_000,
        by=gu,
        now=database_now(),
    )


@pytest.fixture
def millet(
    xiamaguan: Supplier,
    dry_goods: Category,
    supermarket: ServicePoint,
    lorry: Carrier,
    packers: Carrier,
    gu: Member,
) -> Listing:
    """Ten bags of yellow millet at ¥30.00."""
    product = add_product(
        supplier=xiamaguan,
        category=dry_goods,
        sku="XMG-XM-25",
        name="下马关黄小米",
        name_en="Xiamaguan yellow millet",
        unit_word="袋",
        unit_g=2500,
    )
    return sell(
        product,
        at=supermarket,
        farmer="28.00",
        transport="1.50",
        packing="0.50",
        carrier=lorry,
        packer=packers,
        points=60,
        quantity=10,
        by=gu,
        now=database_now(),
    )


@pytest.fixture
def flax_oil(
    xiamaguan: Supplier, dry_goods: Category, supermarket: ServicePoint, gu: Member
) -> Listing:
    """Thirty jugs of flax oil at ¥108.00, two a month for a household."""
    product = add_product(
        supplier=xiamaguan,
        category=dry_goods,
        sku="SSJ-HM-5L",
        name="胡麻油（5升）",
        name_en="Flax oil 5 L",
        unit_word="桶",
        unit_ml=5000,
    )
    return sell(
        product,
        at=supermarket,
        farmer="108.00",
        points=216,
        quantity=30,
        household_limit=2,
        by=gu,
        now=database_now(),
    )
