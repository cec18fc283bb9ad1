"""Every kind of problem a guide can have, in English.

Ids are stable: they stand in translations, in docs/guide-problems.md and in people's notes. A retired id is never
given to another problem. The Django side holds translated templates keyed by id; `Problem.data` fills those too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter

from diagnostics.engine.graph import ChoiceId, NodeId
from diagnostics.engine.problem_texts import ERRORS, WARNINGS


class Grade(StrEnum):
    """An error stops publishing, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """`message` and `hint` are templates for `str.format`; `name` is the slug that people read in lists."""

    id: str
    name: str
    grade: Grade
    message: str
    hint: str

    @property
    def fields(self) -> frozenset[str]:
        """Names of the data that the templates use; a translation may use these and no others."""
        parts = [*Formatter().parse(self.message), *Formatter().parse(self.hint)]
        return frozenset(name for _, name, _, _ in parts if name)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of an author. `node` and `choice` say where (empty: the guide as a whole) and are in `data` too."""

    id: str
    grade: Grade
    node: NodeId = ""
    choice: ChoiceId = ""
    data: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        return CATALOGUE[self.id].message.format_map(self.data)

    @property
    def hint(self) -> str:
        return CATALOGUE[self.id].hint.format_map(self.data)


def make_problem(problem_id: str, node: NodeId = "", choice: ChoiceId = "", **data: str | int) -> Problem:
    """Raises:
    KeyError: if the catalogue has no such id.
    """
    return Problem(problem_id, CATALOGUE[problem_id].grade, node, choice, {"node": node, "choice": choice, **data})


def stale_words_problem(node_id: NodeId) -> Problem:
    """The words to read aloud are older than the title. Only the caller knows ages: `check` never finds this."""
    return make_problem("W004", node_id)


def _kinds(grade: Grade, rows: Iterable[tuple[str, str, str, str]]) -> dict[str, ProblemKind]:
    return {row[0]: ProblemKind(row[0], row[1], grade, row[2], row[3]) for row in rows}


CATALOGUE: Mapping[str, ProblemKind] = _kinds(Grade.ERROR, ERRORS) | _kinds(Grade.WARNING, WARNINGS)
