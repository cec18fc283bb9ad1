"""PostgreSQL: tsvectors made from the terms of `SearchDocument` by a trigger (migration 0005), each with a GIN index.

Terms go in and come out as they are: a configuration's parser, `simple` too, would split Chinese and numbers anew.
"""

from typing import Any

from kb.search.tokens import is_han
from kb.search_store.base import CODE_COLUMNS, BaseStore, rows
from kb.search_store.interface import FoundCode, Part, Phrase


class PostgreSQLStore(BaseStore):
    all_of = " & "
    any_of = " | "

    def codes_beginning(self, prefix: str, limit: int) -> list[FoundCode]:
        # `varchar_pattern_ops` compares by bytes whatever the collation, and LIKE with a fixed beginning is a range of it.
        sql = f"SELECT {CODE_COLUMNS} FROM kb_searchcode c WHERE c.normal LIKE %s ORDER BY c.normal USING ~<~ LIMIT %s"  # noqa: S608
        return [FoundCode(*row) for row in rows(sql, [f"{prefix}%", limit])]

    def phrase(self, phrase: Phrase) -> str:
        star = ":*" if len(phrase) == 1 and len(phrase[0]) == 1 and is_han(phrase[0]) else ""
        return " <-> ".join(f"'{term}'{star}" for term in phrase)

    def matching(self, part: Part, expression: str, limit: int) -> tuple[str, list[Any]]:
        sql = f"SELECT entry_id FROM kb_searchdocument WHERE {part}_vector @@ %s::tsquery LIMIT %s"  # noqa: S608 - a word of ours
        return sql, [expression, limit]
