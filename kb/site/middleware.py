"""What every request passes: an id, its language, cache rules, and a body for every error."""

import gzip
import logging
import re
import time
import uuid
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from kb.site.errors import error_page
from kb.site.logs import current_request_id
from kb.site.views import healthz, readyz

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("posfix.requests")

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET_PATHS = ("/static/", "/healthz", "/readyz")


class RequestIdMiddleware:
    """Give the request an id (a proxy's own is kept), put it on the response, and log one line without the query.

    The query is left out because a question may hold anything; see `mask_digits` for what remains.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        # Not reset here: Django logs a 4xx only after the last middleware. The end of the request does it.
        current_request_id.set(request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path.startswith(_QUIET_PATHS):
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "path": request.path[:200],
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
        return response


class ProbeMiddleware:
    """Answer health probes before anything looks at the host name: they come by address, from inside."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


class CleanCookiesMiddleware:
    """Drop cookies with control characters: PostgreSQL refuses a NUL in a look-up, and nobody honest sends one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if value.isprintable()}
        return self.get_response(request)


class LanguageFromPathMiddleware:
    """Choose the language by the path alone.

    Django's own LocaleMiddleware also reads a header and a cookie; a page would then differ between visitors, and no
    shared cache could hold it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if language == "en" else "zh-Hans")
        return response


class CacheDefaultMiddleware:
    """A view says when its page may be kept (see `public_page`); whatever says nothing is never stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class CompressPublicPagesMiddleware:
    """Compress pages that are the same for everybody: Brotli where the browser takes it, gzip otherwise.

    Pages with a secret in them (a form's token, a name) are left alone: their compressed length would tell of it.
    Django's GZipMiddleware would do for gzip, but pads with random bytes, and public pages are the same bytes always.
    """

    least = 500  # bytes: below that nothing is gained

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_public = "public" in response.headers.get("Cache-Control", "")
        if not is_public or response.streaming or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        accepted = request.headers.get("Accept-Encoding", "")
        if len(response.content) < self.least:
            return response
        if re.search(r"\bbr\b", accepted):
            response.content = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=5)
            response["Content-Encoding"] = "br"
        elif re.search(r"\bgzip\b", accepted):
            response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
            response["Content-Encoding"] = "gzip"
        else:
            return response
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response


class ErrorPageMiddleware:
    """Fill empty error responses (405 from a decorator, 400 from deep inside) with a page that still offers search."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or response.streaming or response.content or request.method == "HEAD":
            return response
        # The same object is filled, not replaced: its headers stay, and Django knows it as logged.
        page = error_page(request, response.status_code)
        response.content = page.content
        response["Content-Type"] = page["Content-Type"]
        if response.has_header("Content-Length"):  # CommonMiddleware has counted the empty body already
            response["Content-Length"] = str(len(response.content))
        return response
