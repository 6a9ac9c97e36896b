"""Orders in the back office."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from market.orders.models import Order, PaymentProblem, Refund, StripeSession
from market.orders.office.codes import HANG_UP
from market.orders.office.cutting import CUT
from market.orders.office.orders import OrderViewSet
from market.orders.office.payments import PaymentViewSetGroup
from market.produce.office.policies import LookOnlyPolicy

MENU = "orders_menu"


class OrderViewSetGroup(ModelViewSetGroup):
    menu_label = _("Orders")
    menu_name = "orders"
    menu_icon = "clipboard-list"
    menu_order = 150
    submenu_hook = MENU
    items = (OrderViewSet,)


class CutMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CUT)


class CodesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(HANG_UP)


@hooks.register("register_admin_viewset")
def orders() -> OrderViewSetGroup:
    register_permission_policy(Order, LookOnlyPolicy(Order))
    return OrderViewSetGroup()


@hooks.register("register_admin_viewset")
def payments() -> PaymentViewSetGroup:
    for model in (PaymentProblem, StripeSession, Refund):
        register_permission_policy(model, LookOnlyPolicy(model))
    return PaymentViewSetGroup()


@hooks.register(MENU)
def cut_menu_item() -> MenuItem:
    address = reverse("order:cuttable")
    return CutMenuItem(_("Goods are missing"), address, name="cut", icon_name="minus", order=900)


@hooks.register(MENU)
def codes_menu_item() -> MenuItem:
    address = reverse("order:codes")
    return CodesMenuItem(
        _("Payment codes"), address, name="codes", icon_name="mobile-alt", order=950
    )
