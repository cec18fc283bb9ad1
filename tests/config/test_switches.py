"""Switches, numbers and lists of the environment: a word that is not understood stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import flag, number, words


@pytest.mark.parametrize(("text", "value"), [("on", True), ("Yes", True), ("1", True), ("off", False), ("0", False)])
def test_a_switch_takes_plain_words(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("HTTPS", text)
    assert flag("HTTPS", default=not value) is value


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_switch_is_its_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    monkeypatch.setenv("HTTPS", "")
    assert flag("HTTPS", default=default) is default


@pytest.mark.parametrize("text", ["enabled", "ture", "2"])
def test_a_mistyped_switch_stops_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HTTPS", text)
    with pytest.raises(ImproperlyConfigured, match="HTTPS"):
        flag("HTTPS", default=True)


def test_a_number_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTS_PER_HOUR", "")
    assert number("REPORTS_PER_HOUR", default=30) == 30
    monkeypatch.setenv("REPORTS_PER_HOUR", "12")
    assert number("REPORTS_PER_HOUR", default=30) == 12
    monkeypatch.setenv("REPORTS_PER_HOUR", "many")
    with pytest.raises(ImproperlyConfigured, match="REPORTS_PER_HOUR"):
        number("REPORTS_PER_HOUR", default=30)


def test_blanks_beside_commas_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, b.example ,")
    assert words("ALLOWED_HOSTS") == ["a.example", "b.example"]
