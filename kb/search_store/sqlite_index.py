"""SQLite's full-text index and the triggers that keep it, in the words of migration 0005.

Django rebuilds a table that it alters on SQLite, and the triggers go with the old one: `repair_index` brings both back.
"""

from django.db import connection, transaction

_PARTS = "{0}.title, {0}.title || ' 0x0 ' || {0}.head, {0}.title || ' 0x0 ' || {0}.head || ' 0x0 ' || {0}.text"
_PUT = f"INSERT INTO kb_searchindex (rowid, title, head, text) VALUES (new.entry_id, {_PARTS.format('new')});"  # noqa: S608 - names of ours
_TAKE = (
    "INSERT INTO kb_searchindex (kb_searchindex, rowid, title, head, text) "  # noqa: S608 - names of ours
    f"VALUES ('delete', old.entry_id, {_PARTS.format('old')});"
)
TRIGGERS = {
    "inserted": f"AFTER INSERT ON kb_searchdocument BEGIN {_PUT} END",
    "deleted": f"AFTER DELETE ON kb_searchdocument BEGIN {_TAKE} END",
    "updated": f"AFTER UPDATE ON kb_searchdocument BEGIN {_TAKE} {_PUT} END",
}


@transaction.atomic
def repair_index() -> None:
    """On SQLite, fill the index anew from the documents, whatever state it is in; nothing on another database."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name, body in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS kb_searchdocument_{name} {body}")
        cursor.execute("INSERT INTO kb_searchindex (kb_searchindex) VALUES ('delete-all')")
        cursor.execute(
            "INSERT INTO kb_searchindex (rowid, title, head, text) "  # noqa: S608 - names of ours
            f"SELECT d.entry_id, {_PARTS.format('d')} FROM kb_searchdocument d"
        )
