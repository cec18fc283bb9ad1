"""`manage.py export_guide SLUG`: a guide's draft as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diagnostics.engine.codec import dumps
from diagnostics.engine.errors import UnwritableGuide
from diagnostics.management.output import write_out
from diagnostics.management.stored_guides import stored_graph


class Command(BaseCommand):
    help = "Write the draft of a guide as YAML, to the screen or to --output FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("guide", metavar="SLUG")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        graph = stored_graph(options["guide"], is_live=False)
        try:
            text = dumps(graph)
        except UnwritableGuide as error:
            raise CommandError(f"the draft cannot be written to a file yet:\n{error}") from error
        write_out(self.stdout, [text], options["output"])
