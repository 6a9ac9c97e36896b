"""Who grows and makes what the shop sells."""

from __future__ import annotations

from typing import Any, ClassVar, override

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField

from cms.blocks import PLAIN, SeasonsBlock
from cms.models.public import IndexPage, WrittenPage, with_pictures
from ledger.clock import database_now
from market.orders.queries import bought_from
from market.produce.http import point_of
from market.produce.queries import certificates_of, goods_of_suppliers


class SupplierIndexPage(IndexPage):
    """Everybody the shop buys from."""

    page_description = _("Lists the suppliers' pages, the nearest first.")
    subpage_types: ClassVar[list[str]] = ["cms.SupplierPage"]
    template = "cms/supplier_index_page.html"

    class Meta:
        verbose_name = _("list of suppliers")
        verbose_name_plural = _("lists of suppliers")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the suppliers' pages, the nearest first."""
        pages = SupplierPage.objects.child_of(self).live().select_related("supplier")
        return super().get_context(request, *args, **kwargs) | {
            "pages": with_pictures(pages.order_by("supplier__distance_km", "path")),
        }


class SupplierPage(WrittenPage):
    """A supplier's story, and live beside it what of theirs is on sale."""

    supplier = models.ForeignKey(
        "produce.Supplier",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
        help_text=_("Goods, certificates and figures of this supplier show by themselves."),
    )
    seasons = StreamField(
        SeasonsBlock(), verbose_name=_("seasons"), blank=True,
        help_text=_("What is fresh in which months."),
    )  # fmt: skip
    how_it_helps = RichTextField(
        _("how buying helps"), blank=True, features=PLAIN,
        help_text=_("Where the money goes. Plainly, and without pity."),
    )  # fmt: skip

    page_description = _(
        "Who grows or makes it, and how. Goods, certificates and figures show by themselves."
    )
    parent_page_types: ClassVar[list[str]] = ["cms.SupplierIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    searched = [*WrittenPage.searched, "how_it_helps", "seasons"]
    template = "cms/supplier_page.html"
    content_panels = [
        *WrittenPage.content_panels,
        FieldPanel("supplier"),
        FieldPanel("seasons"),
        FieldPanel("how_it_helps"),
    ]

    class Meta:
        verbose_name = _("supplier's page")
        verbose_name_plural = _("suppliers' pages")

    @override
    def searched_titles(self) -> list[str]:
        """Add what the supplier is called, and where they are."""
        return [*super().searched_titles(), *(self.supplier.search_texts if self.supplier else ())]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what of theirs is on sale where the visitor shops, and what was bought of them."""
        context = super().get_context(request, *args, **kwargs)
        if self.supplier is None:
            return context
        now, point = database_now(), point_of(request)
        goods = goods_of_suppliers(point, [self.supplier.pk], now=now) if point else {}
        return context | {
            "goods": goods.get(self.supplier.pk, []),
            "point": point,
            "certificates": certificates_of(self.supplier),
            "bought": bought_from(self.supplier),
        }
