"""What exists: every name that content may point at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from kb.catalogue.checking.entries import GuideContent
from kb.catalogue.reading import Catalogue
from kb.numbers_in_text import digits_of
from kb.search.normalise import normal_code

# Of the clearing house and of the central bank: they belong to no company, and anybody may name them.
PUBLIC_NUMBERS = frozenset({"12363", "95516"})


@dataclass(frozen=True, slots=True)
class Known:
    """`articles` are slugs with their kind, `sources` keys with their credibility; `strings` and `guide_codes` are normal
    forms, numbers digits only.
    """

    articles: Mapping[str, str]
    aliases: frozenset[str]
    codes: frozenset[str]
    strings: frozenset[str]
    causes: frozenset[str]
    categories: frozenset[str]
    systems: frozenset[str]
    acquirers: frozenset[str]
    guides: frozenset[str]
    guide_codes: frozenset[str]
    accounts: frozenset[str]
    sources: Mapping[str, str]
    brands: frozenset[str]
    reliable_numbers: frozenset[str]
    listed_numbers: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue, guides: Iterable[GuideContent]) -> Self:
        guides = list(guides)
        numbers = {
            confidence: frozenset(
                digits_of(one["hotline"]) for one in catalogue.acquirers if one["hotline_confidence"] == confidence
            )
            for confidence in ("reliable", "unverified")
        }
        return cls(
            articles={one["slug"]: one["kind"] for one in catalogue.articles},
            aliases=frozenset(alias for one in catalogue.articles for alias in one["aliases"]),
            codes=_slugs(catalogue.codes),
            strings=frozenset(normal_code(text) for one in catalogue.codes for text in one["strings"]),
            causes=_slugs(catalogue.causes),
            categories=_slugs(one for one, _ in catalogue.categories),
            systems=_slugs(catalogue.systems),
            acquirers=_slugs(catalogue.acquirers),
            guides=frozenset(guide.slug for guide in guides),
            guide_codes=frozenset(normal_code(code) for guide in guides for code in guide.codes),
            accounts=frozenset(f"{one['slug']}/{row['key']}" for one in catalogue.codes for row in one["accounts"]),
            sources={one["key"]: one["credibility"] for one in catalogue.sources},
            brands=frozenset(one["brand"] for one in catalogue.acquirers if one["role"] == "acquirer"),
            reliable_numbers=numbers["reliable"] | PUBLIC_NUMBERS,
            listed_numbers=numbers["reliable"] | numbers["unverified"] | PUBLIC_NUMBERS,
        )


def _slugs(records: Iterable[Any]) -> frozenset[str]:
    return frozenset(one["slug"] for one in records)
