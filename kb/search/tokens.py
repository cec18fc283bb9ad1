"""Cut text into the terms that the index holds: bigrams of Chinese, whole words of anything else.

Bigrams need no dictionary and find rare terms better than a segmenter does (DESIGN.md, section 9).
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable

_HAN = "㐀-鿿豈-﫿々〇"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+")
_MAX_TERM_LENGTH = 40

# Terms that nearly every question holds and that tell nothing apart.
STOP_TERMS = frozenset(
    "pos 什么 么意 意思 怎么 么办 是什 怎样 如何 为什 请问 问一 一下 出现 现在 机显 显示 "
    "the a an is what how to do my of on in and it".split()
)


def terms(text: str) -> tuple[str, ...]:
    """Terms of `text` in order, each once."""
    return tuple(dict.fromkeys(_iter_terms(text)))


def telling_terms(text: str) -> tuple[str, ...]:
    """Terms of a question without those that tell nothing; all of them when nothing else is left."""
    every = terms(text)
    return tuple(term for term in every if term not in STOP_TERMS) or every


def _iter_terms(text: str) -> Iterable[str]:
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii():
            yield run[:_MAX_TERM_LENGTH]
        elif len(run) == 1:
            yield run
        else:
            for left, right in itertools.pairwise(run):
                yield left + right
