"""Refusals of the engine. They carry data; whoever catches them finds the words.

Every constructor passes its arguments on, so that the exceptions survive pickling (process pools, caches).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong with a guide's file.

    `line` and `column` count from 1; `place` is the dotted path of keys (`nodes.reading.choices.tap`), empty for the
    file as a whole; entries of a list are counted from 1 (`paths.2.ends`).
    """

    line: int
    column: int
    place: str
    message: str
    hint: str = ""


class EngineError(Exception):
    """Whatever the engine refuses; never raised itself."""


class UnknownNode(EngineError):
    """A node was named that the graph does not have (or, for `answers_before`, that is not on the path)."""

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node

    def __str__(self) -> str:
        return f"no node {self.node!r}"


class StrandedWalk(EngineError):
    """A choice on the path leads to a node that does not exist. Only drafts can do this."""

    def __init__(self, node: str, choice: str, to: str, trail: tuple[tuple[str, str], ...]) -> None:
        super().__init__(node, choice, to, trail)
        self.node = node
        self.choice = choice
        self.to = to
        #: Answers up to and including the one that leads nowhere, in walking order.
        self.trail = trail

    def __str__(self) -> str:
        return f"choice {self.choice!r} of node {self.node!r} leads to {self.to!r}, which does not exist"


class CircularWalk(EngineError):
    """The answers lead back to a node that was already answered. Only drafts can do this."""

    def __init__(self, nodes: tuple[str, ...]) -> None:
        super().__init__(nodes)
        #: The nodes on the circle, each once, from the one met twice.
        self.nodes = nodes

    def __str__(self) -> str:
        return "the answers go round in circles: " + " → ".join((*self.nodes, self.nodes[0]))


class CyclicGraph(EngineError):
    """The graph has a cycle where the caller needs an order."""

    def __init__(self, nodes: tuple[str, ...]) -> None:
        super().__init__(nodes)
        #: One cycle, each node once.
        self.nodes = nodes

    def __str__(self) -> str:
        return "the graph has a cycle: " + " → ".join((*self.nodes, self.nodes[0]))


class MalformedGuide(EngineError):
    """A file is not a guide. All problems found are here, in file order; nothing was built."""

    def __init__(self, problems: Sequence[FileProblem], name: str = "<guide>") -> None:
        super().__init__(problems, name)
        self.problems = tuple(problems)
        self.name = name

    def __str__(self) -> str:
        return "\n".join(
            f"{self.name}:{problem.line}:{problem.column}: "
            f"{problem.place + ': ' if problem.place else ''}{problem.message}"
            for problem in self.problems
        )


class UnwritableGuide(EngineError):
    """The file format cannot hold this graph: the file would be refused or would say something else.

    `problems` have line and column 0; `place` and `message` say what stands in the way.
    """

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{problem.place}: {problem.message}" for problem in self.problems)


class UnsupportedFormat(EngineError):
    """A stored document has a format number that this version does not read."""

    def __init__(self, found: object) -> None:
        super().__init__(found)
        self.found = found

    def __str__(self) -> str:
        return f"format {self.found!r} is not supported"


class UnknownGuide(EngineError):
    """A guide node hands over to a guide that cannot be resolved; `node` is its id in the expanded graph."""

    def __init__(self, slug: str, node: str) -> None:
        super().__init__(slug, node)
        self.slug = slug
        self.node = node

    def __str__(self) -> str:
        return f"node {self.node!r} hands over to guide {self.slug!r}, which does not exist"


class GuideCycle(EngineError):
    """Guides hand over to each other in a circle: each slug once, from the one met twice."""

    def __init__(self, slugs: tuple[str, ...]) -> None:
        super().__init__(slugs)
        self.slugs = slugs

    def __str__(self) -> str:
        return "guides hand over in a circle: " + " → ".join((*self.slugs, self.slugs[0]))


class GuideTooDeep(EngineError):
    """Guides hand over through more levels than `limit`; `slugs` is the chain, outermost first."""

    def __init__(self, slugs: tuple[str, ...], limit: int) -> None:
        super().__init__(slugs, limit)
        self.slugs = slugs
        self.limit = limit

    def __str__(self) -> str:
        return f"guides hand over through more than {self.limit} levels: " + " → ".join(self.slugs)


class ExpansionTooLarge(EngineError):
    """Guides inside guides grew past `limit` nodes."""

    def __init__(self, slug: str, limit: int) -> None:
        super().__init__(slug, limit)
        self.slug = slug
        self.limit = limit

    def __str__(self) -> str:
        return f"guide {self.slug!r} has more than {self.limit} nodes with the guides inside it"


class NodeExists(EngineError):
    """A node was to be added or renamed to an id that is taken."""

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node

    def __str__(self) -> str:
        return f"there is a node {self.node!r} already"


class UnknownWay(EngineError):
    """A choice was named that the node does not have."""

    def __init__(self, node: str, choice: str) -> None:
        super().__init__(node, choice)
        self.node = node
        self.choice = choice

    def __str__(self) -> str:
        return f"node {self.node!r} has no choice {self.choice!r}"


class WouldCircle(EngineError):
    """A branch was to be moved below itself."""

    def __init__(self, nodes: tuple[str, ...]) -> None:
        super().__init__(nodes)
        #: The circle that the move would close, each node once.
        self.nodes = nodes

    def __str__(self) -> str:
        return "the branch would lead back into itself: " + " → ".join((*self.nodes, self.nodes[0]))
