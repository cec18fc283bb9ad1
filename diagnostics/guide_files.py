"""Guides from files, for commands: YAML and Mermaid are read alike, and what is wrong with any file is kept as a line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import OperationalError, ProgrammingError

from diagnostics.checking import live_graph
from diagnostics.engine.codec import loads_with_lines
from diagnostics.engine.errors import FileProblem, MalformedGuide
from diagnostics.engine.graph import Graph, NodeId, is_id
from diagnostics.engine.mermaid import loads_mermaid
from diagnostics.engine.problems import Problem

FLOWCHARTS = (".mmd", ".mermaid", ".md")

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w-]*)")


@dataclass(frozen=True, slots=True)
class GuideFile:
    """A file that holds a guide. `lines` are those of its nodes; a flowchart's are not known."""

    path: Path
    graph: Graph
    lines: Mapping[NodeId, int]

    def place(self, node: NodeId) -> str:
        """`path:line` of a node, of the hand-over where the node is inside another guide, or of the guide's head."""
        if not self.lines:
            return str(self.path)
        return f"{self.path}:{self.lines.get(node) or self.lines.get(node.partition('.')[0]) or 1}"


def read_guides(paths: Iterable[Path], *, slug: str = "") -> tuple[tuple[GuideFile, ...], tuple[str, ...]]:
    """The guides of all files that can be read, and a line for everything that is wrong with the others.

    Two files of one guide are wrong too; the first of them is kept. `slug` names a guide instead of its file.
    """
    files: dict[str, GuideFile] = {}
    complaints: list[str] = []
    for path in dict.fromkeys(paths):
        try:
            file = _read(path, slug)
        except MalformedGuide as error:
            complaints += [file_problem_line(path, problem) for problem in error.problems]
        except UnicodeDecodeError as error:
            complaints.append(f"{path}: not UTF-8 at byte {error.start}: save the file as UTF-8")
        except OSError as error:
            complaints.append(f"{path}: {error.strerror}")
        else:
            kept = files.setdefault(file.graph.slug, file)
            if kept is not file:
                complaints.append(
                    f"{path}: holds the guide “{file.graph.slug}”, and so does {kept.path}: give only one"
                )
    return tuple(files.values()), tuple(complaints)


def file_problem_line(path: Path, problem: FileProblem) -> str:
    """`file:line:column: place: message hint`."""
    place = f"{problem.place}: " if problem.place else ""
    return f"{path}:{problem.line}:{problem.column}: {place}{problem.message} {problem.hint}".rstrip()


def problem_line(name: str, problem: Problem) -> str:
    """`name: node/choice: id grade: message hint`, with a hyphen for the guide as a whole."""
    place = "/".join(part for part in (problem.node, problem.choice) if part) or "-"
    return f"{name}: {place}: {problem.id} {problem.grade}: {problem.message} {problem.hint}"


class Library:
    """Guides by their slug: those of files first, then what readers walk. The database is asked only for the others.

    Where it has no tables, or is not there at all, no other guide is there; `fault` says why.
    """

    def __init__(self, files: Sequence[GuideFile] = ()) -> None:
        self.fault = ""
        self._known: dict[str, Graph | None] = {file.graph.slug: file.graph for file in files}

    def __call__(self, slug: str) -> Graph | None:
        if slug not in self._known:
            self._known[slug] = None if self.fault else self._ask(slug)
        return self._known[slug]

    def _ask(self, slug: str) -> Graph | None:
        try:
            return live_graph(slug)
        except (OperationalError, ProgrammingError) as error:
            self.fault = " ".join(str(error).split()) or type(error).__name__
            return None


def _read(path: Path, slug: str) -> GuideFile:
    # Windows' editors put a byte order mark first, which is no part of the text.
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() in FLOWCHARTS:
        return GuideFile(path, _read_flowchart(path, text, slug), {})
    graph, lines = loads_with_lines(text, name=path.name)
    return GuideFile(path, replace(graph, slug=slug or graph.slug), lines)


def _read_flowchart(path: Path, text: str, slug: str) -> Graph:
    slug = slug or path.stem.replace("_", "-")
    if not is_id(slug):
        hint = "Rename the file to 1 to 63 lower-case letters a–z, digits and hyphens, or name the guide with --slug."
        message = f"a flowchart's guide is named by its file, and “{slug}” cannot name one"
        raise MalformedGuide([FileProblem(1, 1, "", message, hint)], path.name)
    if path.suffix.lower() == ".md":
        text = _flowchart_in(text, path.name)
    return loads_mermaid(text, slug=slug, name=path.name)


def _flowchart_in(markdown: str, name: str) -> str:
    """The only ```mermaid block of a Markdown text; everything else becomes empty lines, so that places stay true."""
    lines: list[str] = []
    blocks: list[int] = []
    fence = language = ""
    for number, line in enumerate(markdown.split("\n"), start=1):
        mark = _FENCE.match(line)
        kept = ""
        if not fence:
            if mark:
                fence, language = mark["fence"], mark["language"].lower()
                if language == "mermaid":
                    blocks.append(number)
        elif mark and mark["fence"].startswith(fence) and not line[mark.end("fence") :].strip():
            fence = ""
        elif language == "mermaid":
            kept = line
        lines.append(kept)
    if not blocks:
        hint = "Put the flowchart between a line ```mermaid and a line ```."
        raise MalformedGuide([FileProblem(1, 1, "", "there is no flowchart in this Markdown file", hint)], name)
    if len(blocks) > 1:
        message = f"there are {len(blocks)} flowcharts; the first begins in line {blocks[0]}"
        raise MalformedGuide([FileProblem(blocks[1], 1, "", message, "One file holds one guide.")], name)
    return "\n".join(lines)
