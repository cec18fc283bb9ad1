"""Bringing what people type to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.normalise import MAX_QUERY_LENGTH, clean_query, lookalike_codes, normal_code


@pytest.mark.parametrize("typed", ["E324", "e324", "ｅ－３２４", "E-324", "E 324", " e_3.2 4 ", "Ｅ３２４", "e—324"])
def test_spellings_of_one_code_are_one(typed: str) -> None:
    assert normal_code(typed) == "E324"


def test_different_codes_stay_different() -> None:
    assert normal_code("1O") != normal_code("10")


def test_lookalikes_swap_o_and_0_i_and_1() -> None:
    assert set(lookalike_codes("EO1")) == {"E01", "EOI", "E0I"}
    assert lookalike_codes("E324") == ()


def test_lookalikes_are_bounded() -> None:
    assert len(lookalike_codes("O" * 40)) < 64


def test_control_characters_and_surrogates_are_dropped() -> None:
    assert clean_query("E\x00324\ud800\u200b 怎么办\n") == "E 324 怎么办"


@given(st.text())
def test_cleaning_any_text_gives_a_short_printable_one(text: str) -> None:
    cleaned = clean_query(text)
    assert len(cleaned) <= MAX_QUERY_LENGTH
    assert cleaned == clean_query(cleaned)
    cleaned.encode()  # no lone surrogate is left


@given(st.text())
def test_normal_form_is_stable(text: str) -> None:
    assert normal_code(normal_code(text)) == normal_code(text)
