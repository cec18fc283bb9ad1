"""What is wrong with a guide: one checker per defect, rule first, then the offenders; all are collected."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from diagnostics.engine.catalogue import (
    CATALOGUE,
    Grade,
    Problem,
    ProblemKind,
    make_problem,
    stale_words_problem,
)
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.errors import CyclicGraph
from diagnostics.engine.graph import (
    MAX_NODES,
    RESERVED_NODE_IDS,
    Graph,
    Kind,
    Node,
    Result,
    is_id,
    is_joined_id,
)
from diagnostics.engine.recorded_paths import failing_paths

__all__ = ["CATALOGUE", "Grade", "Problem", "ProblemKind", "check", "stale_words_problem"]

MAX_CHOICES = 7
MAX_TAPS = 12

#: A reader who cannot tell finds one of these: by the choice's id, or by a word in its label.
CANNOT_TELL_IDS = frozenset({"unsure", "not-sure", "unknown", "unclear", "cant-tell", "cannot-tell", "dont-know"})
CANNOT_TELL_WORDS = (
    "说不清", "说不准", "不知道", "不确定", "不清楚", "不记得", "看不出", "看不清", "没注意", "没看清",
)  # fmt: skip

#: What neither a page, nor an XML drawing, nor PostgreSQL can hold.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Checker = Callable[[Graph], Iterator[Problem]]


def check(graph: Graph) -> tuple[Problem, ...]:
    """All problems of a graph, however broken: errors first, then in the order of nodes and choices, then by id.

    A recorded path that enters a guide node can only be replayed in the expanded graph, and is passed over here:
    before publishing, check both the authored graph and the expanded one.
    """
    place = {node_id: index for index, node_id in enumerate(graph.nodes)}

    def order(problem: Problem) -> tuple[bool, int, str]:
        return problem.grade is Grade.WARNING, place.get(problem.node, -1), problem.id

    # The sort is stable: within a node and an id, problems keep the order in which their checker found them.
    return tuple(sorted((problem for checker in CHECKERS for problem in checker(graph)), key=order))


def _blank(text: str) -> bool:
    """Whether nothing of `text` is visible: spaces of any width, joiners and controls do not count."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _asking(graph: Graph) -> Iterator[Node]:
    return (node for node in graph.nodes.values() if node.kind in (Kind.QUESTION, Kind.CHECK))


def _outcomes(graph: Graph) -> Iterator[Node]:
    return (node for node in graph.nodes.values() if node.kind is Kind.OUTCOME)


def no_start(graph: Graph) -> Iterator[Problem]:
    if not graph.start:
        yield make_problem("G001")


def unknown_start(graph: Graph) -> Iterator[Problem]:
    if graph.start and graph.start not in graph.nodes:
        yield make_problem("G002", start=graph.start)


def missing_targets(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        for choice, to in node.ways:
            if to not in graph.nodes:
                yield make_problem("G003", node.id, choice.id if choice else "", to=to)


def unreachable_nodes(graph: Graph) -> Iterator[Problem]:
    # Without a start everything is unreachable; saying so for every node would bury the one thing to mend.
    if graph.start in graph.nodes:
        reachable = graph.reachable()
        yield from (make_problem("G004", node_id) for node_id in graph.nodes if node_id not in reachable)


def no_outcome_ahead(graph: Graph) -> Iterator[Problem]:
    # A node without any way on is told so by G012 or G015.
    ending = graph.reaching_an_end()
    yield from (make_problem("G005", node.id) for node in graph.nodes.values() if node.ways and node.id not in ending)


def cycles(graph: Graph) -> Iterator[Problem]:
    for cycle in graph.cycles():
        yield make_problem("G006", cycle[0], cycle=" → ".join((*cycle, cycle[0])))


def duplicate_nodes(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("G007", node_id) for node_id in dict.fromkeys(graph.duplicates))


def bad_ids(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        if not is_joined_id(node.id):
            yield make_problem("G008", node.id, bad=node.id)
        for choice in node.choices:
            if not is_id(choice.id):
                yield make_problem("G008", node.id, choice.id, bad=choice.id)


def reserved_ids(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("G009", node_id) for node_id in graph.nodes if node_id in RESERVED_NODE_IDS)


def unlabelled_choices(graph: Graph) -> Iterator[Problem]:
    for node in _asking(graph):
        yield from (make_problem("G010", node.id, choice.id) for choice in node.choices if _blank(choice.label))


def untitled_nodes(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("G011", node.id) for node in graph.nodes.values() if _blank(node.title))


def missing_choices(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("G012", node.id) for node in _asking(graph) if not node.choices)


def misplaced_choices(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        if node.choices and node.kind in (Kind.OUTCOME, Kind.GUIDE):
            yield make_problem("G013", node.id, kind=node.kind.value)


def missing_results(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("G014", node.id) for node in _outcomes(graph) if node.result is None)


def incomplete_hand_overs(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        if node.kind is Kind.GUIDE:
            if not node.guide:
                yield make_problem("G015", node.id, field="guide")
            if not node.then:
                yield make_problem("G015", node.id, field="then")


def duplicate_choices(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        counts = Counter(choice.id for choice in node.choices)
        yield from (make_problem("G016", node.id, choice_id) for choice_id, count in counts.items() if count > 1)


def too_many_nodes(graph: Graph) -> Iterator[Problem]:
    if len(graph.nodes) > MAX_NODES:
        yield make_problem("G017", count=len(graph.nodes), limit=MAX_NODES)


def unprintable_texts(graph: Graph) -> Iterator[Problem]:
    for node_id, field, text in _texts(graph):
        if found := UNPRINTABLE.search(text):
            yield make_problem("G022", node_id, field=field, character=f"U+{ord(found[0]):04X}")


def _texts(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Every text that is shown or stored: node id (empty for the guide's own), field, text."""
    yield from (("", "title", graph.title), ("", "start", graph.start))
    for code in graph.codes:
        yield "", "codes", code
    for node in graph.nodes.values():
        for field in ("id", "title", "help", "say", "note", "picture", "tell", "guide", "then"):
            yield node.id, field, getattr(node, field)
        for article in node.articles:
            yield node.id, "articles", article
        for choice in node.choices:
            yield node.id, f"choices.{choice.id}", choice.id + choice.label + choice.hint + choice.to
    for path in graph.paths:
        yield "", "paths", "".join((path.ends, *(part for answer in path.answers for part in answer)))


def one_way_questions(graph: Graph) -> Iterator[Problem]:
    for node in graph.nodes.values():
        if node.kind is Kind.QUESTION and len({choice.to for choice in node.choices}) == 1:
            yield make_problem("W001", node.id, to=node.choices[0].to)


def no_cannot_tell(graph: Graph) -> Iterator[Problem]:
    """A question needs a choice for those who cannot tell; so does a check that tells three or more things apart.

    A check with two choices does not: what did not help is "still the same", and everybody can tell that.
    """
    for node in _asking(graph):
        enough = 1 if node.kind is Kind.QUESTION else 3
        if len(node.choices) >= enough and not any(
            choice.id in CANNOT_TELL_IDS or any(word in choice.label for word in CANNOT_TELL_WORDS)
            for choice in node.choices
        ):
            yield make_problem("W002", node.id)


def no_words(graph: Graph) -> Iterator[Problem]:
    yield from (make_problem("W003", node.id) for node in _asking(graph) if _blank(node.say))


def too_many_choices(graph: Graph) -> Iterator[Problem]:
    for node in _asking(graph):
        if len(node.choices) > MAX_CHOICES:
            yield make_problem("W005", node.id, count=len(node.choices), limit=MAX_CHOICES)


def long_paths(graph: Graph) -> Iterator[Problem]:
    """Only the longest is named: its neighbours are nearly as long and mended by the same cut."""
    try:
        statistics = path_statistics(graph)
    except CyclicGraph:
        return
    if statistics.longest is not None and statistics.longest > MAX_TAPS:
        yield make_problem("W006", statistics.longest_end, taps=statistics.longest, limit=MAX_TAPS)


def _same(text: str) -> str:
    """Texts that a reader takes for the same: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def equal_titles(graph: Graph) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for node in graph.nodes.values():
        if not _blank(node.title) and (other := first.setdefault(_same(node.title), node.id)) != node.id:
            yield make_problem("W007", node.id, other=other)


def equal_labels(graph: Graph) -> Iterator[Problem]:
    for node in _asking(graph):
        first: dict[str, str] = {}
        for choice in node.choices:
            if not _blank(choice.label) and (other := first.setdefault(_same(choice.label), choice.id)) != choice.id:
                yield make_problem("G024", node.id, choice.id, other=other)


def missing_articles(graph: Graph) -> Iterator[Problem]:
    for node in _outcomes(graph):
        # What is fixed needs no reading; an outcome without a result is told so by G014.
        if node.result not in (None, Result.FIXED) and not node.articles:
            yield make_problem("W009", node.id)


def nothing_to_tell(graph: Graph) -> Iterator[Problem]:
    for node in _outcomes(graph):
        if node.result in (Result.ESCALATE, Result.STOP) and _blank(node.tell):
            yield make_problem("G025", node.id)


CHECKERS: tuple[Checker, ...] = (
    no_start,
    unknown_start,
    missing_targets,
    unreachable_nodes,
    no_outcome_ahead,
    cycles,
    duplicate_nodes,
    bad_ids,
    reserved_ids,
    unlabelled_choices,
    untitled_nodes,
    missing_choices,
    misplaced_choices,
    missing_results,
    incomplete_hand_overs,
    duplicate_choices,
    too_many_nodes,
    failing_paths,
    unprintable_texts,
    one_way_questions,
    no_cannot_tell,
    no_words,
    too_many_choices,
    long_paths,
    equal_titles,
    equal_labels,
    missing_articles,
    nothing_to_tell,
)
