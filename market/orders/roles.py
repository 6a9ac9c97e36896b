"""Who may do what with other people's orders."""

from __future__ import annotations

PAID_ONLINE = [
    "orders.view_paymentproblem",
    "orders.view_stripesession",
    "orders.view_refund",
]
ROLES = {
    "cashier": ["orders.view_order"],
    "worker_a": ["orders.view_order", "orders.cut_orders", "orders.cancel_any", *PAID_ONLINE],
    "worker_b": [
        "orders.view_order",
        "orders.cut_orders",
        "orders.cancel_any",
        "orders.hang_up_codes",
        *PAID_ONLINE,
    ],
}
