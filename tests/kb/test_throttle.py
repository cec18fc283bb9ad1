"""How often one address may send something."""

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from kb.site.throttle import is_allowed, seconds_to_wait


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day in its only item; the cache looks at it too."""
    now = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def from_address(address: str) -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def waits(address: str = "192.0.2.1", what: str = "asking") -> int:
    return seconds_to_wait(from_address(address), what, most=2, within=60)


def test_the_wait_ends_when_the_minute_does(clock: list[float]) -> None:
    assert (waits(), waits(), waits()) == (0, 0, 60)
    clock[0] += 45.5
    assert waits() == 15
    clock[0] += 14.6
    assert (waits(), waits(), waits()) == (0, 0, 60)


def test_the_minute_begins_with_the_first_sending(clock: list[float]) -> None:
    waits()
    clock[0] += 50
    assert (waits(), waits()) == (0, 10)


def test_others_and_other_things_count_apart(clock: list[float]) -> None:
    assert [waits() for _ in range(3)] == [0, 0, 60]
    assert waits("192.0.2.2") == 0
    assert waits(what="sending") == 0


def test_a_wait_is_never_none_while_it_is_refused(clock: list[float]) -> None:
    for _ in range(2):
        waits()
    cache.delete_many([key for key in _keys() if key.endswith(":ends")])
    assert waits() == 60


def test_an_hour_s_worth(clock: list[float]) -> None:
    request = from_address("192.0.2.1")
    assert [is_allowed(request, "report", per_hour=2) for _ in range(3)] == [True, True, False]
    clock[0] += 3601
    assert is_allowed(request, "report", per_hour=2)


def test_the_proxy_is_believed_only_where_there_is_one(clock: list[float], settings: Settings) -> None:
    def forwarded(address: str) -> HttpRequest:
        return RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"made-up, {address}"})

    def ask(address: str) -> int:
        return seconds_to_wait(forwarded(address), "asking", most=1, within=60)

    assert (ask("192.0.2.1"), ask("192.0.2.2")) == (0, 60)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert (ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.2")) == (0, 0, 60)


def test_keys_do_not_show_the_address(clock: list[float]) -> None:
    waits("192.0.2.77")
    assert _keys()
    assert not any("192.0.2.77" in key for key in _keys())


def test_a_thousand_addresses_are_remembered(clock: list[float]) -> None:
    """Django's own limit of its memory cache would have forgotten the first."""
    for number in range(1000):
        waits(f"2001:db8::{number:x}")
        waits(f"2001:db8::{number:x}")
    assert waits("2001:db8::0") == 60


def _keys() -> list[str]:
    known = cache._cache  # type: ignore[attr-defined]  # noqa: SLF001 - no cache of Django's lists its keys
    return [key.partition(":1:")[2] for key in known]


@pytest.mark.parametrize(
    ("one", "other", "is_one_sender"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_an_ipv6_visitor_does_not_escape_a_throttle_by_another_address_of_its_own(
    one: str, other: str, is_one_sender: bool
) -> None:
    first = RequestFactory().get("/", REMOTE_ADDR=one)
    second = RequestFactory().get("/", REMOTE_ADDR=other)
    assert is_allowed(first, "trial", per_hour=1)
    assert is_allowed(second, "trial", per_hour=1) is not is_one_sender
