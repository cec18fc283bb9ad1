"""The rules of a public page, in one decorator."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """GET and HEAD only; the answer may be kept by any cache for PUBLIC_CACHE_SECONDS.

    Browsers revalidate by ETag after the same time: an editor's change is seen within it.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        if not response.has_header("Cache-Control"):
            seconds = settings.PUBLIC_CACHE_SECONDS
            patch_cache_control(response, public=True, max_age=seconds)
        return response

    return require_safe(wrapped)
