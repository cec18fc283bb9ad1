"""The search's part of `make bench`: what it calls good enough, and the made-up catalogue it measures."""

import random

import pytest
from django.core.management import CommandError, call_command

from kb.catalogue.sample import misspelt, sample_codes
from kb.models import ErrorCode
from kb.queries.finding import find
from kb.queries.search import near_codes
from kb.search.spelling import is_one_edit
from kb.search.understand import understand
from kb.search_store.current import store
from tests.factories import make_error_code
from tools.bench_search import KINDS, SIZES, Measured, lines, verdict


def measured(size: int, milliseconds: float = 0.1, **quality: float) -> Measured:
    times = dict.fromkeys(("bare", *KINDS), [milliseconds] * 20)
    return Measured("SQLite", size, times, {"keyword": 1.0, "question": 1.0, "misspelling": 1.0, **quality})


def test_a_line_says_the_median_the_goal_and_the_ratio() -> None:
    said = lines(measured(10_000, 0.6))
    assert said[1] == "  code         median 0.600 ms, p95 0.600 ms (goal 0.5 MISSED), 1.0 × bare"
    assert "(goal 3 ok)" in said[5]


@pytest.mark.parametrize(
    ("large", "quality", "passed", "says"),
    [
        (0.12, {}, True, "code grew 1.20 times from 10,000 to 100,000 codes ok"),
        (
            0.25,
            {},
            True,
            "code grew 2.50 times from 10,000 to 100,000 codes ok",
        ),  # a tenth of a millisecond is the clock's
        (0.9, {}, False, "code grew 9.00 times from 10,000 to 100,000 codes FAILED"),
        (0.1, {"keyword": 0.99}, False, "quality of keyword 0.990, at least 1.0 FAILED"),
    ],
)
def test_what_is_too_much(large: float, quality: dict[str, float], passed: bool, says: str) -> None:
    said, did_pass = verdict([measured(SIZES[1]), measured(SIZES[2], large, **quality)], 1.5)
    assert did_pass is passed
    assert any(says in line for line in said)


def test_the_same_seed_gives_the_same_catalogue_and_no_two_codes_are_one() -> None:
    codes = list(sample_codes(500, 3))
    assert codes == list(sample_codes(500, 3)) != list(sample_codes(500, 4))
    assert len({code.string for code in codes}) == len({code.title for code in codes}) == 500


def test_a_misspelling_is_one_edit() -> None:
    chance = random.Random(1)
    for code in sample_codes(200, 1):
        assert is_one_edit(code.string, misspelt(code.string, chance))


@pytest.mark.django_db(transaction=True)
def test_a_made_up_catalogue_is_found() -> None:
    call_command("make_catalogue", size=60, seed=1)
    codes = list(sample_codes(60, 1))
    assert ErrorCode.objects.published().count() == 60
    for code in codes[:10]:
        assert [found.normal for found in store().codes([code.string])] == [code.string]
        assert code.string in {found.normal for found in near_codes(code.string[:-1] + "?" + code.string[-1], most=99)}
        assert find(understand(code.question)).entries


@pytest.mark.django_db
def test_made_up_codes_never_stand_among_real_ones() -> None:
    make_error_code()
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("make_catalogue", size=5)
    assert ErrorCode.objects.count() == 1
    with pytest.raises(CommandError, match="1 or more"):
        call_command("make_catalogue", size=0)
