"""The shop in the back office."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from market.produce.office import desk
from market.produce.office.goods import (
    CarrierViewSet,
    CategoryViewSet,
    ProductViewSet,
    SupplierViewSet,
)
from market.produce.office.listings import ListingViewSet, LotViewSet, StockChangeViewSet
from market.produce.office.policies import register_policies

MENU = "produce_menu"


class GoodsViewSetGroup(ModelViewSetGroup):
    """One menu for all that is sold, in the order it is needed."""

    menu_label = _("Goods")
    menu_name = "produce"
    menu_icon = "tag"
    menu_order = 200
    submenu_hook = MENU
    items = (
        ListingViewSet,
        LotViewSet,
        StockChangeViewSet,
        ProductViewSet,
        SupplierViewSet,
        CarrierViewSet,
        CategoryViewSet,
    )


class PriceTagsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("produce.view_listing")


@hooks.register("register_admin_viewset")
def goods() -> GoodsViewSetGroup:
    register_policies()
    return GoodsViewSetGroup()


@hooks.register(MENU)
def price_tags_menu_item() -> MenuItem:
    address = reverse("price-tags")
    return PriceTagsMenuItem(
        _("Price tags"), address, name="price-tags", icon_name="doc-full", order=900
    )


@hooks.register("register_admin_urls")
def price_tags_url() -> list[URLPattern]:
    return [path("price-tags/", desk.tags, name="price-tags")]
