"""Cut text into the terms that the index holds: bigrams of Chinese, whole words of anything else.

Bigrams need no dictionary and find rare terms better than a segmenter does (DESIGN.md, section 9).
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from kb.search.normalise import plain

_HAN = "㐀-鿿豈-﫿々〇"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+")
_MAX_TERM_LENGTH = 40
#: Stands between two parts of a document, so that no phrase reaches from one into the next.
SEPARATOR = "0x0"

# What comes and goes without changing the sense: 没电了, 扣了钱, 没到我账. Taken out of texts and of questions alike.
_PARTICLES = dict.fromkeys(map(ord, "了的吗呢啊呀嘛吧啦哦哈么我你您咱们"))
# Ways to say "not", each for one: whether 没有到账, 还没到账 or 没到账, it is the same question.
_SAME = (("还没有", "没"), ("没有", "没"), ("还没", "没"), ("无法", "不能"), ("没法", "不能"), ("没办法", "不能"))
# Endings of English words, longest first: `tampered`, `tampering`, `cards` are looked for as one.
_ENDINGS = ("ing", "ed", "es", "s")
_SHORTEST_STEM = 3

#: English words that stand in every question and tell nothing apart.
STOP_WORDS = frozenset(
    "a about after am an and any are as at be been but by can could did do does doing for from get gets got had has have how"
    " i if in into is isn it its just m machine me mean means message my of on or our please s said say saying says screen"
    " should show showing shows so t that the them then there these they this to try up us ve want was we were what when"
    " where which while who why will with would you your".split()
)


def terms(text: str) -> tuple[str, ...]:
    """Terms of `text` in reading order; a term that comes twice stands twice."""
    return tuple(_iter_terms(text))


def document(parts: Iterable[str]) -> str:
    """The terms of several texts as one string, a blank between two terms and `SEPARATOR` between two texts."""
    cut = (" ".join(terms(part)) for part in parts)
    return f" {SEPARATOR} ".join(dict.fromkeys(part for part in cut if part))


def is_han(term: str) -> bool:
    return not term[:1].isascii()


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a field that holds one a line, each once, in order."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def without_particles(text: str) -> str:
    """`text`, in its plain form, without the particles that terms leave out, and with one way to say "not"."""
    for said, meant in _SAME:
        text = text.replace(said, meant)
    return text.translate(_PARTICLES)


def stem(word: str) -> str:
    """An English word without the ending of a plural or a past; digits and short words stay as they are."""
    if word.endswith("ss") or any(char.isdigit() for char in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            cut = word.removesuffix(ending)
            return cut[:-1] if len(cut) > _SHORTEST_STEM and cut[-1] == cut[-2] and ending in {"ing", "ed"} else cut
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word


def runs(text: str) -> tuple[str, ...]:
    """Stretches of Chinese, and stems of other words, in reading order; what tells nothing is left out."""
    found = _RUN.findall(without_particles(plain(text)))
    return tuple(run if is_han(run) else stem(run)[:_MAX_TERM_LENGTH] for run in found if run not in STOP_WORDS)


def _iter_terms(text: str) -> Iterator[str]:
    for run in runs(text):
        if len(run) == 1 or not is_han(run):
            yield run
        else:
            yield from map("".join, itertools.pairwise(run))
