"""Error pages: in the reader's language, with the search box, and without a single query. Programs get JSON."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kb.site.api import api_error, is_api

_WORDS = {
    400: (_("This address cannot be read"), _("Something in it is broken. Search for the code or the symptom instead.")),
    403: (_("You may not do this"), _("Your sign-in does not allow it, or the page was open for too long. Go back and try again.")),
    404: (_("This page does not exist"), _("It may have moved. Search for what the screen says.")),
    405: (_("This address does not take that"), _("Open it as an ordinary page.")),
    413: (_("That was too much at once"), _("Send less and try again.")),
    414: (_("This address is too long"), _("Search with a few words instead.")),
    429: (_("Too many requests"), _("Wait a little and try again. Nothing is lost.")),
    500: (_("Something broke on our side"), _("It is noted. Try again in a minute; your terminal and your money are not affected.")),
}  # fmt: skip


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for HTTP `status`, below /api/ its JSON; a status without words of its own gets those of 400 or 500."""
    if is_api(request):
        return api_error(status)
    title, text = _WORDS.get(status) or _WORDS[400 if status < 500 else 500]
    language = translation.get_language_from_path(request.path_info) or "zh-hans"
    with translation.override(language):
        body = render_to_string(
            "errors/error.html", {"status": status, "title": title, "text": text, "request": request}
        )
    return HttpResponse(body, status=status)
