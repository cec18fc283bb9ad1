"""Which requests count as a search, and which as opening what it found: told from what a browser sends anyway, without
cookie or script (docs/adr/0011). Requests that a cache answers are not seen here, and nobody misses them.
"""

from functools import wraps
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from redis.exceptions import RedisError

from kb.search_counts import count_opening, count_search
from kb.site.public import View
from kb.site.throttle import is_allowed

#: In the address of a search that the staff looks at: it is not counted, and neither is what is opened from it.
UNCOUNTED = "uncounted"

_MOST_FIELDS = 20  # of a query; ours have three
# Of one address: no shopkeeper searches more, and nobody is to fill the inbox alone. What goes beyond is shown, not counted.
_COUNTED_AN_HOUR = 60


def count_results(request: HttpRequest, *, found: bool, is_answered: bool = False) -> None:
    """Count a search page that was asked for: the first page of all results.

    `is_answered`: the page says of the very code that was asked for whether the money moved. Nothing has to be opened then.
    """
    asked = request.GET
    is_first = asked.get("page", "1") == "1" and not asked.get("system")
    question = asked.get("q", "")
    if question and is_first and UNCOUNTED not in asked and _is_a_visit(request) and _is_counted(request, "search"):
        count_search(question, found=found, is_answered=is_answered)


def entry_page(view: View) -> View:
    """A page that a search can lead to. Where a visitor comes from its results, that is counted."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        # A redirect hands the Referer on: the page it leads to counts.
        question = _searched_before(request) if response.status_code == 200 and _is_a_visit(request) else ""
        if question and _is_counted(request, "opening"):
            count_opening(question)
        return response

    return wrapped


def _is_a_visit(request: HttpRequest) -> bool:
    """Whether somebody is to see the page: neither a look at its headers nor a browser's guess at the next click."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "GET" and not any("prefetch" in purpose.lower() for purpose in purposes)


def _is_counted(request: HttpRequest, what: str) -> bool:
    try:
        return is_allowed(request, f"{what}-count", per_hour=_COUNTED_AN_HOUR)
    except RedisError:  # the page needs no cache, so it must not fail with it
        return False


def _searched_before(request: HttpRequest) -> str:
    """The question of our own search page that the visitor comes from; "" for any other page, and for anything odd."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
        if page.path != reverse("search") or not _is_our_own(request, page.scheme, page.netloc):
            return ""
        asked = parse_qs(page.query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return ""
    return "" if UNCOUNTED in asked else asked.get("q", [""])[0]


def _is_our_own(request: HttpRequest, scheme: str, host: str) -> bool:
    # A proxy may show visitors another host than the one it asks us by; then the setting names it.
    return bool(host) and (host == request.get_host() or f"{scheme}://{host}" in settings.CSRF_TRUSTED_ORIGINS)
