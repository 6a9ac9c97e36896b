from __future__ import annotations

app_name = "produce"

urlpatterns: list[object] = []
