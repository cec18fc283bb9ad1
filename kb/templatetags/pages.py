"""Tags for page templates: addresses that stay in the reader's language, and language marks for Chinese content."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.http import escape_leading_slashes
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kb.search.reasons import Reason

register = template.Library()

_ENGLISH_PREFIX = "/en"
_CHINESE = SafeString(' lang="zh-Hans"')
_NOTHING = SafeString("")
_LONGEST_SWITCH = 2000  # characters; an address beyond it is an error page's, and is not repeated there


def language_prefix() -> str:
    """What addresses of the interface's language begin with: "" for Chinese, "/en" for English."""
    return _ENGLISH_PREFIX if translation.get_language() == "en" else ""


@register.simple_tag
def own_path(path: str) -> str:
    """The address of a stored `path` (which carries no language prefix) in the interface's language."""
    return get_script_prefix().rstrip("/") + language_prefix() + path


@register.simple_tag
def content_lang() -> SafeString:
    """` lang="zh-Hans"` around our Chinese texts on an English page; nothing on a Chinese one."""
    return _CHINESE if translation.get_language() == "en" else _NOTHING


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context) -> str:
    """This page's address, query included, in the other language; the front page where there is no request."""
    request: HttpRequest | None = context.get("request")
    return _address_in(request, english=translation.get_language() != "en")


@register.simple_tag(takes_context=True)
def language_url(context: template.Context, language: str) -> str:
    """This page's absolute address without its query, in `language` ("zh-hans" or "en")."""
    request: HttpRequest = context["request"]
    path = _address_in(request, english=language == "en").partition("?")[0]
    return f"{request.scheme}://{request.get_host()}{path}"


def _address_in(request: HttpRequest | None, *, english: bool) -> str:
    """The request's path and query in Chinese or English; a path of neither language is taken for Chinese."""
    full = request.get_full_path() if request is not None else "/"
    root = get_script_prefix().rstrip("/")
    path = full.removeprefix(root)
    if len(path) > _LONGEST_SWITCH:
        path = "/"
    if path == _ENGLISH_PREFIX or path.startswith((f"{_ENGLISH_PREFIX}/", f"{_ENGLISH_PREFIX}?")):
        path = path.removeprefix(_ENGLISH_PREFIX) or "/"
    # `/en//elsewhere/` without its prefix would be another host's address.
    return root + (_ENGLISH_PREFIX if english else "") + escape_leading_slashes(path)


@register.filter
def money_icon(value: str) -> str:
    """The icon file of a MoneyMoved value."""
    return f"icons/money-{value}.svg"


@register.filter
def retry_icon(value: str) -> str:
    """The icon file of a Retry value."""
    return f"icons/retry-{value}.svg"


_REASONS = {
    Reason.TITLE: _("in the title"),
    Reason.SCREEN: _("screen text"),
    Reason.SYNONYM: _("a word that means the same"),
    Reason.MEANING: _("in the explanation"),
    Reason.ASKED: _("often asked this way"),
    Reason.RELATED: _("belongs to this code"),
}


@register.filter
def reason_words(reason: Reason) -> str:
    """Why a search shows an entry, in the reader's language."""
    return str(_REASONS[reason])


@register.filter
def at(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """What `mapping` holds at `key`, or None."""
    return mapping.get(key) if mapping else None
