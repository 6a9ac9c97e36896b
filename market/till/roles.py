"""Who may stand at a till, and who puts one up."""

from __future__ import annotations

ROLES = {
    "cashier": ["till.use_till"],
    "worker_a": ["till.use_till", "till.view_till", "till.view_tillsession"],
    "worker_b": [
        "till.use_till",
        "till.view_till",
        "till.add_till",
        "till.view_tillsession",
    ],
}
