"""Every way through a guide as rows of a table: streamed, capped, and safe to open in a spreadsheet."""

import csv
import math
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlencode

from diagnostics.engine.counting import iter_paths, path_statistics
from diagnostics.engine.graph import Graph, Node
from diagnostics.engine.walk import Step

#: The header. `taps` counts the answers; `ends` is the outcome's id; `answers` are as an address holds them.
PATH_COLUMNS = ("number", "taps", "ends", "result", "ending", "steps", "answers")

MAX_ROWS = 5000

# A spreadsheet takes a cell that begins so for a formula, whoever wrote it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_EXACT_BELOW = 10**15


def path_rows(graph: Graph, limit: int = MAX_ROWS) -> Iterator[list[str]]:
    """A row per way from the start to an outcome, in authored order, cells as `PATH_COLUMNS` names them.

    After `limit` of them, where there are more, comes one row whose first cell says "only the first … of …". Give the
    expanded graph (`expand.expand`): that is what readers walk.

    Raises:
        CyclicGraph: before the first row, if a reader can walk in circles.
    """
    total = path_statistics(graph).total
    return _rows(graph, limit, total)


def path_lines(graph: Graph, limit: int = MAX_ROWS) -> Iterator[str]:
    """The header and `path_rows` as lines of CSV (RFC 4180), each with its end of line.

    Raises:
        CyclicGraph: as `path_rows`.
    """
    rows = path_rows(graph, limit)
    return (_csv_line(row) for part in ([list(PATH_COLUMNS)], rows) for row in part)


def number_in_words(number: int) -> str:
    """A count of paths: exact up to fifteen digits, beyond that a power of ten. A merging graph has exponentially many,
    and Python refuses to write out numbers of more than 4,300 digits."""
    return f"{number:,}" if number < _EXACT_BELOW else f"about 10^{math.floor(math.log10(number))}"


def _rows(graph: Graph, limit: int, total: int) -> Iterator[list[str]]:
    for number, steps in enumerate(iter_paths(graph, limit), start=1):
        end = _end_of(graph, steps)
        cells = (
            str(number),
            str(len(steps)),
            end.id,
            end.result.value if end.result else "",
            end.title,
            " | ".join(f"{step.node.title} → {step.choice.label}" for step in steps),
            urlencode([(step.node.id, step.choice.id) for step in steps]),
        )
        yield [_safe(cell) for cell in cells]
    if total > limit:
        yield [f"only the first {number_in_words(limit)} of {number_in_words(total)}", *[""] * (len(PATH_COLUMNS) - 1)]


def _end_of(graph: Graph, steps: tuple[Step, ...]) -> Node:
    """The outcome; an authored graph may hand over once more after the last answer."""
    node = graph.node(steps[-1].choice.to if steps else graph.start)
    while not node.is_end:
        node = graph.node(node.then)
    return node


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _csv_line(row: list[str]) -> str:
    line = StringIO(newline="")
    csv.writer(line).writerow(row)
    return line.getvalue()
