from __future__ import annotations

from django.apps import AppConfig


class ProduceConfig(AppConfig):
    name = "market.produce"
    label = "produce"
