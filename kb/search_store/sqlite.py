"""SQLite: FTS5 over the terms of `SearchDocument`, written by triggers (migration 0005)."""

from typing import Any

from kb.search.tokens import is_han
from kb.search_store.base import CODE_COLUMNS, BaseStore, rows
from kb.search_store.interface import FoundCode, Part, Phrase

_MATCH = "SELECT rowid FROM kb_searchindex WHERE kb_searchindex MATCH %s LIMIT %s"


class SQLiteStore(BaseStore):
    all_of = " AND "
    any_of = " OR "

    def codes_beginning(self, prefix: str, limit: int) -> list[FoundCode]:
        # LIKE would scan: a range walks the index. U+10FFFF sorts behind every sign that a normal form can hold.
        sql = f"SELECT {CODE_COLUMNS} FROM kb_searchcode c WHERE c.normal >= %s AND c.normal < %s ORDER BY c.normal LIMIT %s"  # noqa: S608
        return [FoundCode(*row) for row in rows(sql, [prefix, f"{prefix}\U0010ffff", limit])]

    def phrase(self, phrase: Phrase) -> str:
        star = "*" if len(phrase) == 1 and len(phrase[0]) == 1 and is_han(phrase[0]) else ""
        return f'"{" ".join(phrase)}"{star}'

    def matching(self, part: Part, expression: str, limit: int) -> tuple[str, list[Any]]:
        return _MATCH, [f"{part} : ({expression})", limit]
