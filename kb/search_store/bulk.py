"""Filling a whole index at once: what makes single writes cheap makes a hundred thousand of them dear."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_INDEXES = {
    f"kb_searchdocument_{part}": f"CREATE INDEX kb_searchdocument_{part} ON kb_searchdocument "
    f"USING gin ({part}_vector) WITH (fastupdate = off)"
    for part in ("title", "head", "text")
}


@contextmanager
def filled_at_once() -> Iterator[None]:
    """Inside, the full-text index of an empty database may lag behind; at the end it is whole, and the planner knows it.

    Not for a site that serves: searches inside would read every row.
    """
    if connection.vendor == "postgresql":
        for name in _INDEXES:
            _execute(f"DROP INDEX IF EXISTS {name}")
        try:
            yield
        finally:
            for statement in _INDEXES.values():
                _execute(statement)
        _execute("VACUUM ANALYZE")
    else:
        yield
        _execute("INSERT INTO kb_searchindex (kb_searchindex) VALUES ('optimize')")
        _execute("ANALYZE")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
