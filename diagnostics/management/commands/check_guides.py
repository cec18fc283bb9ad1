"""`manage.py check_guides [FILE…]`: every problem of guides, a line each. Errors make it fail, warnings do not."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diagnostics.assembly import draft_graph
from diagnostics.checking import draft_problems, stale_nodes
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.errors import EngineError
from diagnostics.engine.expand import expand
from diagnostics.engine.graph import Graph
from diagnostics.engine.inspection import inspect_guide
from diagnostics.engine.problems import Grade
from diagnostics.guide_files import Library, problem_line, read_guides
from diagnostics.models import Guide
from diagnostics.path_rows import number_in_words


class Command(BaseCommand):
    help = "Check guide files and the guides inside them, or the drafts of all guides where no file is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--figures", action="store_true", help="also count nodes, taps and paths of every guide")

    def handle(self, *args: Any, **options: Any) -> None:
        check = self._check_files if options["files"] else self._check_drafts
        errors = check(options["files"], with_figures=options["figures"])
        if errors:
            raise CommandError("1 error" if errors == 1 else f"{errors} errors")

    def _check_files(self, paths: list[Path], *, with_figures: bool) -> int:
        files, complaints = read_guides(paths)
        for line in complaints:
            self.stdout.write(line)
        errors = len(complaints)
        library = Library(files)
        for file in files:
            for problem in inspect_guide(file.graph, library):
                errors += problem.grade is Grade.ERROR
                self.stdout.write(problem_line(file.place(problem.node), problem))
            if with_figures:
                self.stdout.write(figures(file.graph, library))
        if library.fault:
            self.stderr.write(f"The database could not be asked for guides that are in no file: {library.fault}")
        return errors

    def _check_drafts(self, _: list[Path], *, with_figures: bool) -> int:
        errors = 0
        library = Library()
        for guide in Guide.objects.order_by("slug"):
            graph = draft_graph(guide)
            for problem in draft_problems(graph, stale=stale_nodes(guide)):
                errors += problem.grade is Grade.ERROR
                self.stdout.write(problem_line(guide.slug, problem))
            if with_figures:
                self.stdout.write(figures(graph, library))
        return errors


def figures(graph: Graph, library: Library) -> str:
    """A line that says how large a guide is for its readers, with the guides inside it."""
    try:
        walked = expand(graph, library)
        paths = path_statistics(walked)
    except EngineError as error:
        return f"{graph.slug}: no figures: {error}"
    outcomes = sum(node.is_end for node in walked.nodes.values())
    counts = f"{graph.slug}: {len(walked.nodes)} nodes, {outcomes} outcomes"
    if paths.longest is None or paths.mean is None:
        return f"{counts}, no path to any"
    return f"{counts}, longest {paths.longest} taps, mean {paths.mean:.1f} taps, {number_in_words(paths.total)} paths"
