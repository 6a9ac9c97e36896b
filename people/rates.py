"""How often one address may try something; counted in the cache all processes share."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

TRIES_A_MINUTE = 10


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address as the server, or the proxy we configured, saw it.

    Of a list only the last hop counts: whatever stands before it the visitor wrote.
    """
    hops = str(request.META.get(settings.CLIENT_ADDRESS_HEADER, ""))
    return hops.rpartition(",")[2].strip()


def take_turn(request: HttpRequest, what: str) -> bool:
    """Count a try from this address; say no at the eleventh within a minute."""
    key = _key(request, what)
    if cache.add(key, 1, timeout=60):
        return True
    try:
        return cache.incr(key) <= TRIES_A_MINUTE
    except ValueError:
        # The minute ended between the two lines above.
        return cache.add(key, 1, timeout=60)


def give_back_turn(request: HttpRequest, what: str) -> None:
    """Take back a try that succeeded: a whole building may share one address."""
    try:
        cache.decr(_key(request, what))
    except ValueError:
        return


def _key(request: HttpRequest, what: str) -> str:
    digest = salted_hmac("people.rates", client_address(request), algorithm="sha256")
    return f"turn:{what}:{digest.hexdigest()}"
