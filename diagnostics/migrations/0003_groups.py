"""The groups of the admin and the desk. What is in them is said in one place, diagnostics/groups.py.

Uses the real models on purpose: permissions are made from them, and a new database shall end up with today's groups.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from diagnostics.groups import ensure_groups


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ensure_groups(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("diagnostics", "0002_immutable_revisions"),
        ("kb", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
