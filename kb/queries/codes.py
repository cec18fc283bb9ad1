"""Reads for the pages of codes. Four queries each, however many rows there are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.urls import reverse

from kb.models import (
    Account,
    CodeArticle,
    CodeCause,
    CodeString,
    CodeSystem,
    Disagreement,
    DisagreementPosition,
    ErrorCode,
)
from kb.models.publication import Status
from kb.money import MoneySafety, money_safety, most_cautious
from kb.next_steps import NextStep, next_steps
from kb.search.normalise import normal_code

CODES_PER_PAGE = 100

# Anything else in an address (blanks, NUL, emoji) names no entry and must not reach the database.
_SLUG = re.compile(r"[a-z0-9_-]{1,80}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning with every string it is shown under and its own address."""

    code: ErrorCode
    strings: tuple[CodeString, ...]
    url: str
    safety: MoneySafety
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What a meaning says on a point of contradiction, or a source on the page of its meaning; empty where it is silent."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class DisagreementRow:
    """A point of contradiction with its sides: the meanings of a string, or the accounts of one meaning."""

    topic: str
    advice: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class CauseLine:
    slug: str
    name: str
    summary: str
    category: str
    article: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class ArticleLine:
    slug: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class CodeHub:
    """Everything a string can mean: at least two meanings."""

    text: str
    normal: str
    meanings: tuple[Meaning, ...]
    disagreements: tuple[DisagreementRow, ...]
    safety: MoneySafety
    next_steps: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True)
class ErrorCodePage:
    meaning: Meaning
    others: tuple[Meaning, ...]
    causes: tuple[CauseLine, ...] = ()
    articles: tuple[ArticleLine, ...] = ()
    disagreements: tuple[DisagreementRow, ...] = ()
    next_steps: tuple[NextStep, ...] = ()


@dataclass(slots=True)
class _Found:
    code: ErrorCode
    strings: list[CodeString] = field(default_factory=list)


def is_slug(text: str) -> bool:
    """Whether `text` can be the slug of a code or a system."""
    return _SLUG.fullmatch(text) is not None


def by_confidence(code: ErrorCode) -> tuple[int, str]:
    """A key that sorts meanings of one string: surest first, then by slug."""
    return {"confirmed": 0, "likely": 1, "unverified": 2}[code.confidence], code.slug


def meanings_of(normal: str) -> tuple[Meaning, ...]:
    """Published meanings of a string's normal form, surest first. One query."""
    rows = (
        CodeString.objects.filter(code__strings__normal=normal, code__status=Status.PUBLISHED)
        .select_related("code__system")
        .order_by("position", "pk")
    )
    return _meanings(rows, shared=normal)


def meaning_by_slug(slug: str) -> tuple[Meaning | None, str]:
    """The published meaning `slug` and the normal form of its first string ("" without one). One query.

    The meaning comes without its strings: where there are any, its page stands under them.
    """
    strings = CodeString.objects.filter(code=OuterRef("pk")).order_by("position", "pk").values("normal")
    codes = ErrorCode.objects.published().filter(slug=slug).select_related("system")
    code = codes.annotate(first_string=Subquery(strings[:1])).first()
    if code is None:
        return None, ""
    meaning = Meaning(code=code, strings=(), url=reverse("code", args=[code.slug]), safety=money_safety(code))
    return meaning, code.first_string or ""


def code_hub(normal: str, meanings: Sequence[Meaning]) -> CodeHub:
    """The page of a string with several meanings. Two queries besides those of its next steps."""
    accounts = _accounts([meaning.code.pk for meaning in meanings])
    by_code: dict[int, list[Account]] = {}
    for account in accounts:
        by_code.setdefault(account.code_id, []).append(account)
    speaking = [(one.code.title, by_code[one.code.pk]) for one in meanings if by_code.get(one.code.pk)]
    return CodeHub(
        text=_text_of(normal, meanings[0].strings),
        normal=normal,
        meanings=tuple(
            Meaning(
                code=meaning.code,
                strings=meaning.strings,
                url=meaning.url,
                safety=meaning.safety,
                accounts=tuple(by_code.get(meaning.code.pk, ())),
            )
            for meaning in meanings
        ),
        disagreements=_between_meanings(normal, speaking),
        safety=most_cautious(meaning.code for meaning in meanings),
        next_steps=next_steps([normal, *(normal_code(meaning.code.slug) for meaning in meanings)]),
    )


def error_code_page(meaning: Meaning, others: Sequence[Meaning]) -> ErrorCodePage:
    """One meaning in full. Two queries besides those of its next steps."""
    causes, articles = _causes_and_articles(meaning.code)
    accounts, disagreements = _accounts_and_disagreements(meaning.code)
    keys = [normal_code(meaning.code.slug), *(string.normal for string in meaning.strings)]
    return ErrorCodePage(
        meaning=Meaning(
            code=meaning.code,
            strings=meaning.strings,
            url=meaning.url,
            safety=meaning.safety,
            accounts=accounts,
        ),
        others=tuple(others),
        causes=causes,
        articles=articles,
        disagreements=disagreements,
        next_steps=next_steps(keys),
    )


@dataclass(frozen=True, slots=True)
class CodeList:
    page: "Page[ErrorCode]"
    systems: tuple[CodeSystem, ...]
    system: CodeSystem | None


def code_list(*, system: str, page: str) -> CodeList:
    """Published codes of one system or of all, `CODES_PER_PAGE` a page. An unknown system or page gives the first."""
    systems = tuple(CodeSystem.objects.filter(codes__status=Status.PUBLISHED).distinct().order_by("slug"))
    chosen = next((known for known in systems if known.slug == system), None)
    codes = ErrorCode.objects.published().select_related("system").prefetch_related("strings").order_by("slug")
    if chosen is not None:
        codes = codes.filter(system=chosen)
    return CodeList(page=Paginator(codes, CODES_PER_PAGE).get_page(page), systems=systems, system=chosen)


def _meanings(rows: Iterable[CodeString], *, shared: str) -> tuple[Meaning, ...]:
    found: dict[int, _Found] = {}
    for row in rows:
        found.setdefault(row.code_id, _Found(row.code)).strings.append(row)
    chosen = sorted(found.values(), key=lambda one: by_confidence(one.code))
    several = len(chosen) > 1
    return tuple(
        Meaning(
            code=one.code,
            strings=tuple(one.strings),
            url=reverse("code-meaning", args=[shared, one.code.slug]) if several else reverse("code", args=[shared]),
            safety=money_safety(one.code),
        )
        for one in chosen
    )


def _accounts(codes: Sequence[int]) -> list[Account]:
    return list(Account.objects.filter(code__in=codes).select_related("source").order_by("code", "position", "pk"))


def _between_meanings(normal: str, speaking: Sequence[tuple[str, Sequence[Account]]]) -> tuple[DisagreementRow, ...]:
    """On what the meanings of a string contradict each other; `speaking` are their titles and accounts. One query.

    A point on which the accounts of one meaning differ among themselves stands on that meaning's page.
    """
    rows = DisagreementPosition.objects.filter(disagreement__normal=normal).select_related("disagreement")
    says: dict[Disagreement, dict[int, str]] = {}
    for row in rows.order_by("disagreement__position", "disagreement__pk"):
        says.setdefault(row.disagreement, {})[row.account_id] = row.says
    return tuple(
        DisagreementRow(point.topic, point.advice, _sides_of_meanings(speaking, said))
        for point, said in says.items()
        if not any(said.keys() <= {account.pk for account in accounts} for _, accounts in speaking) or len(said) == 1
    )


def _sides_of_meanings(speaking: Sequence[tuple[str, Sequence[Account]]], said: Mapping[int, str]) -> tuple[Side, ...]:
    return tuple(
        Side(title, next((said[account.pk] for account in accounts if account.pk in said), ""))
        for title, accounts in speaking
    )


def _accounts_and_disagreements(code: ErrorCode) -> tuple[tuple[Account, ...], tuple[DisagreementRow, ...]]:
    """A meaning's accounts, and on what they contradict each other. One query: a row for each position of an account."""
    point = "disagreement_positions__disagreement"
    rows = Account.objects.filter(code=code).select_related("source").order_by("position", "pk")
    rows = rows.annotate(
        point=F(point), topic=F(f"{point}__topic"), advice=F(f"{point}__advice"), place=F(f"{point}__position"),
        says=F("disagreement_positions__says"),
    )  # fmt: skip
    accounts: dict[int, Account] = {}
    sides: dict[tuple[int, int, str, str], list[Side]] = {}
    for row in rows:
        accounts.setdefault(row.pk, row)
        if row.point is not None:
            key = (row.place, row.point, row.topic, row.advice)
            sides.setdefault(key, []).append(Side(row.source.title, row.says))
    points = (
        DisagreementRow(topic, advice, tuple(said))
        for (_, _, topic, advice), said in sorted(sides.items(), key=lambda item: item[0][:2])
        if len(said) > 1  # one side only: the other is another meaning's, and the string's own page has both
    )
    return tuple(accounts.values()), tuple(points)


def _causes_and_articles(code: ErrorCode) -> tuple[tuple[CauseLine, ...], tuple[ArticleLine, ...]]:
    """Both in one query: a union of rows of the same shape, told apart by their first column."""
    none = Value(None, output_field=CharField(null=True))
    causes = CodeCause.objects.filter(code=code, cause__status=Status.PUBLISHED).values_list(
        Value("cause"), "weight", "cause__slug", "cause__name", "cause__summary", "cause__category__name",
        "cause__article__slug", "cause__article__status",
    )  # fmt: skip
    articles = CodeArticle.objects.filter(code=code, article__status=Status.PUBLISHED).values_list(
        Value("article"), F("position"), "article__slug", "article__title", "article__summary", none, none, none
    )  # fmt: skip
    rows = list(causes.order_by().union(articles.order_by(), all=True))
    cause_lines = [
        CauseLine(slug, name, summary, category, article if status == Status.PUBLISHED else None, weight)
        for kind, weight, slug, name, summary, category, article, status in rows
        if kind == "cause"
    ]
    article_lines = [(row[1], ArticleLine(row[2], row[3], row[4])) for row in rows if row[0] == "article"]
    return (
        tuple(sorted(cause_lines, key=lambda line: (-line.weight, line.slug))),
        tuple(line for _, line in sorted(article_lines, key=lambda pair: (pair[0], pair[1].slug))),
    )


def _text_of(normal: str, strings: Sequence[CodeString]) -> str:
    return next((string.text for string in strings if string.normal == normal), normal)
