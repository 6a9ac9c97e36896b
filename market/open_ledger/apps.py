from __future__ import annotations

from django.apps import AppConfig


class OpenLedgerConfig(AppConfig):
    name = "market.open_ledger"
    label = "open_ledger"
