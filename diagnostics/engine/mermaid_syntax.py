"""Mermaid's flowchart language, as far as people write it: text → boxes and arrows. `mermaid` makes guides of them.

After the grammar of mermaid-js (packages/mermaid/src/diagrams/flowchart/parser/flow.jison), somewhat more lenient.
Every pattern is linear in the text: runs are possessive (`*+`), so that nothing is tried twice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.entities import html5

from diagnostics.engine.graph import MAX_NODES
from diagnostics.engine.reading import Findings
from diagnostics.engine.writing import MAX_BYTES

#: `A & B --> C & D` is four: without a limit a short text would be millions.
MAX_ARROWS = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """A node as last written; `line` and `column` say where it stands first. `text` is None where it is only named."""

    id: str
    line: int
    column: int
    text: str | None = None
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    source: str
    target: str
    label: str
    line: int
    column: int


@dataclass(slots=True)
class Flowchart:
    """What was read: boxes in the order in which they are first named."""

    title: str = ""
    title_line: int = 1
    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)


def parse_flowchart(text: str, found: Findings) -> Flowchart:
    """Worth something only where nothing was found."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    parser = _Parser(text, found)
    if parser.is_fit():
        parser.read()
    return parser.chart


#: As PyYAML has it for the files of guides.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile(r"<br\s*+/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|u|s|em|strong|small|sub|sup|span|font|center|div|p|code)(?:\s[^<>]*+)?>", re.IGNORECASE)
_ENTITY = re.compile(r"[#&]#?(\w{1,31});")


def plain_text(raw: str) -> str:
    """What a reader of the drawing sees, on one line: entities decoded (`#quot;`, `#35;`), tags of form left out."""
    if len(raw) > 1 and raw[0] == raw[-1] == "`":
        raw = raw[1:-1]
    return " ".join(_ENTITY.sub(_decoded, _TAG.sub("", _BREAK.sub(" ", raw))).split())


def _decoded(entity: re.Match[str]) -> str:
    name = entity[1]
    if not (name.isascii() and name.isdigit()):
        return html5.get(f"{name};", entity[0])
    number = int(name)
    character = chr(number) if number < 0x110000 else "\ufffd"
    return "\ufffd" if _FORBIDDEN.match(character) else character


_FRONT_MATTER = re.compile(r"\s*+---[ \t]*+\n(?P<lines>(?:(?!---)[^\n]*+\n)*+)---[ \t]*+(?=\n|\Z)")
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.*)$", re.MULTILINE)
#: Between statements. A Markdown fence around the flowchart is passed over, as are directives (`%%{init: …}%%`).
_GAP = re.compile(r"(?:[\s;]|%%\{(?:[^}]|\}(?!%%)){0,2000}+\}%%|%%(?!\{)[^\n]*+|```[^\n]*+)*+")
_HEADER = re.compile(
    r"(?:flowchart-elk|flowchart|graph)(?:[^\S\n]++(?:TB|TD|BT|RL|LR|[<>^v]))?[^\S\n]*+(?=[\n;]|%%|\Z)"
)
_WORD = re.compile(r"[^\s;]{1,40}")
_LINE = re.compile(r"[^\n;]{1,40}")
_BLANKS = re.compile(r"[^\S\n]*+")
_REST = re.compile(r"[^\n;]*+")
_DONE = re.compile(r"[^\S\n]*+(?=[\n;]|%%|\Z)")

_IGNORED = re.compile(
    r'(?:(?:classDef|class|style|linkStyle|click|direction)(?=[^\S\n])|acc(?:Title|Descr)\s*+:)(?:"[^"\n]*+"|[^"\n;])*+'
    r"|accDescr\s*+\{[^}]*+\}"
)
_ID_TEXT = r"(?:[\w.!#$'*+?/\\]|-(?![->.])|=(?!=))++"
_SUBGRAPH = re.compile(r'subgraph(?=[\s;]|\Z)((?:"[^"\n]*+"|[^"\n;])*+)')
_GROUP = re.compile(rf"\s*+({_ID_TEXT})\s*+(?:\[|\Z)")
_END = re.compile(r"end(?=[\s;]|%%|\Z)")
_AGAIN = re.compile(r"(?:flowchart|graph)(?=[^\S\n]+(?:TB|TD|BT|RL|LR)\b|[^\S\n]*(?:\n|\Z))")

_ID = re.compile(_ID_TEXT)
_CLASS = re.compile(r":::[\w-]++(?:,[\w-]++)*+")
_AND = re.compile(r"[^\S\n]*+&\s*+")
_ARROW = re.compile(r"\s*+(?P<arrow>-{2,}[-xo>]|={2,}[=xo>]|-\.+-[xo>]?|~{3,})\s*+")
_BOTH_WAYS = re.compile(r"[^\S\n]*+(?P<arrow>[<xo](?:--|==|-\.)[^\s\w]*+)")
_LABELLED = re.compile(
    r"\s*+(?P<arrow>)(?:"
    r'--\s*+(?:"([^"]*+)"|((?:#\w++;|[^-\n";]|-(?!-))*+))\s*+-{2,}[-xo>]'
    r'|==\s*+(?:"([^"]*+)"|((?:#\w++;|[^=\n";]|=(?!=))*+))\s*+={2,}[=xo>]'
    r'|-\.\s*+(?:"([^"]*+)"|((?:#\w++;|[^.\n";]|\.++(?!-))*+))\s*+\.+-[xo>]?'
    r")\s*+"
)
_LABEL = re.compile(r'\|(?:\s*+"([^"]*+)"\s*+|([^|"\n]*+))\|\s*+')


def _shape(opening: str, *closings: str) -> tuple[str, re.Pattern[str]]:
    """Text in quotes may be anything; other text has no brackets (round ones only inside shapes without them)."""
    ends = "|".join(map(re.escape, closings))
    round_ones = "()" if "(" in opening else ""
    return opening, re.compile(rf'{re.escape(opening)}(?:\s*+"([^"]*+)"\s*+|([^\[\]{{}}{round_ones}"\n]*?))(?:{ends})')


#: The longest opening first: what is no `[(…)]` may still be a `[…]` with a bracket in its text.
_SHAPES = (
    _shape("(((", ")))"),
    _shape("((", "))"),
    _shape("([", "])"),
    _shape("[[", "]]"),
    _shape("[(", ")]"),
    _shape("[/", "/]", "\\]"),
    _shape("[\\", "\\]", "/]"),
    _shape("{{", "}}"),
    _shape("(", ")"),
    _shape("[", "]"),
    _shape("{", "}"),
    _shape(">", "]"),
)


class _Unreadable(Exception):
    """A statement cannot be read further than `at`."""

    def __init__(self, at: int, message: str, hint: str, place: str = "") -> None:
        super().__init__(at, message, hint, place)
        self.at, self.message, self.hint, self.place = at, message, hint, place


class _Parser:
    def __init__(self, text: str, found: Findings) -> None:
        self.text = text
        self.at = 0
        self.found = found
        self.chart = Flowchart()
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._is_full = False
        self._open_groups: list[int] = []
        self._groups: set[str] = set()

    def is_fit(self) -> bool:
        if len(self.text) > MAX_BYTES or len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            self.found.add(1, 1, "", f"the file is larger than {MAX_BYTES:,} bytes", "Split the guide into several.")
            return False
        if bad := _FORBIDDEN.search(self.text):
            self._add(bad.start(), f"the character U+{ord(bad[0]):04X} cannot stand in a file", "Remove it.")
            return False
        return True

    def read(self) -> None:
        if (matter := self._take(_FRONT_MATTER)) and (title := _TITLE.search(self.text, *matter.span("lines"))):
            self.chart.title = plain_text(title[1].strip().strip("\"'"))
            self.chart.title_line = self._place(title.start())[0]
        self._take(_GAP)
        if not self._take(_HEADER):
            line = self._peek(_LINE)
            what = f"“{line[0].rstrip()}” is no flowchart" if line else "there is no flowchart"
            self._add(self.at, what, "Begin with “flowchart TD”. Other kinds of Mermaid diagrams are no guides.")
            return
        while self._take(_GAP) and self.at < len(self.text) and not self._is_full:
            try:
                self._statement()
            except _Unreadable as error:
                self._add(error.at, error.message, error.hint, error.place)
                self._take(_REST)
        for at in () if self._is_full else self._open_groups:
            self._add(at, "“subgraph” has no “end”", "Write “end” on a line of its own behind the group.")
        for box in self.chart.boxes.values():
            if box.id in self._groups:
                hint = "Draw arrows from and to the steps inside the group; give no step the name of a group."
                self.found.add(box.line, box.column, box.id, f"“{box.id}” is a group and cannot be a step", hint)

    def _statement(self) -> None:
        at = self.at
        if self._take(_IGNORED):
            return
        if group := self._take(_SUBGRAPH):
            self._open_groups.append(at)
            if name := _GROUP.match(group[1]):
                self._groups.add(name[1])
        elif self._take(_END):
            if not self._open_groups:
                raise _Unreadable(at, "“end” without “subgraph”", "A step cannot be called “end”: write “End”.")
            self._open_groups.pop()
        elif self._take(_AGAIN):
            raise _Unreadable(at, "there is a second flowchart", "One file holds one guide.")
        else:
            self._chain()
        if not self._take(_DONE):
            raise self._unknown("Write one statement to a line; put text in double quotes.")

    def _chain(self) -> None:
        sources = list(self._boxes())
        while arrow := self._arrow():
            at, is_drawn, label = arrow
            targets = list(self._boxes())
            if len(self.chart.arrows) + len(sources) * len(targets) > MAX_ARROWS:
                self._is_full = True
                raise _Unreadable(at, f"there are more than {MAX_ARROWS:,} arrows", "Split the guide into several.")
            if is_drawn:
                place = self._place(at)
                self.chart.arrows += [Arrow(one, other, label, *place) for one in sources for other in targets]
            sources = targets

    def _boxes(self) -> Iterator[str]:
        yield self._box()
        while self._take(_AND):
            yield self._box()

    def _box(self) -> str:
        at = self.at
        name = self._take(_ID)
        if name is None:
            raise self._unknown("A step is written as its id and its text: step1[Text].")
        if name[0] == "end":
            raise _Unreadable(at, "“end” ends a group", "A step cannot be called “end”: write “End”.")
        if self.text.startswith("@", self.at):
            hint = "Write the step as id[text], without “@{…}”; leave out names of arrows."
            raise _Unreadable(self.at, "“@” is not read here", hint, name[0])
        box = self.chart.boxes.get(name[0])
        if box is None and len(self.chart.boxes) == MAX_NODES:
            self._is_full = True
            raise _Unreadable(at, f"there are more than {MAX_NODES:,} nodes", "Hand over to a guide of its own.")
        box = box or Box(name[0], *self._place(at))
        if self.text[self.at : self.at + 1] in tuple("[({>"):
            shape, text = self._shape_and_text(name[0])
            box = replace(box, shape=shape, text=text)
        self._take(_CLASS)
        self.chart.boxes[name[0]] = box
        return name[0]

    def _shape_and_text(self, name: str) -> tuple[str, str]:
        for opening, pattern in _SHAPES:
            if text := self._take(pattern):
                return opening, plain_text((text[1] or text[2] or "").strip())
        hint = 'Close the bracket, and put the text in double quotes: step1["Text"]; one inside is written #quot;.'
        raise _Unreadable(self.at, f"the text of “{name}” cannot be read", hint, name)

    def _arrow(self) -> tuple[int, bool, str] | None:
        """Where the next arrow stands, whether it can be seen (`~~~` cannot), and its label."""
        if both := self._peek(_BOTH_WAYS):
            hint = "A guide goes one way: write two arrows with “-->”."
            raise _Unreadable(both.start("arrow"), f"“{both['arrow']}” points both ways", hint)
        if arrow := self._take(_ARROW):
            label = self._take(_LABEL)
            is_drawn = not arrow["arrow"].startswith("~")
        else:
            arrow = label = self._take(_LABELLED)
            is_drawn = True
        if arrow is None:
            return None
        text = next((text for text in label.groups() if text), "") if label else ""
        return arrow.start("arrow"), is_drawn, plain_text(text.strip())

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _peek(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.at)

    def _unknown(self, hint: str) -> _Unreadable:
        self._take(_BLANKS)
        word = self._peek(_WORD)
        return _Unreadable(self.at, f"“{word[0]}” cannot be read here" if word else "a step is missing here", hint)

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    def _add(self, at: int, message: str, hint: str, place: str = "") -> None:
        self.found.add(*self._place(at), place, message, hint)
