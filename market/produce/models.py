"""What is sold, by whom, where, and what arrived."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField
from moneyed import Money

from ledger.models import Account
from people.models import Member, NamedTwice, ServicePoint


class Payee(models.Model):
    """Somebody who is paid out of orders, and where to."""

    name = models.CharField(_("name"), max_length=60)
    payee_details = models.TextField(
        _("payee details"), blank=True, help_text=_("Seen by settlement staff only.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Supplier(NamedTwice, Payee):
    """A farmer, group, co-operative or workshop (供货方)."""

    class Kind(models.TextChoices):
        FARMER = "farmer", _("farmers")
        DISABLED_FARMER = "disabled_farmer", _("farmers with disabilities")
        COOPERATIVE = "cooperative", _("co-operative")
        WORKSHOP = "workshop", _("workshop")

    code = models.SlugField(_("code"), max_length=12, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    place = models.CharField(_("place"), max_length=60)
    place_en = models.CharField(_("place in English"), max_length=80, blank=True)
    distance_km = models.PositiveSmallIntegerField(_("distance in km"))
    story = models.TextField(_("story"), blank=True)
    story_en = models.TextField(_("story in English"), blank=True)
    members = models.ManyToManyField(
        Member, blank=True, related_name="suppliers", verbose_name=_("who acts for it")
    )

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        permissions = [("view_payee", _("Can see where suppliers and carriers are paid"))]

    @property
    def local_place(self) -> str:
        """The place in the language of the page."""
        return self.place_en if self.place_en and get_language() == "en" else self.place

    @property
    def search_texts(self) -> tuple[str, ...]:
        """What its products are found by, besides their own names."""
        return self.name, self.name_en, self.place, self.place_en

    @property
    def local_story(self) -> str:
        """The story in the language of the page."""
        return self.story_en if self.story_en and get_language() == "en" else self.story


class Carrier(Payee):
    """Who brings produce to the community, or packs it, at what that costs."""

    class Kind(models.TextChoices):
        TRANSPORT = "transport", _("transport")
        PACKING = "packing", _("packing")

    code = models.SlugField(_("code"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("carrier or packer")
        verbose_name_plural = _("carriers and packers")


class Category(NamedTwice):
    """A shelf of the shop."""

    slug = models.SlugField(_("address"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=20)
    name_en = models.CharField(_("name in English"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.local_name


class Product(NamedTwice):
    """What a thing is: who makes it, and what one unit of it holds. One unit in the books."""

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="products", verbose_name=_("supplier")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    sku = models.SlugField(_("article number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    unit_word = models.CharField(_("unit"), max_length=4, help_text=_("袋, 瓶, 桶 or 斤."))
    unit_g = models.PositiveIntegerField(_("grams in a unit"), null=True, blank=True)
    unit_ml = models.PositiveIntegerField(_("millilitres in a unit"), null=True, blank=True)
    unit_pieces = models.PositiveSmallIntegerField(_("pieces in a unit"), null=True, blank=True)
    sold_by_weight = models.BooleanField(_("sold by weight"), default=False)
    keeps = models.BooleanField(
        _("keeps"), default=True, help_text=_("Untick what spoils in days.")
    )
    needs_certificate = models.BooleanField(_("needs a certificate of compliance"), default=False)
    tip = models.CharField(_("how to eat it"), max_length=120, blank=True)
    tip_en = models.CharField(_("how to eat it, in English"), max_length=160, blank=True)
    photo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo"),
    )
    search_keys = models.TextField(editable=False, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                name="product_sold_by_weight_has_a_weight",
                condition=Q(sold_by_weight=False) | Q(unit_g__isnull=False, unit_g__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_tip(self) -> str:
        """The tip in the language of the page."""
        return self.tip_en if self.tip_en and get_language() == "en" else self.tip

    @property
    def unit_quantity(self) -> int:
        """How much of it one unit is, as the books count: grams by weight, else one piece."""
        return (self.unit_g or 0) if self.sold_by_weight else 1

    @property
    def step_quantity(self) -> int:
        """The least that can be ordered, and the step: half a jin by weight, else one piece."""
        return 250 if self.sold_by_weight else 1


class ListingQuerySet(models.QuerySet["Listing"]):
    def lock(self) -> ListingQuerySet:
        """Lock these listings, and not what is joined to them, until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).order_by("pk")

    def on_sale(self) -> ListingQuerySet:
        """Keep listings that nobody has withdrawn; some may have closed or not opened yet."""
        return self.filter(status=Listing.Status.ON_SALE)

    def seen(self) -> ListingQuerySet:
        """Keep what residents may know of: what is on sale, or was."""
        return self.filter(status__in=[Listing.Status.ON_SALE, Listing.Status.WITHDRAWN])


class Listing(models.Model):
    """A product on sale at one service point, at these cost lines, so much of it.

    The price is the sum of what the farmer, the carrier and the packer get. No column can
    hold a margin.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("in review")
        ON_SALE = "on_sale", _("on sale")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="listings", verbose_name=_("product")
    )
    service_point = models.ForeignKey(
        ServicePoint, models.PROTECT, related_name="listings", verbose_name=_("service point")
    )
    stock = models.OneToOneField(Account, models.PROTECT, editable=False, related_name="listing")
    farmer_price = MoneyField(_("farmer gets"), max_digits=8, decimal_places=2)
    transport_cost = MoneyField(_("transport"), max_digits=8, decimal_places=2, default=0)
    packing_cost = MoneyField(_("packing"), max_digits=8, decimal_places=2, default=0)
    carrier = models.ForeignKey(
        Carrier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carrier")
    )
    packer = models.ForeignKey(
        Carrier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("packer")
    )
    points_price = models.PositiveIntegerField(_("points for a unit"))
    household_limit = models.PositiveSmallIntegerField(
        _("units a household may buy in a month"), null=True, blank=True
    )
    on_sale_from = models.DateTimeField(_("on sale from"))
    on_sale_until = models.DateTimeField(_("orders close at"), null=True, blank=True)
    is_surplus = models.BooleanField(_("surplus"), default=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    returned_reason = models.CharField(_("reason"), max_length=120, blank=True, editable=False)

    objects: ClassVar = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.UniqueConstraint(
                name="listing_is_on_sale_once_a_point",
                fields=["product", "service_point"],
                condition=Q(status="on_sale"),
            ),
            models.CheckConstraint(
                name="listing_pays_the_farmer",
                condition=Q(farmer_price__gt=0, transport_cost__gte=0, packing_cost__gte=0),
            ),
            models.CheckConstraint(
                name="listing_counts_in_yuan",
                condition=Q(
                    farmer_price_currency="CNY",
                    transport_cost_currency="CNY",
                    packing_cost_currency="CNY",
                ),
            ),
            models.CheckConstraint(
                name="listing_has_a_carrier_exactly_when_it_costs",
                condition=Q(transport_cost=0, carrier__isnull=True)
                | Q(transport_cost__gt=0, carrier__isnull=False),
            ),
            models.CheckConstraint(
                name="listing_has_a_packer_exactly_when_it_costs",
                condition=Q(packing_cost=0, packer__isnull=True)
                | Q(packing_cost__gt=0, packer__isnull=False),
            ),
            models.CheckConstraint(name="listing_costs_points", condition=Q(points_price__gte=1)),
            models.CheckConstraint(
                name="listing_closes_after_it_opens",
                condition=Q(on_sale_until__isnull=True) | Q(on_sale_until__gt=F("on_sale_from")),
            ),
        ]
        indexes = [
            models.Index(
                name="listing_newest_at_a_point",
                fields=["service_point", "-on_sale_from", "-id"],
                condition=Q(status="on_sale"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.service_point}"

    @property
    def price(self) -> Money:
        """Yuan for one unit: what the farmer, the carrier and the packer get, no more."""
        price: Money = self.farmer_price + self.transport_cost + self.packing_cost
        return price

    def is_on_sale(self, now: datetime.datetime) -> bool:
        """Whether it can be ordered at this moment, if there is any left."""
        return (
            self.status == self.Status.ON_SALE
            and self.on_sale_from <= now
            and (self.on_sale_until is None or now < self.on_sale_until)
        )

    @property
    def limit_quantity(self) -> int:
        """Grams or pieces a household may buy in a month; 0 where there is no limit."""
        return (self.household_limit or 0) * self.product.unit_quantity

    @property
    def cost_fen(self) -> tuple[int, int, int]:
        """Fen of one unit for the farmer, the carrier and the packer."""
        return (
            fen(self.farmer_price.amount),
            fen(self.transport_cost.amount),
            fen(self.packing_cost.amount),
        )


def fen(yuan: Decimal) -> int:
    """Turn yuan with two decimals into whole fen."""
    return int(yuan * 100)


class Certificate(models.Model):
    """A certificate of compliance (承诺达标合格证), as the order 2025 No. 4 asks for.

    Kept for at least six months; `docs/privacy.md` says how long exactly.
    """

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="certificates", verbose_name=_("product")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    origin = models.CharField(_("origin"), max_length=60)
    issued_on = models.DateField(_("issued on"))
    promised_by = models.CharField(_("who promises"), max_length=60)
    contact = models.CharField(_("contact"), max_length=40)

    class Meta:
        verbose_name = _("certificate of compliance")
        verbose_name_plural = _("certificates of compliance")
        constraints = [
            models.CheckConstraint(
                name="certificate_is_for_something", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.issued_on}"


class Lot(models.Model):
    """Produce that arrived from one supplier at one time, for one listing."""

    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="lots", verbose_name=_("listing")
    )
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, related_name="lot", verbose_name=_("certificate")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("received by")
    )
    key = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        permissions = [("receive_goods", _("Can receive goods"))]
        constraints = [
            models.CheckConstraint(name="lot_holds_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.received_at:%Y-%m-%d}"


class StockChange(models.Model):
    """A stocktake that found another figure, or goods written off, and why."""

    class Kind(models.TextChoices):
        COUNT = "count", _("stocktake")
        WASTE = "waste", _("waste")
        RECEIPT = "receipt", _("receipt corrected")

    class Reason(models.TextChoices):
        COUNTED = "counted", _("counted")
        SPOILED = "spoiled", _("spoiled")
        BROKEN = "broken", _("broken")
        SHORT_WEIGHT = "short_weight", _("short weight")
        SHORT_DELIVERY = "short_delivery", _("less was delivered")

    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="stock_changes", verbose_name=_("listing")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    change = models.IntegerField(_("change"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    key = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("stock change")
        verbose_name_plural = _("stock changes")
        permissions = [("count_stock", _("Can count stock and write goods off"))]

    def __str__(self) -> str:
        return f"{self.listing} {self.change:+}"
