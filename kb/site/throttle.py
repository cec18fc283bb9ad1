"""How often one address may send something. Counts live in the cache, under a key that does not show the address."""

import ipaddress
import math
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_HOUR = 3600  # seconds


def is_allowed(request: HttpRequest, what: str, *, per_hour: int) -> bool:
    """Count one sending of `what`; False once the address has sent more than `per_hour` within an hour."""
    return not seconds_to_wait(request, what, most=per_hour, within=_HOUR)


def seconds_to_wait(request: HttpRequest, what: str, *, most: int, within: int) -> int:
    """Count one sending of `what`: 0 for the first `most` within `within` seconds, then when the address may send again.

    The time runs from the first sending. Two processes without a shared cache count apart: then up to `most` for each
    process pass.
    """
    digest = salted_hmac("kb.site.throttle", _sender(client_address(request))).hexdigest()[:24]
    key = f"throttle:{what}:{digest}"
    now = time.time()
    if cache.add(key, 0, timeout=within):
        cache.set(f"{key}:ends", now + within, timeout=within)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return 0
    if count <= most:
        return 0
    ends = float(cache.get(f"{key}:ends", now + within))
    return max(1, math.ceil(ends - now))


def _sender(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 that an IPv6 visitor can pick addresses from at will."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


def client_address(request: HttpRequest) -> str:
    """The visitor's address: the last hop that our own proxy saw, or the connection itself without one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
