"""Read a question: which codes does it name, whose terminal, and what is left to look for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.search.mentions import CodeMention, code_mentions
from kb.search.normalise import clean_query, plain
from kb.search.tokens import is_han, runs, terms
from kb.search.vocabulary import Span, Vocabulary, units

_MOST_CONCEPTS = 40  # of a pasted page, the beginning
_HOTLINE = 5  # figures: 95516 is looked for as it stands
_LONGEST_KEYWORD = 8  # terms: nine Chinese characters

# Amounts are so much money, whatever the sum: 扣了八百 and 扣了钱 are one fear.
_AMOUNT = re.compile(
    r"[0-9][0-9,]*(?:\.[0-9]+)?\s*(?:元|块钱|块|万|千|百)+"
    r"|[一二两三四五六七八九十]+[百千万][一二两三四五六七八九十百千零]*(?:元|块钱|块)?"
    r"|[一二两三四五六七八九十]+(?:元|块钱|块)"
)

# --- words ------------------------------------------------------------------------------------------------------------
# What stands in every question and tells nothing apart; longer ones first where one begins with another.
_FILLERS = re.compile(
    "|".join(
        """
        (?<![a-z])pos[se]?\\s*机子? (?<![a-z])pos(?![a-z]) 刷卡机 收款机 收银机 机具 这台机器 我家机器 我的机器 机器上面 机器上 机子 机器
        我们店里 我们店 店里 老板 师傅 你好 您好 请问一下 请问 问一下 求助 谢谢 麻烦 帮忙 帮我 急急急
        是什么意思呢? 什么意思 啥意思 什么原因 啥原因 原因有哪些 原因是什么 都有什么原因 的原因 是怎么回事儿? 怎么回事儿? 咋回事儿? 怎么办理业务 怎么办理
        要怎么办 该怎么办 怎么办 咋办 怎么处理 如何处理 怎么解决 如何解决 解决办法 解决方法 处理方法 处理办法 咋整 咋弄 怎么弄 怎么搞 怎么样
        究竟 到底 突然 老是 总是 一直 经常 有时候 的时候 时候 现在 刚才 刚刚 今天 昨天 为什么会 为什么 为何 为啥 怎么会 怎么 怎样 如何 咋 哪些 哪个
        会出现 出现 屏幕上 屏幕 上面 写着 显示器? 提示 弹出 跳出 是不是 有没有 能不能 可不可以 是否 可以 什么 啥
        但是 可是 不过 结果 发现 然后 因为 如果 或者 而且 还是 就是 之后 以后 已经 后来 但
        交易代码 错误代码 错误码 故障码 应答码 返回码 响应码 状态码 报错 代码
        """.split()
    )
)
#: Where a filler stood: nothing reaches across it.
_BREAK = " | "


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say a concept. `weight` (0–1): how surely it is meant; a synonym a little less than the word itself."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that a question asks for: the words typed first, then what else is said for them.

    `share` (0–1) is how much it counts. Two characters that only happen to stand side by side, the end of one word and the
    beginning of the next, count little.
    """

    alternatives: tuple[Alternative, ...]
    share: float = 1.0

    @property
    def terms(self) -> tuple[str, ...]:
        """What was typed."""
        return self.alternatives[0].terms


@dataclass(frozen=True)
class Question:
    """A question as understood: `text` cleaned, codes in the order they are named, what is left to look for.

    `phrases` are the words as they were typed, each a run of terms; `systems` and `acquirers` are slugs that it names.
    `literal` is a short question whole, with what seemed to tell nothing: 屏幕花屏 may be a title.
    """

    text: str
    codes: tuple[CodeMention, ...] = ()
    concepts: tuple[Concept, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    literal: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    acquirers: tuple[str, ...] = ()
    system_names: tuple[str, ...] = ()  # as they were typed

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def is_code_only(self) -> bool:
        """Whether the question is a code and nothing else: then its page is the answer."""
        return len(self.codes) == 1 and not self.concepts

    @cached_property
    def keyword(self) -> tuple[tuple[str, ...], ...]:
        """The question as one phrase, with the phrases that mean the same; empty when it is more than a few words."""
        if len(self.phrases) != 1 or len(self.phrases[0]) > _LONGEST_KEYWORD:
            return (self.literal,) if self.literal else ()
        typed = self.phrases[0]
        others = (one.terms for concept in self.concepts if concept.terms == typed for one in concept.alternatives)
        return tuple(dict.fromkeys((typed, *others)))


NO_WORDS = Vocabulary()


def understand(raw: str, vocabulary: Vocabulary = NO_WORDS) -> Question:
    """Understand what was typed. Any text gives a Question; nothing raises."""
    text = clean_query(raw)
    codes = tuple(
        one
        for one in code_mentions(text, vocabulary.makers)
        if not vocabulary.is_name(units(one.text))  # `VX520` names a terminal, 95516 a hotline
    )
    words = plain(_without(text, codes))
    literal = terms(words)
    concepts: list[Concept] = []
    phrases: list[tuple[str, ...]] = []
    systems: dict[str, str] = {}
    acquirers: dict[str, None] = {}
    for part in _FILLERS.sub(_BREAK, _AMOUNT.sub("钱", words)).split("|"):
        found = runs(part)
        places = _Places(found)
        systems.update(vocabulary.systems_in(places.units))
        named = vocabulary.acquirers_in(places.units)
        acquirers.update(dict.fromkeys(slug for _, _, slug in named))
        names = tuple(
            one for one in named if not "".join(places.units[one[0] : one[1]]).isdigit()
        )  # 95516 is looked for
        if codes:  # beside a code a system's name says whose it is, and is nothing to look for
            names += vocabulary.system_places(places.units)
        concepts += places.concepts(vocabulary.words_in(places.units), without=names)
        if rest := places.terms(without=names):
            phrases.append(rest)
    if not concepts and literal and not codes:  # nothing but words that are in every question
        concepts, phrases = [Concept((Alternative((term,)),)) for term in literal], [literal]
    # A number that is no code is an amount, a time, a count: its figures stand in texts by chance.
    concepts = [one for one in concepts if not _is_figure(one.terms)]
    phrases = [kept for one in phrases if (kept := tuple(term for term in one if not _is_figure((term,))))]
    if len(concepts) > 1:  # a single character beside words is what a filler left over
        concepts = [one for one in concepts if len(one.terms) > 1 or len(one.terms[0]) > 1] or concepts
        phrases = [one for one in phrases if len(one) > 1 or len(one[0]) > 1] or phrases
    return Question(
        text=text,
        codes=codes,
        concepts=tuple(_each_once(concepts))[:_MOST_CONCEPTS],
        phrases=tuple(phrases),
        literal=literal if not codes and len(literal) <= _LONGEST_KEYWORD and [literal] != phrases else (),
        systems=tuple(systems),
        system_names=tuple(systems.values()),
        acquirers=tuple(acquirers),
    )


def _is_figure(terms: tuple[str, ...]) -> bool:
    return len(terms) == 1 and terms[0].isdigit() and len(terms[0]) < _HOTLINE


def _without(text: str, codes: Sequence[CodeMention]) -> str:
    """`text` with a break in the place of each code."""
    for mention in sorted(codes, key=lambda one: -one.start):
        text = f"{text[: mention.start]}{_BREAK}{text[mention.end :]}"
    return text


class _Places:
    """The units of one stretch of a question, and which of them stand in one run."""

    def __init__(self, found: tuple[str, ...]) -> None:
        units: list[str] = []
        run_of: list[int] = []
        for number, run in enumerate(found):
            signs = run if is_han(run) else (run,)
            units.extend(signs)
            run_of.extend([number] * len(signs))
        self.units = tuple(units)
        self.run_of = run_of

    def terms(self, *, without: tuple[tuple[int, int, str], ...]) -> tuple[str, ...]:
        """Terms in reading order, those of the names in `without` left out."""
        return tuple(term for _, _, term in self._terms(without))

    def concepts(self, spans: tuple[Span, ...], *, without: tuple[tuple[int, int, str], ...]) -> Iterator[Concept]:
        """Known words with what else is said for them, and every other term by itself, in reading order."""
        at_start = {span.start: span for span in spans}
        inside = {place for span in spans for place in range(span.start, span.end - 1)}
        named = {place for start, end, _ in without for place in range(start, end)}
        across = {span.end - 1 for span in spans} | {span.start - 1 for span in spans}
        given = {start: term for start, _, term in self._terms(without)}
        for place in range(len(self.units)):
            if place in at_start and not named & set(range(place, at_start[place].end)):
                yield self._concept(at_start[place])
            if place in given and place not in inside and not (place in at_start and at_start[place].end == place + 1):
                yield Concept((Alternative((given[place],)),), _ACROSS if place in across else _NO_KNOWN_WORD)

    def _concept(self, span: Span) -> Concept:
        word = self.units[span.start : span.end]
        typed = tuple(term for start, end, term in self._terms(()) if span.start <= start and end <= span.end)
        others = (Alternative(other, _SYNONYM) for other in span.others if other and other != typed)
        return Concept((Alternative(typed or word), *others), _TELLS_LITTLE if span.tells_little else 1.0)

    def _terms(self, without: tuple[tuple[int, int, str], ...]) -> Iterator[tuple[int, int, str]]:
        """Start, end and text of each term; a term that touches a name is left out."""
        named = {place for start, end, _ in without for place in range(start, end)}
        last = len(self.units) - 1
        for place, unit in enumerate(self.units):
            if place in named:
                continue
            joins_next = place < last and self.run_of[place + 1] == self.run_of[place] and place + 1 not in named
            joins_last = place > 0 and self.run_of[place - 1] == self.run_of[place] and place - 1 not in named
            if not is_han(unit) or not (joins_next or joins_last):
                yield place, place + 1, unit
            elif joins_next:
                yield place, place + 2, unit + self.units[place + 1]


_SYNONYM = 0.85  # weight of a word that was not typed but means the same
# Shares of what is no word of the field's vocabulary.
_TELLS_LITTLE = 0.4  # a word of every other question: 失败, 交易
_NO_KNOWN_WORD = 0.7  # two characters of a stretch without known words: half of them are chance neighbours
_ACROSS = 0.2  # the end of a known word with the beginning of what follows


def _each_once(concepts: list[Concept]) -> Iterator[Concept]:
    seen = set()
    for concept in concepts:
        if concept.terms not in seen:
            seen.add(concept.terms)
            yield concept
