"""Telephone and card numbers in running text."""

import pytest

from kb.numbers_in_text import card_numbers, phone_numbers, speaks_of_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("打400-820-8820问", "4008208820"),
        ("4006 123 456", "4006123456"),
        ("４００－８２０－８８２０", "4008208820"),
        ("手机13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("拨95516转人工", "95516"),
        ("1010 8989", "10108989"),
        ("021-61234567", "02161234567"),
        ("（010）62345678", "01062345678"),
        ("投诉12363", "12363"),
    ],
)
def test_a_telephone_number_is_found(text: str, number: str) -> None:
    assert [found for found, _ in phone_numbers(text)] == [number]


@pytest.mark.parametrize(
    "text", ["12345元", "参考号 123456789012", "2026-11-25", "终端号12345678", "ISO 8583", "400次", "卡尾号××××95516"]
)
def test_other_digits_are_no_telephone_number(text: str) -> None:
    assert list(phone_numbers(text)) == []


@pytest.mark.parametrize(
    "text", ["6222021234567890128", "卡 4111 1111 1111 1111", "４１１１－１１１１－１１１１－１１１１"]
)
def test_a_card_number_is_found_in_any_spacing(text: str) -> None:
    assert len(list(card_numbers(text))) == 1


@pytest.mark.parametrize(
    "text",
    ["6222021234567890129", "IMEI 490154203237518", "9000000000000001"],
)
def test_digits_without_scheme_length_or_check_digit_are_none(text: str) -> None:
    assert list(card_numbers(text)) == []


def test_a_note_speaks_of_a_number_or_of_something_else() -> None:
    assert speaks_of_number("写95534", "95534")
    assert speaks_of_number("客服号码，单一来源", "95534")
    assert not speaks_of_number("首批牌照和续展日期", "95534")
