"""Who may look at the books. Nobody may write in them by hand."""

from __future__ import annotations

LOOK = ["ledger.view_account", "ledger.view_entry", "ledger.view_transfer"]

ROLES = {"worker_a": LOOK, "worker_b": LOOK}
