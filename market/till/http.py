"""At which till a request stands, and who may stand there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from market.till.models import Till
from people.http import MemberRequest

SESSION_KEY = "till"


class TillRequest(MemberRequest):
    """A request from a cashier at a till, who has picked it on views behind `at_a_till`."""

    till: Till


def tills_of(request: MemberRequest) -> list[Till]:
    """Return the tills a cashier may stand at."""
    tills = Till.objects.of(request.user).select_related("service_point__community")
    return list(tills.order_by("service_point_id", "code"))


def till_of(request: MemberRequest) -> Till | None:
    """Return the till the cashier has picked, or the only one there is."""
    tills = tills_of(request)
    if len(tills) == 1:
        return tills[0]
    picked = request.session.get(SESSION_KEY)
    return next((till for till in tills if till.pk == picked), None)


type View[**P] = Callable[Concatenate[TillRequest, P], HttpResponse]


def for_cashiers[**P](view: View[P]) -> View[P]:
    """Let a view in for those who may use a till; to others there is no such page."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: TillRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.has_perm("till.use_till"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def at_a_till[**P](view: View[P]) -> View[P]:
    """Let cashiers in who have picked their till; ask the others which it is."""

    @wraps(view)
    def standing(request: TillRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        till = till_of(request)
        if till is None:
            return redirect("till:choose")
        request.till = till
        return view(request, *args, **kwargs)

    return for_cashiers(standing)
