"""`manage.py load_catalogue`: the starter content, from its files into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kb.catalogue.actions import load_catalogue
from kb.catalogue.reading import MalformedCatalogue, read_catalogue


class Command(BaseCommand):
    help = "Load codes, causes, articles and sources from files. What was edited in the admin is never overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument(
            "--update", action="store_true", help="also refresh entries that nobody has edited since they were loaded"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogue = read_catalogue(options["folder"])
            with transaction.atomic():
                report = load_catalogue(catalogue, update=options["update"])
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except MalformedCatalogue as error:
            raise CommandError(f"nothing was loaded:\n{error}") from error
        for name in report.edited:
            self.stdout.write(f"kept as edited: {name}")
        for name in report.deleted:
            self.stdout.write(f"kept deleted: {name}")
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{would}created {len(report.created)}, updated {len(report.updated)}; unchanged {len(report.unchanged)}, "
            f"edited {len(report.edited)}, deleted by an editor {len(report.deleted)}"
        )
