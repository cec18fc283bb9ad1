"""What both stores do alike; each adds how its database writes a phrase, joins expressions and matches them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import connection

from kb.search.ranking import Candidate
from kb.search.understand import Alternative, Concept
from kb.search_store.interface import FoundCode, Part, Phrase

Rows = list[tuple[Any, ...]]

CODE_COLUMNS = "c.normal, c.text, c.meanings, c.title, c.systems"


class BaseStore(ABC):
    """Terms hold letters, digits and Chinese signs only (kb.search.tokens), so nothing in them can end an expression."""

    all_of: ClassVar[str]
    any_of: ClassVar[str]

    @abstractmethod
    def codes_beginning(self, prefix: str, limit: int) -> list[FoundCode]: ...

    @abstractmethod
    def phrase(self, phrase: Phrase) -> str:
        """Terms side by side; a single Chinese character is the beginning of a term."""

    @abstractmethod
    def matching(self, part: Part, expression: str, limit: int) -> tuple[str, list[Any]]:
        """The statement for ids of at most `limit` entries whose `part` matches, and its values."""

    def match(self, part: Part, expression: str, limit: int) -> list[int]:
        return [entry for (entry,) in rows(*self.matching(part, expression, limit))]

    def codes(self, normals: Sequence[str]) -> list[FoundCode]:
        if not normals:
            return []
        sql = f"SELECT {CODE_COLUMNS} FROM kb_searchcode c WHERE c.normal IN ({marks(normals)}) ORDER BY c.id"  # noqa: S608
        return [FoundCode(*row) for row in rows(sql, normals)]

    def codes_sharing(self, normal: str, remainders: Sequence[str]) -> list[FoundCode]:
        # Two look-ups instead of one OR: each walks its own index.
        wanted = [normal, *remainders]
        sql = (
            f"SELECT {CODE_COLUMNS} FROM kb_searchcode c WHERE c.normal IN ({marks(remainders)}) "  # noqa: S608
            f"UNION SELECT {CODE_COLUMNS} FROM kb_codespelling s JOIN kb_searchcode c ON c.id = s.code_id "
            f"WHERE s.remainder IN ({marks(wanted)})"
        )
        return [FoundCode(*row) for row in rows(sql, [*remainders, *wanted])]

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        # The row of the empty term counts the titles.
        wanted = ["", *terms]
        found = rows(f"SELECT term, titles FROM kb_searchword WHERE term IN ({marks(wanted)})", wanted)  # noqa: S608
        counts = {term: titles for term, titles in found if titles > 0}
        return counts, counts.pop("", 0)

    def phrases(self, part: Part, phrases: Sequence[Phrase], limit: int) -> list[int]:
        return self.match(part, self._join(self.any_of, map(self.phrase, phrases)), limit)

    def holding_all(self, strictest_first: Sequence[Sequence[Concept]], limit: int) -> list[int]:
        # One statement: either database comes to the next part only while the limit is not reached.
        parts = [
            self.matching(Part.HEAD, self._join(self.all_of, map(self._concept, wanted)), limit)
            for wanted in strictest_first
        ]
        sql = " UNION ALL ".join(
            f"SELECT * FROM ({statement}) AS part{number}"  # noqa: S608 - statements of ours, their values apart
            for number, (statement, _) in enumerate(parts)
        )
        values = [value for _, values in parts for value in values]
        return [entry for (entry,) in rows(f"{sql} LIMIT %s", [*values, limit])]

    def called_any(self, concepts: Sequence[Concept], limit: int) -> list[int]:
        return self.match(Part.TITLE, self._join(self.any_of, map(self._concept, concepts)), limit)

    def candidates(self, entries: Sequence[int]) -> list[Candidate]:
        if not entries:
            return []
        sql = (
            "SELECT e.id, e.kind, e.slug, d.title, d.head, e.system_slug, e.prior FROM kb_searchentry e "  # noqa: S608
            f"JOIN kb_searchdocument d ON d.entry_id = e.id WHERE e.id IN ({marks(entries)})"
        )
        return [
            Candidate(entry, f"{kind}:{slug}", title, head, system, prior / 100)
            for entry, kind, slug, title, head, system, prior in rows(sql, entries)
        ]

    def _concept(self, concept: Concept) -> str:
        return self._join(self.any_of, map(self._alternative, concept.alternatives))

    def _alternative(self, alternative: Alternative) -> str:
        return self._join(self.all_of, (self.phrase((term,)) for term in alternative.terms))

    def _join(self, word: str, expressions: Iterable[str]) -> str:
        return word.join(f"({one})" for one in expressions)


def rows(sql: str, values: Sequence[Any]) -> Rows:
    """Straight from the cursor: a search reads hundreds of rows, and a model for each would cost more than finding them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: Rows = cursor.fetchall()
    return found


def marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
