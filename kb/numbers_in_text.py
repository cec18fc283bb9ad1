"""Telephone and card numbers in running text. Plain Python."""

import re
from collections.abc import Iterator

_PHONE = re.compile(
    r"(?<![\d.×*xX#/=-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[48]00(?:[ -]?\d){7}|95\d{3,6}|96\d{3,4}|12[13]\d\d|100\d\d|1010[ -]?\d{4}"
    r"|0\d{2,3}[ -]\d{7,8}|[(（]0\d{2,3}[)）][ -]?\d{7,8})(?![\d×*])(?!\s*(?:元|块|笔|次|万|个|年|人))"
)
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_OF_HOTLINES = re.compile(r"号码|热线|客服电话|客服号|hotline")
# First digits and lengths of the schemes that shops meet. An IMEI has a check digit too, but 15 digits.
_CARD = re.compile(
    r"6(?:2\d{14,17}|0\d{14})|81\d{14,17}|955\d{13,16}|4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|35\d{14,17}|3[47]\d{13}"
)


def phone_numbers(text: str) -> Iterator[tuple[str, int]]:
    """Telephone numbers in `text`, digits only, each with its place. A full-width digit is a digit."""
    for found in _PHONE.finditer(_half_width(text)):
        yield digits_of(found[0]), found.start()


def card_numbers(text: str) -> Iterator[int]:
    """Places of digits that look like a card number: a scheme's first digits and length, and the right check digit."""
    for found in _DIGITS.finditer(_half_width(text)):
        number = digits_of(found[0])
        if _CARD.fullmatch(number) and _has_check_digit(number):
            yield found.start()


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def speaks_of_number(note: str, number: str) -> bool:
    """Whether a citation's note is on a hotline (that `number`, or where it stands) rather than on anything else."""
    return digits_of(number) in digits_of(note) or bool(_OF_HOTLINES.search(note))


def _half_width(text: str) -> str:
    """Full-width digits as half-width ones: the length stays, so that places do."""
    return text.translate(_HALF_WIDTH)


_HALF_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {ord("－"): ord("-"), ord("　"): ord(" ")}


def _has_check_digit(number: str) -> bool:
    """Luhn's (ISO/IEC 7812-1, annex B)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (doubled + sum(map(int, number[-1::-2]))) % 10 == 0
