"""Revisions never change: readers and calls may be inside them. The database holds that against every client."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE FUNCTION diagnostics_revision_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a guide revision is immutable; publish a new one';
END
$$;
CREATE TRIGGER diagnostics_revision_immutable BEFORE UPDATE ON diagnostics_guiderevision
FOR EACH ROW EXECUTE FUNCTION diagnostics_revision_refuse_update();
"""
_POSTGRESQL_UNDO = """
DROP TRIGGER diagnostics_revision_immutable ON diagnostics_guiderevision;
DROP FUNCTION diagnostics_revision_refuse_update();
"""
_SQLITE = """
CREATE TRIGGER diagnostics_revision_immutable BEFORE UPDATE ON diagnostics_guiderevision
BEGIN
    SELECT RAISE(ABORT, 'a guide revision is immutable; publish a new one');
END;
"""
_SQLITE_UNDO = "DROP TRIGGER diagnostics_revision_immutable"


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(_POSTGRESQL_UNDO if schema_editor.connection.vendor == "postgresql" else _SQLITE_UNDO)


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
