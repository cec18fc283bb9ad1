"""Markdown to HTML: one renderer for the site, the admin's preview and the tests."""

import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_cjk_friendly import cjk_friendly
from mdit_py_plugins.container import container_plugin

DONT_TITLE = "不要这样做"

_ALLOWED_TAGS = {
    "a", "aside", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
}
_ALLOWED_CLASSES = {"aside": {"dont"}, "p": {"dont__title"}}
_OWN_PATH = re.compile(r'(<a href=")(/(?!en/|media/|static/|/))')


def _render_dont(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    if tokens[index].nesting == 1:
        return f'<aside class="dont"><p class="dont__title">{DONT_TITLE}</p>\n'
    return "</aside>\n"


def _demote_first_level(state: object) -> None:
    # The page's own title is its only first-level heading.
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type in {"heading_open", "heading_close"} and token.tag in {"h1", "h5", "h6"}:
            token.tag = "h2" if token.tag == "h1" else "h4"


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # CommonMark leaves `**注意：**请` unbolded: a full-width colon counts as punctuation before a letter.
    parser.use(cjk_friendly)
    parser.use(container_plugin, name="dont", render=_render_dont)
    parser.core.ruler.push("demote_first_level", _demote_first_level)
    return parser


_parser = _build_parser()


@lru_cache(maxsize=512)
def _render(text: str) -> str:
    return nh3.clean(
        _parser.render(text),
        tags=_ALLOWED_TAGS,
        attributes=_ALLOWED_ATTRIBUTES,
        allowed_classes=_ALLOWED_CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    )


def render_markdown(text: str, *, prefix: str = "") -> SafeString:
    """HTML of Markdown `text`, sanitised after rendering; safe to put into a page.

    `prefix` is the language prefix ("" or "/en") that links to our own pages get, so that an English reader stays there.
    """
    html = _render(text)
    if prefix:
        html = _OWN_PATH.sub(rf"\g<1>{prefix}\g<2>", html)
    return mark_safe(html)  # noqa: S308 - sanitised by nh3 just above
