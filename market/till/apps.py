from __future__ import annotations

from django.apps import AppConfig


class TillConfig(AppConfig):
    name = "market.till"
    label = "till"
