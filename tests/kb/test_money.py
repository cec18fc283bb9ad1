"""The advice that is safe whichever meaning is right."""

import itertools

import pytest

from kb.models import ErrorCode
from kb.models.codes import MoneyMoved, Retry
from kb.money import GENERAL_RULE, most_cautious


def a_code(money: str, retry: str) -> ErrorCode:
    return ErrorCode(money_moved=money, retry=retry)


def test_meanings_that_disagree_make_the_money_unknown() -> None:
    safety = most_cautious([a_code("no", "yes"), a_code("yes", "no")])
    assert (safety.money_moved, safety.retry) == (MoneyMoved.UNKNOWN, Retry.NO)


def test_one_meaning_keeps_its_own_advice() -> None:
    safety = most_cautious([a_code("no", "after_action")])
    assert (safety.money_moved, safety.retry) == (MoneyMoved.NO, Retry.AFTER_ACTION)


def test_a_note_never_stands_beside_another_meaning_s_verdict() -> None:
    lax = ErrorCode(money_moved="unknown", retry="after_action", retry_note="换卡后马上再试")
    strict = ErrorCode(money_moved="no", retry="no", money_note="没有扣款")
    safety = most_cautious([lax, strict])
    assert (safety.money_moved, safety.retry) == (MoneyMoved.UNKNOWN, Retry.NO)
    assert (safety.money_note, safety.retry_note) == ("", "")


def test_a_note_that_belongs_to_one_of_several_meanings_is_left_to_its_own_page() -> None:
    same = {"money_moved": "unknown", "retry": "after_check"}
    safety = most_cautious([ErrorCode(**same, money_note="只有挥卡时这样"), ErrorCode(**same, money_note="看不出来")])
    assert safety.money_note == ""
    assert (
        most_cautious([ErrorCode(**same, money_note="一样"), ErrorCode(**same, money_note="一样")]).money_note == "一样"
    )


def test_no_meaning_gives_the_general_rule() -> None:
    assert most_cautious([]) == GENERAL_RULE


@pytest.mark.parametrize("pair", list(itertools.product(itertools.product(MoneyMoved, Retry), repeat=2)))
def test_unknown_money_is_never_simply_retried(pair: tuple[tuple[str, str], tuple[str, str]]) -> None:
    safety = most_cautious([a_code(*pair[0]), a_code(*pair[1])])
    assert (safety.money_moved, safety.retry) != (MoneyMoved.UNKNOWN, Retry.YES)
    # Never laxer than the strictest of the two.
    assert not (Retry.NO in {pair[0][1], pair[1][1]} and safety.retry != Retry.NO)
