"""Addresses in the reader's language."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation


def render(source: str, path: str = "/", language: str = "zh-hans") -> str:
    template = Template("{% load pages %}" + source)
    with translation.override(language):
        return template.render(Context({"request": RequestFactory().get(path)}))


@pytest.mark.parametrize(
    ("path", "language", "other"),
    [
        ("/", "zh-hans", "/en/"),
        ("/en/", "en", "/"),
        ("/codes/E324/", "zh-hans", "/en/codes/E324/"),
        ("/en/codes/E324/", "en", "/codes/E324/"),
        ("/guides/e324/x/?v=2&a=b", "zh-hans", "/en/guides/e324/x/?v=2&amp;a=b"),
        ("/en/search/?q=%E4%BD%99%E9%A2%9D", "en", "/search/?q=%E4%BD%99%E9%A2%9D"),
        # Not ours: begins like the prefix.
        ("/english/", "zh-hans", "/en/english/"),
        ("/search/?q=" + "9" * 3000, "zh-hans", "/en/"),
    ],
)
def test_the_switch_leads_to_the_same_page(path: str, language: str, other: str) -> None:
    assert render("{% other_language_url %}", path, language) == other


def test_the_switch_never_leads_to_another_host() -> None:
    assert not render("{% other_language_url %}", "/en//example.org/", "en").startswith("//")


def test_without_a_request_the_switch_leads_to_the_front_page() -> None:
    assert Template("{% load pages %}{% other_language_url %}").render(Context()) == "/en/"


@pytest.mark.parametrize(("language", "expected"), [("zh-hans", "/guides/e324/"), ("en", "/en/guides/e324/")])
def test_stored_paths_get_the_language(language: str, expected: str) -> None:
    assert render("{% own_path '/guides/e324/' %}", language=language) == expected


@pytest.mark.parametrize(("language", "expected"), [("zh-hans", "<p>"), ("en", '<p lang="zh-Hans">')])
def test_chinese_content_is_marked(language: str, expected: str) -> None:
    assert render("<p{% content_lang %}>", language=language) == expected


def test_canonical_addresses_are_absolute_and_carry_no_query() -> None:
    assert render("{% language_url 'en' %}", "/codes/51/?utm=x") == "http://testserver/en/codes/51/"
    assert render("{% language_url 'zh-hans' %}", "/en/codes/51/?utm=x", "en") == "http://testserver/codes/51/"
