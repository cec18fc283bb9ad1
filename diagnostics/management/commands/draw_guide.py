"""`manage.py draw_guide SLUG`: a guide as a picture, for documents."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from diagnostics.engine.drawing import to_mermaid, to_svg
from diagnostics.management.output import write_out
from diagnostics.management.stored_guides import stored_graph

FORMATS = {"svg": to_svg, "mermaid": to_mermaid}


class Command(BaseCommand):
    help = "Draw a guide's draft, or with --live what readers walk, to the screen or to --output FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("guide", metavar="SLUG")
        parser.add_argument("--format", choices=FORMATS, default="svg")
        parser.add_argument("--live", action="store_true", help="what readers walk, instead of the draft")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        graph = stored_graph(options["guide"], is_live=options["live"])
        write_out(self.stdout, [FORMATS[options["format"]](graph)], options["output"])
