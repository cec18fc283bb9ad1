import pickle

import pytest

from diagnostics.engine import errors
from diagnostics.engine.errors import EngineError, FileProblem

PROBLEM = FileProblem(3, 5, "nodes.a", "wrong", "mend it")
RAISED: list[tuple[EngineError, str]] = [
    (errors.UnknownNode("a"), "no node 'a'"),
    (errors.StrandedWalk("a", "x", "b", (("a", "x"),)), "choice 'x' of node 'a' leads to 'b', which does not exist"),
    (errors.CircularWalk(("a", "b")), "the answers go round in circles: a → b → a"),
    (errors.CyclicGraph(("a",)), "the graph has a cycle: a → a"),
    (errors.MalformedGuide([PROBLEM], "x.yaml"), "x.yaml:3:5: nodes.a: wrong"),
    (errors.MalformedGuide([FileProblem(1, 1, "", "empty")]), "<guide>:1:1: empty"),
    (errors.UnwritableGuide([PROBLEM]), "nodes.a: wrong"),
    (errors.UnsupportedFormat(2), "format 2 is not supported"),
    (errors.UnknownGuide("g", "a.b"), "node 'a.b' hands over to guide 'g', which does not exist"),
    (errors.GuideCycle(("g", "h")), "guides hand over in a circle: g → h → g"),
    (errors.GuideTooDeep(("g", "h"), 1), "guides hand over through more than 1 levels: g → h"),
    (errors.ExpansionTooLarge("g", 2000), "guide 'g' has more than 2000 nodes with the guides inside it"),
    (errors.NodeExists("a"), "there is a node 'a' already"),
    (errors.UnknownWay("a", "x"), "node 'a' has no choice 'x'"),
    (errors.WouldCircle(("a", "b")), "the branch would lead back into itself: a → b → a"),
]


@pytest.mark.parametrize(("error", "text"), RAISED, ids=lambda value: type(value).__name__)
def test_an_error_says_what_happened_and_survives_pickling(error: EngineError, text: str) -> None:
    assert str(error) == text
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)


def test_every_error_is_tried() -> None:
    assert {type(error) for error, _ in RAISED} == set(EngineError.__subclasses__())
