"""Markdown as readers and editors see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.rendering import render_markdown


@pytest.mark.parametrize("text", ["**注意：**请先查询", "先看**「小票」**再说", "**别刷！**先查", "请**不要**再刷"])
def test_bold_works_against_chinese_punctuation(text: str) -> None:
    assert "<strong>" in render_markdown(text)
    assert "**" not in render_markdown(text)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a style='position:fixed' href='https://a'>x</a>",
        "<iframe src=https://example.org></iframe>",
        "<svg><script>alert(1)</script></svg>",
    ],
)
def test_nothing_runs(attack: str) -> None:
    html = render_markdown(attack)
    for bad in ("<script", "<iframe", "<svg", "<img", "<a style", 'href="javascript:', 'href="data:'):
        assert bad not in html


def test_a_dont_block_is_marked() -> None:
    html = render_markdown("::: dont\n- 不要拆机\n:::\n")
    assert '<aside class="dont">' in html
    assert "不要这样做" in html
    assert "<li>不要拆机</li>" in html


def test_the_page_title_stays_the_only_first_heading() -> None:
    assert "<h1>" not in render_markdown("# 大标题\n\n## 小标题")


def test_links_to_our_pages_keep_the_language() -> None:
    text = "[先查](/articles/query-first/) ![图](/media/a.png) [外](https://example.org/)"
    html = render_markdown(text, prefix="/en")
    assert 'href="/en/articles/query-first/"' in html
    assert 'src="/media/a.png"' in html
    assert 'href="https://example.org/"' in html
    assert render_markdown(text).count("/en/") == 0


@given(st.text(max_size=400))
def test_any_text_renders_without_a_script_or_handler(text: str) -> None:
    html = render_markdown(text)
    assert "<script" not in html.lower()
