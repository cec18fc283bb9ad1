"""`manage.py rebuild_search`: write the search's rows anew, while the site serves."""

from typing import Any

from django.core.management.base import BaseCommand

from diagnostics.actions import rebuild_guide_entries
from kb.actions import rebuild_search


class Command(BaseCommand):
    help = "Write the search rows of codes, causes, articles and guides anew. Each entry changes in one step."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_search() + rebuild_guide_entries()} entries")
