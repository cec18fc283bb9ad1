"""What is wrong with a text, wherever it stands: forbidden sentences, numbers, links that lead nowhere or away."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kb.catalogue.checking.entries import Entry, Prose
from kb.catalogue.checking.known import Known
from kb.catalogue.checking.problems import OF_RULE, ContentProblem, make_problem
from kb.forbidden import Rule, matches, offences
from kb.numbers_in_text import card_numbers, phone_numbers
from kb.search.normalise import normal_code

_LINK = re.compile(r"\]\(\s{0,9}<?([^)\s>]{0,500})|<?\b(https?://[^\s)>，。；”]+)")
# An address without its scheme: readers type it all the same.
_DOMAIN = re.compile(
    r"(?<![A-Za-z0-9@./_-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}"
    r"(?:com|cn|net|org|top|vip|cc|xyz|info|io|co|shop|site|online|club|me|wang|app|link|tech|biz)(?![A-Za-z0-9_-]|\.[a-z])",
    re.IGNORECASE,
)
_PATH = re.compile(r"/(?:en/)?(?P<kind>[a-z-]+)/(?P<name>[^/]+)(?:/(?P<rest>[^/]+))?/?")
# Pages that no entry stands behind.
_LISTS = frozenset({"/", "/codes/", "/causes/", "/guides/", "/acquirers/", "/search/"})
_FILES = ("/media/", "/static/")


def text_problems(entry: Entry, known: Known) -> Iterator[ContentProblem]:
    yield from _forbidden(entry, known)
    allowed = known.listed_numbers if entry.may_name_hotlines else known.reliable_numbers
    for prose in entry.texts:
        for number, start in phone_numbers(prose.text):
            if number not in allowed:
                yield make_problem("C016", prose.place_of(start), number=number)
        for start in card_numbers(prose.text):
            yield make_problem("C017", prose.place_of(start))
        if prose.is_shown:  # no advice, whatever it says, but an account to write to is one wherever it stands
            for match in matches(prose.text):
                if match.rule is Rule.PRIVATE_CONTACT and _has_name(match.words):
                    yield make_problem(OF_RULE[match.rule], prose.place_of(match.start), words=match.words)
        yield from _links(prose, known)


def _forbidden(entry: Entry, known: Known) -> Iterator[ContentProblem]:
    found = [
        (prose, match)
        for prose in entry.texts
        if not prose.is_shown
        for match in matches(prose.text, is_told=prose.is_told, beside=prose.beside, brands=known.brands)
        # Where nothing was paid, doing it once more pays once.
        if not (entry.money_is_safe and match.rule is Rule.SECOND_PAYMENT)
    ]
    against = {match.rule for match in matches(entry.warnings)}
    offending = set(map(id, offences((match for _, match in found), rejected=against)))
    for prose, match in found:
        if id(match) in offending:
            yield make_problem(OF_RULE[match.rule], prose.place_of(match.start), words=match.words)


def _has_name(words: str) -> bool:
    return bool(re.search(r"[A-Za-z0-9_-]{5,}", words))


def _links(prose: Prose, known: Known) -> Iterator[ContentProblem]:
    for found in _LINK.finditer(prose.text):
        link = found[1] if found[1] is not None else found[2]
        if link.startswith("#"):
            continue
        if not link.startswith("/") or link.startswith("//"):
            yield make_problem("C003", prose.place_of(found.start()), link=link)
        elif not leads_somewhere(link, known):
            yield make_problem("C002", prose.place_of(found.start()), link=link)
    if not prose.names_pages:
        for found in _DOMAIN.finditer(_LINK.sub(_blank, prose.text)):
            yield make_problem("C003", prose.place_of(found.start()), link=found[0])


def _blank(found: re.Match[str]) -> str:
    """As long as what was found, so that places stay true."""
    return re.sub(r"[^\n]", " ", found[0])


def leads_somewhere(link: str, known: Known) -> bool:
    """Whether a path of this site is a page that readers can open; an alias or another spelling of a code counts."""
    path = unquote(urlsplit(link).path)
    if path.removeprefix("/en") in _LISTS or path.startswith(_FILES):
        return True
    found = _PATH.fullmatch(path)
    if found is None:
        return False
    name, rest = found["name"], found["rest"]
    match found["kind"]:
        case "articles":
            return rest is None and (name in known.articles or name in known.aliases)
        case "codes":
            is_code = normal_code(name) in known.strings or name.lower() in known.codes
            return is_code and (rest is None or rest.lower() in known.codes)
        case "guides":
            return name in known.guides
        case "causes":
            return rest is None and name in known.causes
        case "acquirers":
            return rest is None and name in known.acquirers
        case _:
            return False
