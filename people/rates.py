"""How often one address may try something; counted in the cache all processes share."""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, IPv6Network

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

TRIES_A_MINUTE = 10
HOUSEHOLD_BITS = 64

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address as the server, or the proxy we configured, saw it.

    Of a list only the last hop counts: whatever stands before it the visitor wrote. Of an
    address of 128 bits only the first 64: the others each household deals out to itself.
    """
    hops = str(request.META.get(settings.CLIENT_ADDRESS_HEADER, ""))
    address = hops.rpartition(",")[2].strip()
    try:
        whole = IPv6Address(address)
    except ValueError:
        return address
    if whole.ipv4_mapped:
        return str(whole.ipv4_mapped)
    return str(IPv6Network((int(whole), HOUSEHOLD_BITS), strict=False))


def take_turn(request: HttpRequest, what: str) -> bool:
    """Count a try from this address; say no at the eleventh within a minute.

    A cache that is away is no reason to keep everybody out: each phone number still has its
    lock, which is in the database. Hence an error of the cache is only logged.
    """
    try:
        return _count(_key(request, what)) <= TRIES_A_MINUTE
    except RedisError as error:
        logger.warning("could not count tries of %s: %s", what, error)
        return True


def give_back_turn(request: HttpRequest, what: str) -> None:
    """Take back a try that succeeded: a whole building may share one address."""
    try:
        caches["shared"].decr(_key(request, what))
    except (ValueError, RedisError):
        return


def _count(key: str) -> int:
    if caches["shared"].add(key, 1, timeout=60):
        return 1
    try:
        return caches["shared"].incr(key)
    except ValueError:
        # The minute ended between the two lines above.
        caches["shared"].add(key, 1, timeout=60)
        return 1


def _key(request: HttpRequest, what: str) -> str:
    digest = salted_hmac("people.rates", client_address(request), algorithm="sha256")
    return f"turn:{what}:{digest.hexdigest()}"
