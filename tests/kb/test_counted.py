"""What of a question is kept: one form for all spellings, and never a number of a card, a phone or a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.counted import counted, normal_question

CARD = "6222021234567890"
WIDE = CARD.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
CIRCLED = CARD.translate({ord(str(digit)): "⓪①②③④⑤⑥⑦⑧⑨"[digit] for digit in range(10)})
DARK = CARD.translate({ord(str(digit)): "⓿❶❷❸❹❺❻❼❽❾"[digit] for digit in range(10)})
ARABIC = CARD.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})
SPOKEN = CARD.translate({ord(str(digit)): "零一二三四五六七八九"[digit] for digit in range(10)})


@pytest.mark.parametrize("typed", ["ｅ－３２４ 怎么办？", "E324怎么办", "  e-324，怎么办!! ", "E 324 怎麼辦"])
def test_all_spellings_are_counted_as_one(typed: str) -> None:
    question = counted(typed)
    assert question is not None
    assert question.normal == "e324怎么办"


def test_it_is_shown_as_it_was_typed_without_what_nobody_sees() -> None:
    question = counted("  打印机\x00不走\u200b纸\n怎么办？ ")
    assert question is not None
    assert question.text == "打印机 不走纸 怎么办?"


@pytest.mark.parametrize("digits", [CARD, WIDE, CIRCLED, DARK, ARABIC, SPOKEN, "13800138000"])
@pytest.mark.parametrize("between", ["", " ", "  ", "-", "\u200b", ".", "\n", "，", "\ufe0f\u20e3", "　", "卡"])
def test_a_long_number_is_never_counted(digits: str, between: str) -> None:
    assert counted(between.join(digits)) is None
    assert counted(f"刷卡失败 {between.join(digits)} 怎么办") is None


def test_a_number_in_pieces_is_not_counted_whatever_stands_between() -> None:
    assert counted("卡号前面是62220212，后面是34567890") is None


def test_a_number_is_found_behind_the_part_that_is_kept() -> None:
    assert counted("长" * 195 + CARD) is None
    assert counted("长" * 3900 + " " * 95 + CARD) is None


@pytest.mark.parametrize(
    "typed",
    [
        "ABC 1380013800",
        "ABC1380013800",
        "138-001 3800 打不通",
        "138 001.3800",
        "（0755）8654 955",
        "86549551",
        "８６５４９５５１",
        "八六五四九五五一",
        "8654\u200b9551",
        "95516 8654955",
        "955168654",
        "me@example.com",
        "写给 me @ example.com",
        "ｍｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ],
)
def test_a_landline_and_an_e_mail_address_are_never_counted(typed: str) -> None:
    assert counted(typed) is None


@pytest.mark.parametrize("typed", ["95516 95588", "95516 或 95588", "10086 45", "95516 E324"])
def test_hotlines_pass(typed: str) -> None:
    assert counted(typed) is not None


@pytest.mark.parametrize("typed", ["E324", "45", "终端报E324，2024年6月", "123456", "手机@"])
def test_codes_and_dates_pass(typed: str) -> None:
    assert counted(typed) is not None


@pytest.mark.parametrize("typed", ["", "   ", "？！……", "😀😀", "\x00\x01", "\ud800"])
def test_what_asks_nothing_is_not_counted(typed: str) -> None:
    assert counted(typed) is None


@given(st.text(max_size=600))
def test_any_text_is_short_clean_and_without_long_numbers(typed: str) -> None:
    question = counted(typed)
    if question is None:
        return
    for part in question:
        assert 0 < len(part) <= 200
        assert part.isprintable()
        part.encode()
        assert sum(char.isdigit() for char in part) < 11
    assert normal_question(question.normal) == question.normal
