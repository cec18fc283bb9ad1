"""`manage.py check_guides [FILE…]`: every problem of guides, a line each. Errors make it fail, warnings do not."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diagnostics.assembly import draft_graph
from diagnostics.engine.codec import loads
from diagnostics.engine.errors import MalformedGuide
from diagnostics.engine.graph import Graph
from diagnostics.engine.problems import Grade, check
from diagnostics.models import Guide


class Command(BaseCommand):
    help = "Check guide files, or the drafts of all guides where no file is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        errors = 0
        for name, graph in self._graphs(options["files"]):
            for problem in check(graph):
                errors += problem.grade is Grade.ERROR
                place = "/".join(part for part in (problem.node, problem.choice) if part) or "-"
                self.stdout.write(f"{name}: {place}: {problem.id} {problem.grade}: {problem.message} {problem.hint}")
        if errors:
            raise CommandError(f"{errors} errors")

    def _graphs(self, files: list[Path]) -> Iterator[tuple[str, Graph]]:
        for path in files:
            try:
                yield str(path), loads(path.read_text(encoding="utf-8"), name=path.name)
            except MalformedGuide as error:
                raise CommandError(str(error)) from error
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{path}: {error}") from error
        if not files:
            for guide in Guide.objects.order_by("slug"):
                yield guide.slug, draft_graph(guide)
