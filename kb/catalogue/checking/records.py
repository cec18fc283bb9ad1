"""What an entry lacks, or names without its being there."""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import date, timedelta

from django.db.models import TextChoices

from kb.catalogue.checking.entries import GuideContent, phrases_of, place_of
from kb.catalogue.checking.known import Known
from kb.catalogue.checking.problems import ContentProblem, make_problem
from kb.catalogue.reading import Catalogue, Record
from kb.editorial import FindingKind, article_warnings
from kb.models.acquirers import AcquirerRole, HotlineConfidence
from kb.models.articles import ArticleKind, Who
from kb.models.codes import MoneyMoved, Responsible, Retry
from kb.models.publication import Confidence, Credibility
from kb.models.sources import SourceKind
from kb.numbers_in_text import speaks_of_number
from kb.search.normalise import normal_code

LONGEST_REVIEW = timedelta(days=400)
LONGEST_PHRASE = 40  # characters
MOST_SHARED = 5  # entries that a phrase may stand on

_NEEDED_TEXTS = ("money_note", "retry_note", "tell")


# Fields that take one of a few values. A form and the database hold rows to them; a file may say anything.
_CHOICES: Mapping[str, Mapping[str, type[TextChoices]]] = {
    "source": {"kind": SourceKind, "credibility": Credibility},
    "code": {"responsible": Responsible, "money_moved": MoneyMoved, "retry": Retry, "confidence": Confidence},
    "account": {"credibility": Credibility},
    "article": {"kind": ArticleKind, "who": Who, "confidence": Confidence},
    "acquirer": {"role": AcquirerRole, "hotline_confidence": HotlineConfidence},
}


def choice_problems(kind: str, record: Record, *, owner: Record | None = None) -> Iterator[ContentProblem]:
    """Values that no form would offer; `owner` is the code of an account."""
    for key, choices in _CHOICES[kind].items():
        value = record.values.get(key)
        if value is not None and value not in choices.values:
            place = place_of("code" if owner else kind, record, key, owner=owner)
            yield make_problem("C019", place, value=str(value), known=", ".join(choices.values))


def code_problems(code: Record, known: Known, today: date) -> Iterator[ContentProblem]:
    yield from choice_problems("code", code)
    yield from _unknown("code", code, "system", known.systems)
    for key in _NEEDED_TEXTS:
        if not str(code[key]).strip():
            yield make_problem("C010", place_of("code", code, key))
    if code["money_moved"] != "no" and code["retry"] == "yes":
        money = "may have moved" if code["money_moved"] == "unknown" else "has moved"
        yield make_problem("C012", place_of("code", code, "retry"), money=money)
    yield from _accounts(code, known)
    for row in code["causes"]:
        if row["cause"] not in known.causes:
            yield make_problem("C004", place_of("code", row, "cause", owner=code), kind="cause", slug=row["cause"])
    yield from _next_steps(code, known)
    yield from _review("code", code, today)


def article_problems(article: Record, known: Known, today: date) -> Iterator[ContentProblem]:
    yield from choice_problems("article", article)
    yield from _citations("article", article, known)
    yield from _review("article", article, today)
    for finding in article_warnings(article["kind"], article["body"]):
        place = place_of("article", article, "body", "text")
        match finding.kind:
            case FindingKind.OPEN_BLOCK:
                yield make_problem("C018", place)
            case FindingKind.MISSING_HEADING | FindingKind.HEADING_ORDER:
                yield make_problem("C104", place, finding=finding.text)
            case FindingKind.PICTURE_WITHOUT_WORDS:
                yield make_problem("C105", place, finding=finding.text)
            case _:
                pass  # forbidden sentences are looked for in every text, with their lines


def cause_problems(cause: Record, known: Known) -> Iterator[ContentProblem]:
    yield from _unknown("cause", cause, "category", known.categories)
    if not cause["article"]:
        yield make_problem("C013", place_of("cause", cause))
    else:
        yield from _unknown("cause", cause, "article", known.articles)


def acquirer_problems(acquirer: Record, known: Known, today: date) -> Iterator[ContentProblem]:
    yield from choice_problems("acquirer", acquirer)
    yield from _citations("acquirer", acquirer, known)
    yield from _review("acquirer", acquirer, today)
    if not _is_day(str(acquirer["standing_as_of"])):
        yield make_problem(
            "C032", place_of("acquirer", acquirer, "standing_as_of"), value=str(acquirer["standing_as_of"])
        )
    confidence, number = acquirer["hotline_confidence"], acquirer["hotline"]
    place = place_of("acquirer", acquirer, "hotline")
    if confidence == "not-listed" and number:
        yield make_problem("C014", place, number=number)
    if confidence != "not-listed" and not number:
        yield make_problem("C106", place, confidence=confidence)
    if confidence == "reliable" and number and not _has_credible_source(acquirer, known):
        yield make_problem("C015", place)


def _has_credible_source(acquirer: Record, known: Known) -> bool:
    """Whether its number stands on a page that can be believed; a page on its licence proves no number."""
    telling = [one for one in acquirer["sources"] if speaks_of_number(one["note"], acquirer["hotline"])]
    return any(known.sources.get(one["source"]) in {"high", "medium"} for one in telling or acquirer["sources"])


def disagreement_problems(point: Record, known: Known) -> Iterator[ContentProblem]:
    for row in point["positions"]:
        if row["account"] not in known.accounts:
            place = place_of("disagreement", row, "account", owner=point)
            yield make_problem("C004", place, kind="account", slug=row["account"])


def guide_problems(guide: GuideContent, known: Known) -> Iterator[ContentProblem]:
    for place, slug in guide.articles:
        if slug not in known.articles:
            yield make_problem("C004", place, kind="article", slug=slug)
    known_codes = known.strings | {normal_code(slug) for slug in known.codes}
    for code in guide.codes:
        # Words of a screen need no entry: the search finds the guide by them.
        if code.isascii() and normal_code(code) not in known_codes:
            yield make_problem("C107", guide.place, code=code)


def phrase_problems(catalogue: Catalogue) -> Iterator[ContentProblem]:
    """Of the phrases that people type: too long to be typed, or on so many entries that they tell none apart."""
    entries = [("code", one) for one in catalogue.codes] + [("article", one) for one in catalogue.articles]
    phrases = [found for kind, record in entries for found in phrases_of(kind, record)]
    for place, phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            yield make_problem("C102", place, phrase=phrase, count=len(phrase), limit=LONGEST_PHRASE)
    owners: dict[str, dict[str, None]] = {}
    for place, phrase in phrases:
        owners.setdefault(_spoken(phrase), {})[place.entry] = None
    told: set[str] = set()
    for place, phrase in phrases:
        shared = owners[_spoken(phrase)]
        if len(shared) > MOST_SHARED and _spoken(phrase) not in told:
            told.add(_spoken(phrase))
            yield make_problem("C103", place, phrase=phrase, count=len(shared), limit=MOST_SHARED)


def _spoken(phrase: str) -> str:
    return "".join(phrase.split()).casefold()


def _accounts(code: Record, known: Known) -> Iterator[ContentProblem]:
    if not code["accounts"]:
        yield make_problem("C006", place_of("code", code, "accounts"))
    for row in code["accounts"]:
        yield from choice_problems("account", row, owner=code)
        if row["source"] not in known.sources:
            place = place_of("code", row, "source", f"account {row['key']}", owner=code)
            yield make_problem("C005", place, slug=row["source"])
    own = {row["key"] for row in code["accounts"]}
    for row in code["causes"]:
        if row["account"] and row["account"] not in own:
            place = place_of("code", row, "account", f"cause {row['cause']}", owner=code)
            yield make_problem("C004", place, kind="account", slug=row["account"])


def _next_steps(code: Record, known: Known) -> Iterator[ContentProblem]:
    place = place_of("code", code, "articles")
    for slug in code["articles"]:
        if slug not in known.articles:
            yield make_problem("C004", place, kind="article", slug=slug)
    articles = [slug for slug in code["articles"] if slug in known.articles]
    keys = {normal_code(code["slug"]), *map(normal_code, code["strings"])}
    has_guide = bool(keys & known.guide_codes)
    if not articles and not has_guide:
        yield make_problem("C008", place)
    elif code["money_moved"] == "unknown" and not has_guide:
        yield make_problem("C108", place)
    if articles and code["money_moved"] == "unknown" and known.articles[articles[0]] != "money-safety":
        yield make_problem("C009", place, slug=articles[0])


def _citations(kind: str, record: Record, known: Known) -> Iterator[ContentProblem]:
    if not record["sources"]:
        yield make_problem("C007", place_of(kind, record, "sources"))
    for row in record["sources"]:
        if row["source"] not in known.sources:
            yield make_problem("C005", place_of(kind, row, "source", "sources", owner=record), slug=row["source"])


def _review(kind: str, record: Record, today: date) -> Iterator[ContentProblem]:
    day = record["reviewed_on"]
    place = place_of(kind, record, "reviewed_on")
    if not isinstance(day, date):
        yield make_problem("C011", place)
    elif day > today:
        yield make_problem("C031", place, day=day.isoformat())
    elif today - day > LONGEST_REVIEW:
        yield make_problem("C101", place, day=day.isoformat(), limit=LONGEST_REVIEW.days)


def _is_day(text: str) -> bool:
    """Whether `text` is a year, a month or a day: 2026, 2026-05, 2026-05-02."""
    if not re.fullmatch(r"\d{4}(?:-\d\d){0,2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])
    except ValueError:
        return False
    return True


def _unknown(kind: str, record: Record, key: str, known: Container[str]) -> Iterator[ContentProblem]:
    if record[key] not in known:
        yield make_problem("C004", place_of(kind, record, key), kind=key, slug=record[key])
