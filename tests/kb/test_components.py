"""Components: each has its style sheet and an example, and none says anything a strict content policy would refuse."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from django.test import RequestFactory

from kb.site.patterns import EXAMPLES, patterns
from tools.vendor import ROOT, our_templates

COMPONENTS = sorted(file.stem.removeprefix("_") for file in (ROOT / "templates/components").glob("*.html"))
STYLED = sorted(file.stem for file in (ROOT / "static/css/components").glob("*.css"))


class Inline(HTMLParser):
    """Collects what `script-src 'self'; style-src 'self'` would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")]
        self.found += [f"<{tag} {name}={value}>" for name, value in attrs if (value or "").startswith("javascript:")]


def shown(language: str = "zh-hans") -> str:
    # Without the db mark a query fails the test: examples are plain objects.
    return patterns(RequestFactory().get("/patterns/", {"language": language})).content.decode()


def test_every_component_has_a_style_sheet_and_every_style_sheet_a_component() -> None:
    assert COMPONENTS == STYLED


def test_every_component_has_an_example() -> None:
    assert sorted(EXAMPLES) == COMPONENTS
    assert all(EXAMPLES[name] for name in COMPONENTS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_example_shows_something(language: str) -> None:
    examples = re.findall(r'data-component="(\w+)">\s*(<)?', shown(language))
    assert len(examples) == sum(map(len, EXAMPLES.values()))
    assert all(markup for _, markup in examples)


def test_templates_need_nothing_inline() -> None:
    found = {}
    for template in our_templates():
        parser = Inline()
        parser.feed(
            re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "x", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        )
        if parser.found:
            found[template.relative_to(ROOT).as_posix()] = parser.found
    assert found == {}


def test_rendered_examples_need_nothing_inline() -> None:
    parser = Inline()
    parser.feed(shown())
    assert parser.found == []


def test_ids_are_unique_and_cannot_be_those_of_a_guide_node() -> None:
    """The whole-tree page gives every node an id of its own making: letters, digits, hyphens, dots."""
    frame = re.sub(r'(?s)<ol class="outline".*?</ol>', "", shown())
    ids = re.findall(r'\sid="([^"]+)"', frame)
    assert [one for one in ids if "_" not in one] == []
    assert len(set(ids)) == len(ids)


def test_chinese_content_is_marked_on_english_pages_only() -> None:
    chinese = shown()
    body = chinese[chinese.index("<body") :]
    assert 'lang="zh-Hans"' not in body
    assert '<h3 class="meaning-card__title card-title" lang="zh-Hans">' in shown("en")


def test_the_money_line_says_the_same_by_words_icon_and_class() -> None:
    page = shown("en")
    for value, words in (("yes", "The money has moved"), ("no", "No money has moved"), ("unknown", "may have moved")):
        assert f"money-safety--money-{value}" in page and words in page
    for value in ("yes", "no", "after_check", "after_action"):
        assert f"money-safety--retry-{value}" in page
        assert (ROOT / f"templates/icons/retry-{value}.svg").exists()
