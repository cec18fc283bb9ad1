"""The two addresses that the Markdown editor calls: the preview and the upload of a picture. Both answer its script.

Both speak JSON whatever goes wrong, since a script reads the answer: `{"error": "…"}` in the language of the page that
sent it, and never a redirect to a form.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from kb.actions import store_picture
from kb.editorial import is_renderable
from kb.rendering import render_markdown
from kb.uploads import MAX_BYTES, ImageRefused, Refusal, safe_picture

MAX_PREVIEW_BYTES = 200 * 1024
_MAX_PREVIEW_REQUEST = 1024 * 1024  # a form may need nine bytes for a Chinese character
_MAX_UPLOAD_REQUEST = MAX_BYTES + 64 * 1024

View = Callable[[HttpRequest], HttpResponse]

_REFUSALS = {
    Refusal.EMPTY: gettext_lazy("The file is empty."),
    Refusal.TOO_HEAVY: gettext_lazy("The picture is larger than 10 MB."),
    Refusal.UNKNOWN_FORMAT: gettext_lazy(
        "Only PNG, JPEG, WebP and GIF pictures can be used. Take a screenshot of the picture and upload that."
    ),
    Refusal.TOO_MANY_PIXELS: gettext_lazy("The picture has more than 40 million pixels. Scale it down first."),
    Refusal.UNREADABLE: gettext_lazy("The picture is damaged and cannot be read. Save it anew and try again."),
}


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check; the answer is left to the view."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _error(status: int, message: str) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)


def _may_edit_articles(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and user.is_staff and (user.has_perm("kb.add_article") or user.has_perm("kb.change_article"))


def _csrf_reason(request: HttpRequest) -> str | None:
    check = _CsrfCheck(_checked)
    check.process_request(request)
    return check.process_view(request, _checked, (), {})  # type: ignore[return-value]


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands for the view that Django's check guards."""
    return HttpResponse()


def _language_of_page(request: HttpRequest) -> str:
    """These two addresses have no English twin: the page that called them says which language to answer in."""
    try:
        path = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:
        path = ""
    return translation.get_language_from_path(path) or "zh-hans"


def _length(request: HttpRequest) -> int:
    """Bytes that the request announces. A server reads no more than that; without it there is no form at all."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _refusal(request: HttpRequest, max_bytes: int) -> JsonResponse | None:
    """What is wrong with a request before anything of its content is looked at."""
    if request.method != "POST":
        response = _error(405, _("This address only takes POST."))
        response["Allow"] = "POST"
        return response
    if not _may_edit_articles(request):
        return _error(403, _("Sign in with an account that may edit articles."))
    if _length(request) > max_bytes:
        return _error(413, _("That is too much at once."))
    try:
        request.POST  # noqa: B018 - parses the form
    except (RequestDataTooBig, TooManyFilesSent):
        return _error(413, _("That is too much at once."))
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return _error(400, _("The form did not arrive whole. Try again."))
    if _csrf_reason(request):
        return _error(403, _("This page was open for too long. Reload it and try again."))
    return None


def _editors_script(max_bytes: int) -> Callable[[View], View]:
    """A view for the editor's script: POST by a signed-in editor, of at most `max_bytes`.

    Exempt from the middleware's CSRF check because the same check is made here, where it can be answered in JSON.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            with translation.override(_language_of_page(request)):
                return _refusal(request, max_bytes) or view(request)

        return wrapped

    return decorate


@_editors_script(_MAX_PREVIEW_REQUEST)
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """HTML of the Markdown in `content`, by the renderer of the site."""
    content = request.POST.get("content")
    if content is None:
        return _error(400, _("There is no text to preview."))
    if len(content.encode()) > MAX_PREVIEW_BYTES or not is_renderable(content):
        return _error(413, _("The text is too long for one page. Split it into several articles."))
    return HttpResponse(render_markdown(content))


@_editors_script(_MAX_UPLOAD_REQUEST)
def upload_image(request: HttpRequest) -> HttpResponse:
    """Keep the picture in `image` and answer with the Markdown that shows it."""
    upload = request.FILES.get("image")
    if upload is None:
        return _error(400, _("There is no picture in the form."))
    if (upload.size or 0) > MAX_BYTES:
        return _error(413, str(_REFUSALS[Refusal.TOO_HEAVY]))
    try:
        picture = safe_picture(upload.read())
    except ImageRefused as refused:
        return _error(400, str(_REFUSALS[refused.reason]))
    url = store_picture(picture, year=timezone.localdate().year)
    return JsonResponse({"image_code": f"![]({url})", "url": url})
