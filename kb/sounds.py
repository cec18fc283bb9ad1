"""How Chinese words sound: what an input method offers for the same keys is what gets mistyped."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from kb.search.tokens import is_han

# Endings and beginnings that many speakers, and so many typists, do not tell apart.
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FOLDED_ENDINGS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def sound(term: str) -> str:
    """The syllables of a Chinese term without tones, `chong zheng` and `cong zen` folded into one; "" for any other.

    Each character by itself: its commonest reading, the same in a word and in its mistyped double.
    """
    if not term or not is_han(term):
        return ""
    return " ".join(map(_syllable, term))[:40]


@lru_cache(maxsize=20_000)
def _syllable(char: str) -> str:
    syllable = lazy_pinyin(char, style=Style.NORMAL)[0]
    for long, short in _FOLDED:
        if syllable.startswith(long):
            syllable = short + syllable.removeprefix(long)
    for long, short in _FOLDED_ENDINGS:
        if syllable.endswith(long):
            syllable = syllable.removesuffix(long) + short
    return syllable
