"""Who may do what with the shop's goods."""

from __future__ import annotations

VIEW = [
    "produce.view_supplier",
    "produce.view_carrier",
    "produce.view_category",
    "produce.view_product",
    "produce.view_listing",
    "produce.view_lot",
    "produce.view_certificate",
    "produce.view_stockchange",
]
KEEP_THE_SHOP = [
    "produce.add_supplier",
    "produce.change_supplier",
    "produce.add_carrier",
    "produce.change_carrier",
    "produce.add_category",
    "produce.change_category",
    "produce.add_product",
    "produce.change_product",
    "produce.add_listing",
    "produce.change_listing",
    "produce.receive_goods",
    "produce.count_stock",
]

ROLES = {
    "worker_a": [*VIEW, *KEEP_THE_SHOP],
    "worker_b": [*VIEW, *KEEP_THE_SHOP, "produce.view_payee"],
}
