"""The table of traditional characters is what OpenCC says, and both halves fit."""

from kb.search.normalise import plain
from kb.search.traditional import SIMPLIFIED, TRADITIONAL
from tools.make_traditional import MODULE, module


def test_the_committed_table_is_the_made_one() -> None:
    assert MODULE.read_text(encoding="utf-8") == module()


def test_every_traditional_character_has_its_simplified_one() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))


def test_traditional_text_is_compared_as_simplified() -> None:
    assert plain("簽到失敗，錢沒有到帳") == plain("签到失败，钱没有到帐") == "签到失败,钱没有到账"
