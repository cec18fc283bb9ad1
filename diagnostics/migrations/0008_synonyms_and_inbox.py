"""Groups may see and write synonyms, and see and act on the inbox of missing entries."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from diagnostics.groups import ensure_groups


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ensure_groups(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0007_longer_path_ends"), ("kb", "0006_search_counts")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
