"""Addresses of the counter."""

from __future__ import annotations

from django.urls import path

from market.till.views import confirmations, counter, group, orders, slips

app_name = "till"

urlpatterns = [
    path("", counter.till, name="till"),
    path("choose/", counter.choose, name="choose"),
    path("open/", counter.open_drawer, name="open"),
    path("confirmations/", confirmations.confirmations, name="confirmations"),
    path("confirmations/<int:pk>/withdraw/", confirmations.withdraw, name="withdraw"),
    path("orders/<int:number>/owed/", confirmations.owed, name="owed"),
    path("slips/", slips.slips, name="slips"),
    path("group/", group.group, name="group"),
    path("orders/<int:number>/", orders.order, name="order"),
    path("orders/<int:number>/done/", orders.done, name="done"),
    path("orders/<int:number>/cancel/", orders.cancel, name="cancel"),
    path("orders/<int:number>/slip/", slips.slip, name="slip"),
    path("orders/<int:number>/receipt/", slips.receipt, name="receipt"),
]
