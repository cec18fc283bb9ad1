"""`manage.py guide_paths SLUG|FILE`: every way through a guide, as a table for a spreadsheet."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diagnostics.engine.errors import EngineError
from diagnostics.engine.expand import expand
from diagnostics.guide_files import Library, read_guides
from diagnostics.management.output import write_out
from diagnostics.management.stored_guides import stored_graph
from diagnostics.path_rows import MAX_ROWS, path_lines


class Command(BaseCommand):
    help = "List the paths of a guide's draft, or of a file, as CSV: to the screen or to --output FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("guide", metavar="SLUG|FILE", help="a name with a dot or a slash is a file's")
        parser.add_argument("--live", action="store_true", help="what readers walk, instead of the draft")
        parser.add_argument("--limit", type=_count, default=MAX_ROWS, help=f"the most rows ({MAX_ROWS})")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        library = Library()
        name = options["guide"]
        if "." in name or "/" in name:
            if options["live"]:
                raise CommandError("--live is for guides of the database: name one by its slug")
            files, complaints = read_guides([Path(name)])
            if complaints:
                raise CommandError("\n".join(complaints))
            graph = files[0].graph
        else:
            graph = stored_graph(name, is_live=options["live"])
        try:
            # The cycle, if any, is met here and not after half of the table.
            lines = path_lines(expand(graph, library), options["limit"])
        except EngineError as error:
            why = f" (the database could not be asked: {library.fault})" if library.fault else ""
            raise CommandError(f"the paths cannot be listed: {error}{why}; see check_guides") from error
        write_out(self.stdout, lines, options["output"], encoding="utf-8-sig")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:10]) > 0 and len(text) < 10):
        raise ArgumentTypeError(f"{text!r} is no number of rows: give 1 or more")
    return int(text)
