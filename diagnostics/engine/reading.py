"""From the tree of a file to a graph. Every mistake is collected; what cannot be read is filled in and goes on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from diagnostics.engine.errors import FileProblem
from diagnostics.engine.graph import (
    MAX_MINUTES,
    MAX_NODES,
    RESERVED_NODE_IDS,
    Choice,
    Graph,
    Kind,
    Node,
    NodeId,
    RecordedPath,
    Result,
    is_id,
    is_joined_id,
)

FORMAT = 1
MAX_FINDINGS = 500

GUIDE_KEYS = ("format", "guide", "title", "codes", "start", "nodes", "paths")
NODE_KEYS = (
    "kind", "result", "title", "help", "say", "note", "picture", "minutes", "article", "articles", "tell", "guide",
    "then", "choices",
)  # fmt: skip
CHOICE_KEYS = ("label", "to", "hint")
PATH_KEYS = ("answers", "ends")

ID_HINT = "Use 1 to 63 lower-case letters a–z, digits and hyphens, beginning with a letter or digit."

EnumT = TypeVar("EnumT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Tree:
    """A value in a file; `line` and `column` count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(Tree):
    value: str


@dataclass(frozen=True, slots=True)
class Listing(Tree):
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Table(Tree):
    """A mapping as written: keys may still be there twice."""

    entries: tuple[tuple[Scalar, Tree], ...]


class Findings:
    """Collects problems, at most 500: a hostile file could hold one on every character."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []

    def add(self, line: int, column: int, place: str, message: str, hint: str = "") -> None:
        if len(self.problems) < MAX_FINDINGS:
            self.problems.append(FileProblem(line, column, place, message, hint))

    def at(self, tree: Tree, place: str, message: str, hint: str = "") -> None:
        self.add(tree.line, tree.column, place, message, hint)

    def in_file_order(self) -> list[FileProblem]:
        return sorted(self.problems, key=lambda problem: (problem.line, problem.column))


def read_graph(root: Tree, found: Findings) -> tuple[Graph, dict[NodeId, int]]:
    """The graph and the line of every node; worth something only where nothing was found."""
    fields = _Fields(root, "", GUIDE_KEYS, found)
    number = fields.text("format", required=True)
    if fields.has("format") and number != str(FORMAT):
        found.at(fields.tree("format"), "format", f"format “{number}” is not known", f"This version reads {FORMAT}.")
    slug = fields.text("guide", required=True)
    if fields.has("guide") and not is_id(slug):
        found.at(fields.tree("guide"), "guide", f"“{slug}” cannot be the name of a guide", ID_HINT)
    title = fields.text("title", required=True)
    start = fields.text("start", required=True)
    codes = fields.texts("codes")
    fields.require("nodes")
    nodes: dict[NodeId, Node] = {}
    lines: dict[NodeId, int] = {}
    for key, tree, place in fields.entries("nodes"):
        if len(nodes) == MAX_NODES:
            found.at(key, "nodes", f"there are more than {MAX_NODES:,} nodes", "Hand over to a guide of its own.")
            break
        _check_id(key, place, found, "the id of a node", reserved=True)
        nodes[key.value] = _read_node(key.value, tree, place, found)
        lines[key.value] = key.line
    paths = tuple(_read_path(tree, place, found) for tree, place in fields.items("paths"))
    return Graph(slug, title, start, nodes, codes, paths), lines


def _read_node(node_id: NodeId, tree: Tree, place: str, found: Findings) -> Node:
    fields = _Fields(tree, place, NODE_KEYS, found)
    if fields.has("article") and fields.has("articles"):
        found.at(fields.tree("articles"), f"{place}.articles", "both “article” and “articles”", "Keep “articles”.")
    article = (fields.text("article"),) if fields.has("article") else ()
    return Node(
        id=node_id,
        kind=fields.one_of("kind", Kind, required=True) or Kind.QUESTION,
        title=fields.text("title", required=True),
        help=fields.text("help"),
        say=fields.text("say"),
        note=fields.text("note"),
        picture=fields.text("picture"),
        minutes=fields.minutes("minutes"),
        articles=article or fields.texts("articles"),
        choices=tuple(_read_choice(key, choice, at, found) for key, choice, at in fields.entries("choices")),
        result=fields.one_of("result", Result),
        tell=fields.text("tell"),
        guide=fields.text("guide"),
        then=fields.text("then"),
    )


def _read_choice(key: Scalar, tree: Tree, place: str, found: Findings) -> Choice:
    _check_id(key, place, found, "the id of a choice")
    fields = _Fields(tree, place, CHOICE_KEYS, found)
    return Choice(
        id=key.value,
        label=fields.text("label", required=True),
        to=fields.text("to", required=True),
        hint=fields.text("hint"),
    )


def _read_path(tree: Tree, place: str, found: Findings) -> RecordedPath:
    fields = _Fields(tree, place, PATH_KEYS, found)
    fields.require("answers")
    answers = []
    for key, value, at in fields.entries("answers"):
        if not is_joined_id(key.value):
            found.at(key, at, f"“{key.value}” cannot be the id of a node", ID_HINT)
        answer = _text(value, at, found)
        if isinstance(value, Scalar) and not is_id(answer):
            found.at(value, at, f"“{answer}” cannot be the id of a choice", ID_HINT)
        answers.append((key.value, answer))
    return RecordedPath(tuple(answers), fields.text("ends", required=True))


def _check_id(key: Scalar, place: str, found: Findings, what: str, *, reserved: bool = False) -> None:
    if key.value == "<<":
        found.at(key, place, "merge keys are not used in guides", "Write the entries out.")
    elif not is_id(key.value):
        found.at(key, place, f"“{key.value}” cannot be {what}", ID_HINT)
    elif reserved and key.value in RESERVED_NODE_IDS:
        found.at(key, place, f"“{key.value}” is part of the guide's own addresses", "Use another id.")


def _text(tree: Tree, place: str, found: Findings) -> str:
    if isinstance(tree, Scalar):
        return tree.value
    found.at(tree, place, f"text is expected, not {_name(tree)}", "Quote text that begins with [ or {.")
    return ""


def _name(tree: Tree) -> str:
    return {Scalar: "text", Listing: "a list", Table: "a mapping"}[type(tree)]


def _suggestion(given: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(given, known, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(known)}."


class _Fields:
    """The entries of one mapping. Doubled and unknown keys are reported at once, the rest as it is asked for."""

    def __init__(self, tree: Tree, place: str, known: tuple[str, ...] | None, found: Findings) -> None:
        self._place = place
        self._found = found
        self._whole = tree
        self._trees: dict[str, tuple[Scalar, Tree]] = {}
        if not isinstance(tree, Table):
            found.at(tree, place, f"a mapping is expected, not {_name(tree)}", "Write “key: value” lines here.")
            return
        for key, value in tree.entries:
            if key.value in self._trees:
                first = self._trees[key.value][0].line
                hint = f"It stands in line {first} already; the second would silently replace the first."
                found.at(key, self.at(key.value), f"“{key.value}” is there twice", hint)
                continue
            self._trees[key.value] = (key, value)
            if known is not None and key.value not in known:
                if key.value == "<<":
                    found.at(key, self.at("<<"), "merge keys are not used in guides", "Write the entries out.")
                else:
                    found.at(key, self.at(key.value), f"unknown key “{key.value}”", _suggestion(key.value, known))

    def at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def has(self, key: str) -> bool:
        return key in self._trees

    def tree(self, key: str) -> Tree:
        return self._trees[key][1]

    def require(self, key: str) -> None:
        # A thing that is no mapping at all has been reported as that; every key it lacks would be noise.
        if isinstance(self._whole, Table) and key not in self._trees:
            self._found.at(self._whole, self._place, f"“{key}” is missing", f"Add “{key}:”.")

    def text(self, key: str, *, required: bool = False) -> str:
        if required:
            self.require(key)
        return _text(self.tree(key), self.at(key), self._found) if self.has(key) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_text(tree, place, self._found) for tree, place in self.items(key))

    def items(self, key: str) -> Iterator[tuple[Tree, str]]:
        """Entries of a list, each with its place."""
        if not self.has(key):
            return
        tree = self.tree(key)
        if not isinstance(tree, Listing):
            self._found.at(tree, self.at(key), f"a list is expected, not {_name(tree)}", "Write “[one, two]”.")
            return
        for number, item in enumerate(tree.items, start=1):
            yield item, f"{self.at(key)}.{number}"

    def entries(self, key: str) -> Iterator[tuple[Scalar, Tree, str]]:
        """Entries of a mapping whose keys are ids, each with its place."""
        if not self.has(key):
            return
        inner = _Fields(self.tree(key), self.at(key), None, self._found)
        for name, value in inner._trees.values():
            yield name, value, inner.at(name.value)

    def one_of(self, key: str, values: type[EnumT], *, required: bool = False) -> EnumT | None:
        given = self.text(key, required=required)
        if not self.has(key) or not isinstance(self.tree(key), Scalar):
            return None
        if given in (known := tuple(values)):
            return values(given)
        self._found.at(self.tree(key), self.at(key), f"unknown {key} “{given}”", _suggestion(given, known))
        return None

    def minutes(self, key: str) -> int | None:
        """Whole minutes from 0 to 9999."""
        if not self.has(key) or not isinstance(self.tree(key), Scalar):
            self.text(key)
            return None
        given = self.text(key)
        if re.fullmatch("[0-9]{1,4}", given):
            return int(given)
        hint = f"Write a whole number from 0 to {MAX_MINUTES}."
        self._found.at(self.tree(key), self.at(key), f"“{given}” is no number of minutes", hint)
        return None
