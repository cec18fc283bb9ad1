"""`manage.py collect_missing`: from counted searches to the editors' inbox. The site does it by itself once an hour."""

from typing import Any

from django.core.management.base import BaseCommand

from kb.learning import collect_missing


class Command(BaseCommand):
    help = "Bring the inbox of missing entries up to date with the counted searches, and throw away old counts."

    def handle(self, *args: Any, **options: Any) -> None:
        done = collect_missing()
        self.stdout.write(
            f"{done.open} missing entries open, {done.answered} answered by now, {done.purged} old counts thrown away"
        )
