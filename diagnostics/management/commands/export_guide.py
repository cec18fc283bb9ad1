"""`manage.py export_guide SLUG`: a guide's draft as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diagnostics.assembly import draft_graph
from diagnostics.engine.codec import dumps
from diagnostics.engine.errors import UnwritableGuide
from diagnostics.models import Guide


class Command(BaseCommand):
    help = "Write the draft of a guide as YAML, to the screen or to --output FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("guide", metavar="SLUG")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            guide = Guide.objects.get(slug=options["guide"])
        except Guide.DoesNotExist:
            known = ", ".join(Guide.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"no guide {options['guide']!r}; there are: {known}") from None
        try:
            text = dumps(draft_graph(guide))
        except UnwritableGuide as error:
            raise CommandError(f"the draft cannot be written to a file yet:\n{error}") from error
        if options["output"]:
            options["output"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
