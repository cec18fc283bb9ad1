"""Everything that is wrong with the content, from files or from the database alike. Asks no database itself."""

from collections.abc import Iterator, Sequence
from datetime import date

from kb.catalogue.checking.entries import GuideContent, entries_of
from kb.catalogue.checking.known import Known
from kb.catalogue.checking.problems import ContentProblem, Place, make_problem
from kb.catalogue.checking.records import (
    acquirer_problems,
    article_problems,
    cause_problems,
    choice_problems,
    code_problems,
    disagreement_problems,
    guide_problems,
    phrase_problems,
)
from kb.catalogue.checking.texts import text_problems
from kb.catalogue.reading import Catalogue, MalformedCatalogue


def content_problems(
    catalogue: Catalogue, guides: Sequence[GuideContent], *, today: date
) -> tuple[ContentProblem, ...]:
    """All problems, in the order of their places."""
    found = _problems(catalogue, guides, today)
    return tuple(sorted(found, key=lambda one: (one.place.file, one.place.line, one.place.entry, one.kind.id)))


def file_problems(error: MalformedCatalogue) -> tuple[ContentProblem, ...]:
    """The mistakes for which files could not be read at all, as problems like the others."""
    return tuple(
        make_problem("C001", Place(entry=one.place, file=one.file), reason=one.message.rstrip("."))
        for one in error.problems
    )


def _problems(catalogue: Catalogue, guides: Sequence[GuideContent], today: date) -> Iterator[ContentProblem]:
    known = Known.of(catalogue, guides)
    for source in catalogue.sources:
        yield from choice_problems("source", source)
    for code in catalogue.codes:
        yield from code_problems(code, known, today)
    for article in catalogue.articles:
        yield from article_problems(article, known, today)
    for cause in catalogue.causes:
        yield from cause_problems(cause, known)
    for acquirer in catalogue.acquirers:
        yield from acquirer_problems(acquirer, known, today)
    for point in catalogue.disagreements:
        yield from disagreement_problems(point, known)
    for guide in guides:
        yield from guide_problems(guide, known)
    for entry in entries_of(catalogue, guides):
        yield from text_problems(entry, known)
    yield from phrase_problems(catalogue)
