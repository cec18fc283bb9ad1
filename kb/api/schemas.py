"""What the API answers with. Texts that are not there are "", everything else that is not there is null."""

import datetime as dt
from typing import Literal

from ninja import Field, Schema

from kb.models.articles import ArticleKind, Who
from kb.models.codes import MoneyMoved, Responsible, Retry
from kb.models.publication import Confidence, Credibility
from kb.models.sources import SourceKind
from kb.search_store.interface import MOST_CANDIDATES

_URL = "Path of the page that people read, in Chinese."
_COUNT = "Length of the whole list."
_NEXT = "Path and query of the next stretch; null after the last."
_REVIEWED = "When a person last compared the entry with its sources."


class ErrorRecord(Schema):
    status: int = Field(description="The HTTP status again.")
    code: str = Field(description="The error in one word, for programs.")
    message: str
    parameter: str | None = Field(description="The parameter that is at fault, if one is.")
    remedy: str = Field(description="What to do about it.")


class ErrorAnswer(Schema):
    """Every error below /api/ has this shape."""

    error: ErrorRecord


class SystemRecord(Schema):
    slug: str
    name: str


class MoneyRecord(Schema):
    moved: MoneyMoved = Field(description="Whether the money has moved; show this before anything else.")
    note: str


class RetryRecord(Schema):
    advice: Retry = Field(description="Whether the payment may be tried again; `yes` only where no money has moved.")
    note: str


class SourceRecord(Schema):
    title: str
    publisher: str
    url: str | None = Field(description="null where we name a source without sending anybody there.")
    kind: SourceKind


class AccountRecord(Schema):
    """One source's statement. Accounts that contradict each other are all kept."""

    statement: str
    credibility: Credibility
    source: SourceRecord


class CauseRecord(Schema):
    slug: str
    name: str
    summary: str
    category: str
    weight: int = Field(description="1 to 100; only the comparison with the other causes of the code counts.")
    article: str | None = Field(description="Slug of the article that answers it.")
    url: str = Field(description=_URL)


class ArticleLink(Schema):
    slug: str
    title: str
    url: str = Field(description=_URL)


class CodeRecord(Schema):
    """One meaning, in one system."""

    slug: str
    strings: list[str] = Field(description="What the screen shows; a message without a code has none.")
    system: SystemRecord
    title: str
    screen_text: str
    meaning: str
    responsible: Responsible
    money: MoneyRecord
    retry: RetryRecord
    keep_selling: str = Field(description="How to keep selling meanwhile.")
    tell: str = Field(description="Whom to call and what to say.")
    confidence: Confidence
    confidence_note: str
    accounts: list[AccountRecord]
    causes: list[CauseRecord] = Field(description="Likeliest first.")
    articles: list[ArticleLink]
    url: str = Field(description=_URL)
    reviewed_on: dt.date | None = Field(description=_REVIEWED)
    updated_at: dt.datetime


class CodeList(Schema):
    items: list[CodeRecord]
    count: int = Field(description=_COUNT)
    next: str | None = Field(description=_NEXT)


class ArticleSummary(Schema):
    slug: str
    aliases: list[str] = Field(description="Other slugs that lead here.")
    title: str
    kind: ArticleKind
    summary: str
    who: Who = Field(description="Who can finish the work.")
    minutes: int | None = Field(description="Minutes that the shop's own part takes.")
    confidence: Confidence
    reviewed_on: dt.date | None = Field(description=_REVIEWED)
    updated_at: dt.datetime
    url: str = Field(description=_URL)


class ArticleList(Schema):
    items: list[ArticleSummary]
    count: int = Field(description=_COUNT)
    next: str | None = Field(description=_NEXT)


class CitedRecord(SourceRecord):
    credibility: Credibility
    notes: list[str] = Field(description="What it is cited for.")


class ArticleRecord(ArticleSummary):
    body_markdown: str = Field(description="What stands between `::: dont` and `:::` must not be done.")
    body_html: str = Field(description="The same, rendered and sanitised; links without a host lead to this site.")
    sources: list[CitedRecord]


class SearchHit(Schema):
    """An entry. The hub of a string with several meanings is a code without a system; `aliases` are its meanings."""

    type: Literal["code", "article", "guide"]
    slug: str
    title: str
    url: str = Field(description=_URL)
    code: str | None = Field(description="The code string, as the screen shows it.")
    system: str | None = Field(description="Slug of the code system.")
    aliases: list[str] = Field(description="Other slugs that this hit answers for.")


class SearchAnswer(Schema):
    items: list[SearchHit] = Field(description="A named code first, then entries by their words, best first.")
    count: int = Field(description=f"Number of hits; counted up to {MOST_CANDIDATES} and no further.")
    next: str | None = Field(description=_NEXT)
    unknown_codes: list[str] = Field(description="Codes in the question that nobody defines. Do not guess: say so.")
    near_codes: list[str] = Field(description="Codes that exist and differ from an unknown one by one sign.")
