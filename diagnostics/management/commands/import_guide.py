"""`manage.py import_guide FILE…`: guides from files, as drafts or published at once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from diagnostics.actions import publish_guide, replace_draft
from diagnostics.engine.codec import loads_with_lines
from diagnostics.engine.errors import EngineError, MalformedGuide
from diagnostics.engine.graph import Graph
from diagnostics.errors import PublishRefused, UnknownArticles, UnusableDraft
from diagnostics.models import Guide


class Command(BaseCommand):
    help = "Import guides from YAML files: all of them or none. What readers walk changes only with --publish."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--publish", action="store_true", help="publish as an operator, and record it as such")
        parser.add_argument(
            "--only-new",
            action="store_true",
            help="leave guides alone that exist already: editors may have changed them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        graphs = [self._read(path) for path in options["files"]]
        with transaction.atomic():
            for path, graph in zip(options["files"], graphs, strict=True):
                if options["only_new"] and Guide.objects.filter(slug=graph.slug).exists():
                    self.stdout.write(f"{graph.slug}: exists already, kept")
                    continue
                self._import(path, graph, publish=options["publish"])

    def _read(self, path: Path) -> Graph:
        try:
            return loads_with_lines(path.read_text(encoding="utf-8"), name=path.name)[0]
        except MalformedGuide as error:
            lines = [f"{path}:{p.line}:{p.column}: {p.place}: {p.message} {p.hint}" for p in error.problems]
            raise CommandError("nothing was imported:\n" + "\n".join(lines)) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"nothing was imported:\n{path}: not UTF-8 at byte {error.start}") from error
        except OSError as error:
            raise CommandError(f"nothing was imported:\n{path}: {error.strerror}") from error

    def _import(self, path: Path, graph: Graph, *, publish: bool) -> None:
        try:
            guide = replace_draft(graph)
            if publish:
                revision = publish_guide(guide, by=None, note=f"imported from {path.name}")
                self.stdout.write(f"{graph.slug}: published as revision {revision.number}")
            else:
                self.stdout.write(f"{graph.slug}: draft replaced")
        except UnknownArticles as error:
            raise CommandError(f"nothing was imported:\n{path}: no article {', '.join(error.slugs)}") from error
        except UnusableDraft as error:
            raise CommandError(f"nothing was imported:\n{path}: " + f"\n{path}: ".join(error.reasons)) from error
        except PublishRefused as error:
            lines = [f"{path}: {p.node or '-'}: {p.id} {p.message} {p.hint}" for p in error.problems]
            raise CommandError("nothing was imported:\n" + "\n".join(lines)) from error
        except EngineError as error:
            raise CommandError(f"nothing was imported:\n{path}: {error}") from error
