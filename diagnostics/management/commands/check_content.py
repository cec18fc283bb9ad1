"""`manage.py check_content`: all that is wrong with the content, a line each. Errors make it fail, warnings do not."""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.utils import timezone, translation

from diagnostics.assembly import revision_graph
from diagnostics.content import guide_content
from diagnostics.guide_files import GuideFile, read_guides
from diagnostics.models import GuideRevision
from kb.catalogue.checking.inspection import content_problems, file_problems
from kb.catalogue.checking.problems import ContentProblem, Grade, Place, make_problem
from kb.catalogue.reading import MalformedCatalogue, read_catalogue
from kb.catalogue.stored import stored_catalogue


class Command(BaseCommand):
    help = "Check what readers can open, or the content files of a folder (without a database). Errors fail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="check the files below this folder instead of the database")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        with translation.override("en"):
            problems = problems_of_files(folder) if folder else problems_of_database()
        for problem in problems:
            self.stdout.write(problem.line)
        errors = sum(problem.kind.grade is Grade.ERROR for problem in problems)
        self.stdout.write(f"errors {errors}, warnings {len(problems) - errors}")
        if errors:
            raise CommandError("1 error" if errors == 1 else f"{errors} errors")


def problems_of_database() -> tuple[ContentProblem, ...]:
    """Problems of published entries and of the guides that readers walk."""
    live = GuideRevision.objects.filter(guide__live_revision=F("pk")).order_by("guide__slug")
    guides = [guide_content(graph, partial(_step, graph.slug)) for graph in map(revision_graph, live)]
    return content_problems(stored_catalogue(), guides, today=timezone.localdate())


def problems_of_files(folder: Path) -> tuple[ContentProblem, ...]:
    """Problems of the content files below `folder`; their places begin with it, so that an editor can jump there."""
    files, complaints = read_guides(sorted(folder.glob("guides/*.yaml")))
    unread = tuple(make_problem("C001", Place(""), reason=complaint.rstrip(".")) for complaint in complaints)
    try:
        catalogue = read_catalogue(folder)
    except MalformedCatalogue as error:
        return unread + _below(folder, file_problems(error))
    guides = [guide_content(file.graph, partial(_line, folder, file)) for file in files]
    return unread + _below(folder, content_problems(catalogue, guides, today=timezone.localdate()))


def _step(guide: str, node: str) -> Place:
    return Place(f"guide {guide}", field=node)


def _line(folder: Path, file: GuideFile, node: str) -> Place:
    path = file.path.relative_to(folder).as_posix()
    return Place(f"guide {file.graph.slug}", file=path, line=file.lines.get(node, 1), field=node)


def _below(folder: Path, problems: Iterable[ContentProblem]) -> tuple[ContentProblem, ...]:
    return tuple(replace(one, place=replace(one.place, file=(folder / one.place.file).as_posix())) for one in problems)
