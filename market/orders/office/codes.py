"""Payment codes in the back office: which picture hangs at which service point."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from ledger.clock import database_now
from market.orders.actions.hang_up_payment_code import hang_up_payment_code
from market.orders.actions.take_down_payment_code import take_down_payment_code
from market.orders.payment_codes import payment_code_of, points_with_codes, small_picture
from market.produce.pictures import PictureField
from people.http import MemberRequest
from people.models import ServicePoint

HANG_UP = "orders.hang_up_codes"


class CodeForm(forms.Form):
    """A picture of the shop's code, such as a screenshot out of WeChat or Alipay."""

    picture = PictureField(
        label=gettext_lazy("Picture of the payment code"),
        help_text=gettext_lazy(
            "Save the code of the shop in WeChat or Alipay as a picture, and choose it here. "
            "Whoever scans it pays the shop, so never hang up the code of a person."
        ),
    )


@require_GET
@permission_required(HANG_UP)
def codes(request: MemberRequest) -> HttpResponse:
    """Show each service point with the code that hangs there."""
    points = points_with_codes(request.user.community)
    return render(request, "orders/office/codes.html", {"points": points})


@require_http_methods(["GET", "POST"])
@permission_required(HANG_UP)
def hang_up(request: MemberRequest, point: int) -> HttpResponse:
    """Hang up another picture at a point."""
    service_point = _point(request, point)
    form = CodeForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = CodeForm(request.POST, request.FILES)
        if form.is_valid():
            hang_up_payment_code(
                service_point=service_point,
                picture=small_picture(form.cleaned_data["picture"]),
                hung_up_by=request.user,
                hung_up_at=database_now(),
            )
            messages.success(
                request, _("It hangs there now. Scan it once with your own phone to be sure.")
            )
            return redirect("order:codes")
    status = 422 if form.is_bound else 200
    context = {"form": form, "point": service_point, "code": payment_code_of(service_point)}
    return render(request, "orders/office/code.html", context, status=status)


@require_POST
@permission_required(HANG_UP)
def take_down(request: MemberRequest, point: int) -> HttpResponse:
    """Take the code of a point down: nobody is shown it any more."""
    take_down_payment_code(
        service_point=_point(request, point),
        taken_down_by=request.user,
        taken_down_at=database_now(),
    )
    messages.success(request, _("It is taken down. Cashiers show no code at this point now."))
    return redirect("order:codes")


def _point(request: MemberRequest, point: int) -> ServicePoint:
    """Return a service point of one's own community."""
    return get_object_or_404(ServicePoint, pk=point, community=request.user.community_id)
