"""Guides as text files: the YAML of DESIGN.md section 6. The only module that knows PyYAML.

PyYAML only tokenises. Its events become a small tree with places; nothing is resolved (every scalar is text: `05`,
`yes`, `1e3`), nothing is constructed, and what could cost more than its length (aliases, deep nesting) is refused as
it streams by.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from diagnostics.engine.documents import from_document, to_document
from diagnostics.engine.errors import MalformedGuide
from diagnostics.engine.graph import Graph, NodeId
from diagnostics.engine.reading import Findings, Listing, Scalar, Table, Tree, read_graph
from diagnostics.engine.writing import MAX_BYTES, dumps

__all__ = ["MAX_BYTES", "dumps", "from_document", "loads", "loads_with_lines", "to_document"]

MAX_DEPTH = 12


def loads(text: str, *, name: str = "<guide>") -> Graph:
    """Read a guide's file. A broken guide loads (so that drafts can be imported); a malformed file does not.

    Raises:
        MalformedGuide: with everything that is wrong; `name` is the file's name for its messages.
    """
    return loads_with_lines(text, name=name)[0]


def loads_with_lines(text: str, *, name: str = "<guide>") -> tuple[Graph, Mapping[NodeId, int]]:
    """As `loads`, with the line of every node (counted from 1), so that `check`'s problems can be pointed at.

    Raises:
        MalformedGuide: as `loads`.
    """
    found = Findings()
    tree = _compose(text, found)
    result = read_graph(tree, found) if tree is not None else None
    if found.problems or result is None:
        raise MalformedGuide(found.in_file_order(), name)
    return result


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been met. A mapping's `children` are key, value, key, value, …"""

    children: list[Tree]
    is_table: bool
    line: int
    column: int

    def place(self) -> str:
        if not self.is_table:
            return str(len(self.children) + 1)
        key = self.children[-1] if len(self.children) % 2 else None
        return key.value if isinstance(key, Scalar) else "?"

    def close(self) -> Tree:
        if not self.is_table:
            return Listing(self.line, self.column, tuple(self.children))
        pairs = zip(self.children[::2], self.children[1::2], strict=True)
        entries = tuple((key, value) for key, value in pairs if isinstance(key, Scalar))
        return Table(self.line, self.column, entries)


def _compose(text: str, found: Findings) -> Tree | None:
    """The tree of the only document in `text`, or None with the reason among the findings."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        found.add(1, 1, "", f"the file is larger than {MAX_BYTES:,} bytes", "Split the guide into several.")
        return None
    try:
        loader = yaml.BaseLoader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        code = f"U+{ord(text[error.position]):04X}"
        found.add(line, column, "", f"the character {code} cannot stand in a file", "Remove it.")
        return None
    hint = "Check indentation, quotes and brackets there."
    try:
        return _Composer(found).compose(loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark or loader.get_mark()
        message = ", ".join(part for part in (error.context, error.problem) if part)
        found.add(mark.line + 1, mark.column + 1, "", f"this is not YAML: {message}", hint)
    except (ValueError, OverflowError) as error:
        # PyYAML lets these through: escapes beyond Unicode ("\U00110000"), version numbers of thousands of digits.
        mark = loader.get_mark()
        found.add(mark.line + 1, mark.column + 1, "", f"this is not YAML: {error}", hint)
    return None


class _Composer:
    def __init__(self, found: Findings) -> None:
        self.found = found
        self.open: list[_Open] = []
        self.root: Tree | None = None
        self.documents = 0

    def compose(self, loader: yaml.BaseLoader) -> Tree | None:
        while loader.check_event():
            event = loader.get_event()  # type: ignore[no-untyped-call]  # types-PyYAML leaves it bare
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            match event:
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        self.found.add(line, column, "", "there is a second document", "One file holds one guide.")
                        return None
                case yaml.AliasEvent():
                    self._refuse(line, column, f"alias “*{event.anchor}”")
                    self._place(Scalar(line, column, ""))
                case yaml.ScalarEvent() | yaml.CollectionStartEvent():
                    if event.anchor is not None:
                        self._refuse(line, column, f"anchor “&{event.anchor}”")
                    if event.tag is not None:
                        self._refuse(line, column, f"tag “{event.tag}”")
                    if isinstance(event, yaml.ScalarEvent):
                        self._place(Scalar(line, column, event.value))
                    elif not self._opened(isinstance(event, yaml.MappingStartEvent), line, column):
                        return None
                case yaml.CollectionEndEvent():
                    self._place(self.open.pop().close())
        if self.root is None:
            self.found.add(1, 1, "", "the file is empty", "Export a guide to see what one looks like.")
        return self.root

    def _opened(self, is_table: bool, line: int, column: int) -> bool:
        if len(self.open) >= MAX_DEPTH:
            hint = "A guide is nodes, their choices and nothing deeper."
            self.found.add(line, column, self._where(), f"more than {MAX_DEPTH} levels", hint)
            return False
        self.open.append(_Open([], is_table, line, column))
        return True

    def _place(self, tree: Tree) -> None:
        if not self.open:
            self.root = tree
            return
        parent = self.open[-1]
        if parent.is_table and len(parent.children) % 2 == 0 and not isinstance(tree, Scalar):
            self.found.add(tree.line, tree.column, self._where(), "a key must be plain text", "Quote the key.")
        parent.children.append(tree)

    def _where(self) -> str:
        return ".".join(level.place() for level in self.open)

    def _refuse(self, line: int, column: int, what: str) -> None:
        hint = "Write the text out where it is meant; quote text that begins with &, * or !."
        self.found.add(line, column, self._where(), f"{what} is not used in guides", hint)
