"""What holds for everything below /api/: read-only, so often an address, from these origins, and one shape of error.

Routing, parameters and the schema are django-ninja's; these rules also cover addresses that no router knows.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from kb.site.logs import mask_digits
from kb.site.throttle import seconds_to_wait

GetResponse = Callable[[HttpRequest], HttpResponse]

PREFIX = "/api/"
NAMESPACE = "api-v1"  # of the addresses' names
MOST_ECHOED = 100  # characters of what was sent that an error repeats

_MINUTE = 60  # seconds
_A_DAY = 24 * 3600  # seconds
_READING = ("GET", "HEAD")

# Status: its code for programs, what is wrong, what to do. English only: these lines are read by programmers.
_WORDS = {
    400: ("bad_request", "This request cannot be read.", "Write the path and the query as percent-encoded UTF-8."),
    404: ("not_found", "There is nothing at this address.", "/api/v1/openapi.json lists every address."),
    405: ("method_not_allowed", "The API is for reading only.", "Use GET or HEAD."),
    429: ("too_many_requests", "Too many requests came from your address.", "Wait as long as Retry-After says."),
    500: ("server_error", "Something broke on our side.", "Try again in a minute; name the X-Request-ID if it stays."),
}  # fmt: skip


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)


def echo(sent: str) -> str:
    """What was sent, fit to be repeated in an error: long runs of digits masked, at most `MOST_ECHOED` characters."""
    masked = mask_digits(sent)
    return masked if len(masked) <= MOST_ECHOED else f"{masked[: MOST_ECHOED - 1]}…"


def api_error(
    status: int, *, code: str = "", message: str = "", remedy: str = "", parameter: str | None = None
) -> JsonResponse:
    """An error in the one shape; words that are not given are those of `status`. Never kept by a cache."""
    words = _WORDS.get(status) or _WORDS[400 if status < 500 else 500]
    error = {
        "status": status,
        "code": code or words[0],
        "message": message or words[1],
        "parameter": parameter,
        "remedy": remedy or words[2],
    }
    response = JsonResponse({"error": error}, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/json; charset=utf-8"  # as every other answer
    response["Content-Language"] = "en"
    patch_cache_control(response, private=True, no_store=True)
    return response


class ApiMiddleware:
    """Stands outside everything that makes or fills an answer, so that even a 304 and a 500 carry its headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request):
            return self.get_response(request)
        response = self._answer(request)
        _allow_origin(request, response)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        wait = seconds_to_wait(request, "api", most=settings.API_REQUESTS_PER_MINUTE, within=_MINUTE)
        if wait:
            refused = api_error(429)
            refused["Retry-After"] = str(wait)
            return refused
        if request.method == "OPTIONS" and settings.API_ALLOWED_ORIGINS:
            return _preflight()
        if request.method not in _READING:
            refused = api_error(405)
            refused["Allow"] = ", ".join(_READING)
            return refused
        return self._read(request)

    def _read(self, request: HttpRequest) -> HttpResponse:
        """Answer HEAD as GET, which routers know and which gets an ETag; the server leaves the body out."""
        method, request.method = request.method, "GET"
        try:
            return self.get_response(request)
        finally:
            request.method = method


def _preflight() -> HttpResponse:
    """What a browser asks before a script's conditional request. Cookies are never allowed: nothing here needs one."""
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join((*_READING, "OPTIONS"))
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Max-Age"] = str(_A_DAY)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _allow_origin(request: HttpRequest, response: HttpResponse) -> None:
    allowed = settings.API_ALLOWED_ORIGINS
    if not allowed:
        return
    if "*" in allowed:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Origin"])  # without an Origin too: a cache must not give that answer to a script
        origin = request.headers.get("Origin", "")
        if origin not in allowed:
            return
        response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Request-ID"
