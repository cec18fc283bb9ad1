"""Words to read aloud that stand already count as fitting their titles; groups see the saves of drafts.

On SQLite a column with a default is added by making the table anew, which loses the trigger of migration 0002.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

from diagnostics.groups import ensure_groups

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS diagnostics_revision_immutable BEFORE UPDATE ON diagnostics_guiderevision
BEGIN
    SELECT RAISE(ABORT, 'a guide revision is immutable; publish a new one');
END;
"""


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    nodes = apps.get_model("diagnostics", "Node").objects.using(schema_editor.connection.alias)
    nodes.exclude(say="").update(say_title=F("title"))
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_SQLITE)
    ensure_groups(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0005_editing_and_review")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
