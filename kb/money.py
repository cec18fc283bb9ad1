"""Money safety: the line that comes first on every page."""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.models.codes import ErrorCode, MoneyMoved, Retry

# Most cautious first: what several meanings of one string have in common is the strictest of them.
_RETRY_ORDER = (Retry.NO, Retry.AFTER_CHECK, Retry.AFTER_ACTION, Retry.YES)


@dataclass(frozen=True, slots=True)
class MoneySafety:
    """What `templates/components/_money_safety.html` shows."""

    money_moved: MoneyMoved
    retry: Retry
    money_note: str = ""
    retry_note: str = ""
    keep_selling: str = ""


def money_safety(code: ErrorCode) -> MoneySafety:
    return MoneySafety(
        MoneyMoved(code.money_moved), Retry(code.retry), code.money_note, code.retry_note, code.keep_selling
    )


def most_cautious(codes: Iterable[ErrorCode]) -> MoneySafety:
    """The advice that is safe whichever of `codes` is meant: until the meaning is known, only that may be said.

    Meanings that disagree on whether money moved make it unknown; "may have moved" never comes with "try again".
    """
    found = [money_safety(code) for code in codes]
    if not found:
        return GENERAL_RULE
    moved = {safety.money_moved for safety in found}
    money = moved.pop() if len(moved) == 1 else MoneyMoved.UNKNOWN
    retry = min((safety.retry for safety in found), key=_RETRY_ORDER.index)
    if money == MoneyMoved.UNKNOWN and retry in (Retry.YES, Retry.AFTER_ACTION):
        retry = Retry.AFTER_CHECK
    # A note explains its own meaning: beside several it would lead the others astray.
    notes = {(one.money_note, one.retry_note, one.keep_selling) for one in found}
    return MoneySafety(money, retry, *(notes.pop() if len(notes) == 1 else ()))


GENERAL_RULE = MoneySafety(MoneyMoved.UNKNOWN, Retry.AFTER_CHECK)
