"""Who may do what with other people's orders."""

from __future__ import annotations

ROLES = {
    "cashier": ["orders.view_order"],
    "worker_a": ["orders.view_order", "orders.cut_orders", "orders.cancel_any"],
    "worker_b": [
        "orders.view_order",
        "orders.cut_orders",
        "orders.cancel_any",
        "orders.hang_up_codes",
    ],
}
