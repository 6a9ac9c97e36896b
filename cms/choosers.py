"""How an editor picks a supplier, a product or a building: by name, in a window."""

from __future__ import annotations

from typing import override

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet

from market.produce.models import Product, Supplier
from people.models import Building


class Chooser(ChooserViewSet):
    """Picks what is there. Suppliers and goods are added where their own rules are kept."""

    @override
    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


supplier_chooser = Chooser(
    "choose-supplier",
    model=Supplier,
    icon="group",
    choose_one_text=_("Choose a supplier"),
    choose_another_text=_("Choose another supplier"),
    edit_item_text=_("Change this supplier"),
)
product_chooser = Chooser(
    "choose-product",
    model=Product,
    icon="tag",
    choose_one_text=_("Choose a product"),
    choose_another_text=_("Choose another product"),
    edit_item_text=_("Change this product"),
)
building_chooser = Chooser(
    "choose-building",
    model=Building,
    icon="home",
    choose_one_text=_("Choose a building"),
    choose_another_text=_("Choose another building"),
    edit_item_text=_("Change this building"),
)

SupplierChooserBlock = supplier_chooser.get_block_class(
    name="SupplierChooserBlock", module_path="cms.choosers"
)
ProductChooserBlock = product_chooser.get_block_class(
    name="ProductChooserBlock", module_path="cms.choosers"
)
