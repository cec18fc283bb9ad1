"""`manage.py import_guide FILE…`: guides from files, as drafts or published at once."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from diagnostics.actions import publish_guide
from diagnostics.editing import replace_draft
from diagnostics.engine.errors import EngineError
from diagnostics.engine.graph import Kind, is_id
from diagnostics.engine.inspection import inspect_guide
from diagnostics.engine.problems import Grade, Problem
from diagnostics.errors import PublishRefused, UnknownArticles, UnusableDraft
from diagnostics.guide_files import GuideFile, Library, problem_line, read_guides
from diagnostics.models import Guide


class Command(BaseCommand):
    help = (
        "Import guides from YAML files or Mermaid flowcharts (.mmd, .mermaid, .md): all of them or none. "
        "What readers walk changes only with --publish."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--publish", action="store_true", help="publish as an operator, and record it as such")
        parser.add_argument(
            "--only-new",
            action="store_true",
            help="leave guides alone that exist already: editors may have changed them",
        )
        parser.add_argument("--slug", default="", help="import the only file as the guide of this slug")

    def handle(self, *args: Any, **options: Any) -> None:
        files, complaints = self._read(options["files"], options["slug"])
        _refuse(complaints)
        with transaction.atomic():
            if options["only_new"]:
                files = tuple(self._new(files))
            try:
                files = inner_first(files)
            except CycleError as error:
                # Drafts may be as they are; `publish_guide` could not tell a circle from a guide that is not live yet.
                _refuse(_circle(files, error.args[1]) if options["publish"] else ())
            guides = self._import(files)
            done = (
                self._publish(files, guides) if options["publish"] else [f"{slug}: draft replaced" for slug in guides]
            )
        for line in done:
            self.stdout.write(line)

    def _read(self, paths: list[Path], slug: str) -> tuple[tuple[GuideFile, ...], tuple[str, ...]]:
        if slug and len(paths) > 1:
            raise CommandError("--slug names one guide: give one file with it")
        if slug and not is_id(slug):
            hint = "use 1 to 63 lower-case letters a–z, digits and hyphens, beginning with a letter or digit"
            raise CommandError(f"--slug {slug!r} cannot name a guide: {hint}")
        return read_guides(paths, slug=slug)

    def _new(self, files: Sequence[GuideFile]) -> Iterator[GuideFile]:
        slugs = [file.graph.slug for file in files]
        known = set(Guide.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        for file in files:
            if file.graph.slug in known:
                self.stdout.write(f"{file.graph.slug}: exists already, kept")
            else:
                yield file

    def _import(self, files: Sequence[GuideFile]) -> dict[str, Guide]:
        guides: dict[str, Guide] = {}
        complaints: list[str] = []
        for file in files:
            try:
                guides[file.graph.slug] = replace_draft(file.graph)
            except UnknownArticles as error:
                complaints.append(f"{file.path}: no article {', '.join(error.slugs)}")
            except UnusableDraft as error:
                complaints += [f"{file.path}: {reason}" for reason in error.reasons]
            except EngineError as error:
                complaints.append(f"{file.path}: {error}")
        _refuse(complaints)
        return guides

    def _publish(self, files: Sequence[GuideFile], guides: dict[str, Guide]) -> list[str]:
        done: list[str] = []
        complaints: list[str] = []
        refused: set[str] = set()
        for file in files:
            slug = file.graph.slug
            # What is wrong with a guide inside is said once, there.
            if refused & hands_over_to(file):
                refused.add(slug)
                continue
            try:
                revision = publish_guide(guides[slug], by=None, note=f"imported from {file.path.name}")
            except PublishRefused as error:
                refused.add(slug)
                complaints += _error_lines(file, error.problems)
            else:
                done.append(f"{slug}: published as revision {revision.number}")
        _refuse(complaints)
        return done


def hands_over_to(file: GuideFile) -> set[str]:
    """Slugs of the guides directly inside a file's guide."""
    return {node.guide for node in file.graph.nodes.values() if node.kind is Kind.GUIDE and node.guide}


def inner_first(files: Sequence[GuideFile]) -> tuple[GuideFile, ...]:
    """The files in an order in which each guide comes after those inside it: readers can walk them by then.

    Raises:
        CycleError: guides hand over to each other in a circle.
    """
    by_slug = {file.graph.slug: file for file in files}
    order = TopologicalSorter({slug: sorted(hands_over_to(file) & by_slug.keys()) for slug, file in by_slug.items()})
    return tuple(by_slug[slug] for slug in order.static_order())


def _circle(files: Sequence[GuideFile], slugs: Sequence[str]) -> list[str]:
    library = Library(files)
    rows = [file for file in files if file.graph.slug in slugs]
    return [line for file in rows for line in _error_lines(file, inspect_guide(file.graph, library))]


def _error_lines(file: GuideFile, problems: Sequence[Problem]) -> list[str]:
    return [problem_line(file.place(one.node), one) for one in problems if one.grade is Grade.ERROR]


def _refuse(complaints: Sequence[str]) -> None:
    """Raises:
    CommandError: there are any, which ends the transaction too.
    """
    if complaints:
        raise CommandError("\n".join(["nothing was imported:", *complaints]))
