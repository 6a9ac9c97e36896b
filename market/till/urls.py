from __future__ import annotations

app_name = "till"

urlpatterns: list[object] = []
