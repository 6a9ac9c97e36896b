"""Addresses of baskets and orders."""

from __future__ import annotations

from django.urls import path

from market.orders.views import basket, checkout, orders, payments, receipts

app_name = "orders"

urlpatterns = [
    path("basket/", basket.basket, name="basket"),
    path("basket/add/", basket.add, name="add"),
    path("basket/change/", basket.change, name="change"),
    path("checkout/<int:point>/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/again/", orders.again, name="again"),
    path("stripe/messages/", payments.receive, name="stripe"),
    path("orders/<int:number>/", orders.order, name="order"),
    path("orders/<int:number>/cancel/", orders.cancel, name="cancel"),
    path("orders/<int:number>/pay/", payments.pay, name="pay"),
    path("orders/<int:number>/paid/", payments.paid, name="paid"),
    path("orders/<int:number>/receipt/", receipts.receipt, name="receipt"),
    path("receipts/", receipts.check, name="receipts"),
    path("receipts/<str:code>/", receipts.check_receipt, name="check-receipt"),
]
