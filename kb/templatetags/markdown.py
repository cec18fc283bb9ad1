"""Markdown in templates, with links that stay in the reader's language."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kb.rendering import render_markdown

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return render_markdown(text, prefix="/en" if get_language() == "en" else "")
