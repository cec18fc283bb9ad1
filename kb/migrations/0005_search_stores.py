"""The full-text index of either database, kept by triggers on kb_searchdocument (docs/adr/0010).

Whoever changes that table on SQLite must make the triggers again: Django rebuilds the table, and they go with the old one.
"""

from django.db import migrations

SQLITE = [
    # Contentless: the terms stand in kb_searchdocument already. Each column holds the one before it.
    "CREATE VIRTUAL TABLE kb_searchindex USING fts5(title, head, text, content='', tokenize=\"unicode61 remove_diacritics 0\")",
    """
    CREATE TRIGGER kb_searchdocument_inserted AFTER INSERT ON kb_searchdocument BEGIN
        INSERT INTO kb_searchindex (rowid, title, head, text) VALUES (
            new.entry_id, new.title, new.title || ' 0x0 ' || new.head,
            new.title || ' 0x0 ' || new.head || ' 0x0 ' || new.text);
    END
    """,
    """
    CREATE TRIGGER kb_searchdocument_deleted AFTER DELETE ON kb_searchdocument BEGIN
        INSERT INTO kb_searchindex (kb_searchindex, rowid, title, head, text) VALUES (
            'delete', old.entry_id, old.title, old.title || ' 0x0 ' || old.head,
            old.title || ' 0x0 ' || old.head || ' 0x0 ' || old.text);
    END
    """,
    """
    CREATE TRIGGER kb_searchdocument_updated AFTER UPDATE ON kb_searchdocument BEGIN
        INSERT INTO kb_searchindex (kb_searchindex, rowid, title, head, text) VALUES (
            'delete', old.entry_id, old.title, old.title || ' 0x0 ' || old.head,
            old.title || ' 0x0 ' || old.head || ' 0x0 ' || old.text);
        INSERT INTO kb_searchindex (rowid, title, head, text) VALUES (
            new.entry_id, new.title, new.title || ' 0x0 ' || new.head,
            new.title || ' 0x0 ' || new.head || ' 0x0 ' || new.text);
    END
    """,
]
SQLITE_BACK = ["DROP TABLE kb_searchindex"] + [
    f"DROP TRIGGER kb_searchdocument_{name}" for name in ("inserted", "deleted", "updated")
]
POSTGRESQL = [
    # Terms as they are, each with its places, so that phrases can be looked for. 16,383 is the last place a tsvector knows.
    """
    CREATE FUNCTION kb_terms_vector(terms text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(string_agg(quote_literal(term) || ':' || least(place, 16383), ' '), '')::tsvector
        FROM unnest(string_to_array(terms, ' ')) WITH ORDINALITY AS cut (term, place) WHERE term <> ''
    $$
    """,
    "ALTER TABLE kb_searchdocument ADD COLUMN title_vector tsvector, ADD COLUMN head_vector tsvector, "
    "ADD COLUMN text_vector tsvector",
    """
    CREATE FUNCTION kb_searchdocument_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.title_vector := kb_terms_vector(NEW.title);
        NEW.head_vector := kb_terms_vector(NEW.title || ' 0x0 ' || NEW.head);
        NEW.text_vector := kb_terms_vector(NEW.title || ' 0x0 ' || NEW.head || ' 0x0 ' || NEW.text);
        RETURN NEW;
    END
    $$
    """,
    "CREATE TRIGGER kb_searchdocument_vectors BEFORE INSERT OR UPDATE ON kb_searchdocument "
    "FOR EACH ROW EXECUTE FUNCTION kb_searchdocument_vectors()",
    # Without a list of waiting rows: a search would have to read it through.
    *(
        f"CREATE INDEX kb_searchdocument_{part} ON kb_searchdocument USING gin ({part}_vector) WITH (fastupdate = off)"
        for part in ("title", "head", "text")
    ),
]
POSTGRESQL_BACK = [
    "DROP TRIGGER kb_searchdocument_vectors ON kb_searchdocument",
    "DROP FUNCTION kb_searchdocument_vectors()",
    "ALTER TABLE kb_searchdocument DROP COLUMN title_vector, DROP COLUMN head_vector, DROP COLUMN text_vector",
    "DROP FUNCTION kb_terms_vector(text)",
]


def make(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


def remove_causes(apps, schema_editor):
    """Causes are not found by themselves any more: the codes and articles that they lead to are."""
    apps.get_model("kb", "SearchEntry").objects.filter(kind="cause").delete()


class Migration(migrations.Migration):
    dependencies = [("kb", "0004_catalogue_and_search")]
    operations = [
        migrations.RunPython(make, drop),
        migrations.RunPython(remove_causes, migrations.RunPython.noop),
    ]
