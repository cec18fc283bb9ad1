"""Reads for the pages of those a merchant can call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pypinyin import lazy_pinyin

from kb.models import Acquirer, Citation
from kb.models.acquirers import AcquirerRole, HotlineConfidence
from kb.numbers_in_text import digits_of, speaks_of_number
from kb.queries.articles import CitedSource, by_source

# What to say on the phone, in the language of whoever picks it up.
WORDS_TO_SAY: Final[Mapping[str, str]] = {
    AcquirerRole.ACQUIRER: (
        "“我的商户号××，终端号××，几点几分收××元，参考号××，屏幕完整显示××。请先查这一笔成没成功，再告诉我怎么办。请给我工单号，几时回复？”"
    ),
    AcquirerRole.CLEARING: (
        "“我是商户，收单机构是××。几点几分有一笔××元的跨行交易，顾客说扣了，收单机构说没收到，参考号××。请问这一笔怎么查？”"
    ),
    AcquirerRole.REGULATOR: "“我要投诉××公司：商户号××，哪天因为什么事找过它，工单号××，到今天没有答复（没有处理）。”",
}


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number that may be shown. Only a reliable one may be dialled from the page; `told_by` say where any other is from."""

    number: str
    is_reliable: bool
    told_by: tuple[CitedSource, ...] = ()

    @property
    def digits(self) -> str:
        return digits_of(self.number)


@dataclass(frozen=True, slots=True)
class AcquirerList:
    """Acquirers by their sound, and those that people take for one."""

    acquirers: tuple[Acquirer, ...]
    others: tuple[Acquirer, ...]
    words: str = WORDS_TO_SAY[AcquirerRole.ACQUIRER]


@dataclass(frozen=True, slots=True)
class AcquirerPage:
    acquirer: Acquirer
    hotline: Hotline | None
    sources: tuple[CitedSource, ...]
    words: str

    @property
    def is_acquirer(self) -> bool:
        return self.acquirer.role == AcquirerRole.ACQUIRER


def acquirer_list() -> AcquirerList:
    """Published ones. One query."""
    rows = sorted(Acquirer.objects.published(), key=lambda row: (lazy_pinyin(row.brand), row.slug))
    return AcquirerList(
        acquirers=tuple(row for row in rows if row.role == AcquirerRole.ACQUIRER),
        others=tuple(row for row in rows if row.role != AcquirerRole.ACQUIRER),
    )


def acquirer_page(slug: str) -> AcquirerPage:
    """A published acquirer, the number that may be shown of it, and its sources. Two queries.

    Raises:
        Acquirer.DoesNotExist: there is none, or it is a draft.
    """
    acquirer = Acquirer.objects.published().get(slug=slug)
    citations = list(Citation.objects.filter(acquirer=acquirer).select_related("source").order_by("position", "pk"))
    return AcquirerPage(
        acquirer=acquirer,
        hotline=_hotline(acquirer, citations),
        sources=by_source(citations),
        words=WORDS_TO_SAY[acquirer.role],
    )


def _hotline(acquirer: Acquirer, citations: Iterable[Citation]) -> Hotline | None:
    """None where there is no number, or none that may be shown."""
    if not acquirer.hotline or acquirer.hotline_confidence == HotlineConfidence.NOT_LISTED:
        return None
    is_reliable = acquirer.hotline_confidence == HotlineConfidence.RELIABLE
    citations = list(citations)
    telling = [one for one in citations if speaks_of_number(one.note, acquirer.hotline)]
    return Hotline(acquirer.hotline, is_reliable, by_source(telling or citations))
