"""Forms on pages without cookies: no token can be in them, so where they come from is checked instead."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kb.site.errors import error_page

View = Callable[..., HttpResponse]


def visitor_form(*, max_bytes: int) -> Callable[[View], View]:
    """POST only, from our own pages only, at most `max_bytes` long. Refusals are pages: 405, 403, 413."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            if not is_same_origin(request):
                return error_page(request, 403)
            length = str(request.META.get("CONTENT_LENGTH") or "0")
            if not length.isdigit() or int(length) > max_bytes:
                return error_page(request, 413)
            return view(request, *args, **options)

        return csrf_exempt(require_POST(wrapped))

    return decorate


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a browser sent this from a page of ours. Browsers too old for Sec-Fetch-Site send Origin with a POST."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        place = urlsplit(origin).netloc
    except ValueError:  # `http://[::1` and the like
        return False
    return bool(place) and place == request.get_host()
