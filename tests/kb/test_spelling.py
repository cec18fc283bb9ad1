"""Codes one edit away, words that sound alike, and marks on what matched."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.reasons import Reason, marked, reason
from kb.search.spelling import closeness, is_one_edit, remainders
from kb.search.understand import understand
from kb.search.vocabulary import Vocabulary
from kb.sounds import sound

CODES = st.text(alphabet="AE0123456789", min_size=2, max_size=8)


@pytest.mark.parametrize("other", ["E234", "E32", "E3244", "E325", "F324", "3E24"])
def test_one_edit_leads_there(other: str) -> None:
    assert is_one_edit("E324", other)


@pytest.mark.parametrize("other", ["E324", "E423", "E3", "E32456", "E24X"])
def test_none_or_two_edits_do_not(other: str) -> None:
    assert not is_one_edit("E324", other)


@given(CODES, CODES)
def test_an_edit_leads_back(one: str, other: str) -> None:
    assert is_one_edit(one, other) == is_one_edit(other, one)


@given(CODES, CODES)
def test_two_strings_one_edit_apart_share_a_remainder_or_are_one(one: str, other: str) -> None:
    """What the table of remainders relies on: nothing one edit away is missed."""
    if is_one_edit(one, other):
        assert {one, *remainders(one)} & {other, *remainders(other)}


def test_the_likeliest_intention_comes_first() -> None:
    assert sorted(["F324", "E325", "E32"], key=lambda one: closeness("E324", one)) == ["E325", "F324", "E32"]


def test_words_that_are_mistyped_for_each_other_sound_alike() -> None:
    assert sound("冲证") == sound("冲正") != ""
    assert sound("晶片") == sound("金片")
    assert sound("签到") != sound("结算")
    assert sound("e324") == sound("") == ""


def test_marks_cover_the_whole_text_and_mark_what_matches() -> None:
    marks = marked("签到失败了，Sign-on failed", frozenset({"签到", "fail"}))
    assert "".join(mark.text for mark in marks) == "签到失败了，Sign-on failed"
    assert [mark.text for mark in marks if mark.is_match] == ["签到", "failed"]


@given(st.text(alphabet="İß㍍ﬃ签到失败aE3 ", max_size=30), st.integers(0, 28))
def test_any_text_can_be_marked(text: str, start: int) -> None:
    looked_for = frozenset({text[start : start + 2], "签到", "ai"})
    marks = marked(text, looked_for)
    assert "".join(mark.text for mark in marks) == text
    assert all(left.is_match != right.is_match for left, right in itertools.pairwise(marks))


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"title": "签到失败", "screen_text": "签到失败", "summary": ""}, Reason.SCREEN),
        ({"title": "签到失败", "screen_text": "未签到", "summary": ""}, Reason.TITLE),
        ({"title": "别的", "screen_text": "", "summary": "签到失败"}, Reason.MEANING),
        ({"title": "登录", "screen_text": "", "summary": ""}, Reason.SYNONYM),
        ({"title": "别的", "screen_text": "", "summary": ""}, Reason.ASKED),
    ],
)
def test_why_an_entry_answers(texts: dict[str, str], why: Reason) -> None:
    words = Vocabulary.build(groups=[("签到", "登录")])
    assert reason(understand("签到失败", words), **texts) is why
