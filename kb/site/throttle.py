"""How often one address may send something. Counts live in the cache, under a key that does not show the address."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_HOUR = 3600  # seconds


def is_allowed(request: HttpRequest, what: str, *, per_hour: int) -> bool:
    """Count one sending of `what`; False once the address has sent more than `per_hour` within an hour.

    Two processes without a shared cache count apart: then up to `per_hour` for each process pass.
    """
    digest = salted_hmac("kb.site.throttle", client_address(request)).hexdigest()[:24]
    key = f"throttle:{what}:{digest}"
    cache.add(key, 0, timeout=_HOUR)
    try:
        return cache.incr(key) <= per_hour
    except ValueError:  # it ran out between the two calls
        return True


def client_address(request: HttpRequest) -> str:
    """The visitor's address: the last hop that our own proxy saw, or the connection itself without one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
