"""Two editors press "save" at the same moment: one is stored, the other is told, and nothing is lost between them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from diagnostics.assembly import draft_graph
from diagnostics.editing import save_node
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import Graph
from diagnostics.errors import NodeMoved
from diagnostics.models import DraftSave, Guide
from tests.factories import make_guide, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def titled(node: str, title: str) -> Callable[[Graph], Graph]:
    return lambda graph: replace_node(graph, replace(graph.node(node), title=title))


def at_once(guide: Guide, users: tuple[User, User], nodes: tuple[str, str], number: int) -> list[str]:
    """What became of two saves that begin together: the title that was stored, or after whom."""
    barrier = Barrier(2)

    def save(user: User, node: str) -> str:
        title = f"{user} · {node} · {number}"
        barrier.wait(timeout=10)
        try:
            save_node(guide, titled(node, title), node=node, by=user, number=number, what="x")
        except NodeMoved as moved:
            return f"after {moved.by}"
        else:
            return title
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(save, users, nodes))


def test_of_two_saves_of_one_step_one_wins_and_the_other_is_told() -> None:
    guide = make_guide()
    users = make_user("one", superuser=True), make_user("two", superuser=True)
    for _ in range(ROUNDS):
        guide.refresh_from_db()
        outcome = at_once(guide, users, ("ask", "ask"), guide.draft_number)
        stored = draft_graph(guide).node("ask").title
        assert sorted(outcome) == sorted([stored, f"after {stored.partition(' ')[0]}"])


def test_two_saves_of_two_steps_are_both_kept() -> None:
    guide = make_guide()
    users = make_user("one", superuser=True), make_user("two", superuser=True)
    guide.refresh_from_db()
    first = guide.draft_number
    for _ in range(ROUNDS):
        guide.refresh_from_db()
        outcome = at_once(guide, users, ("ask", "insert"), guide.draft_number)
        graph = draft_graph(guide)
        assert [graph.node("ask").title, graph.node("insert").title] == outcome
    numbers = DraftSave.objects.filter(guide=guide, number__gt=first).values_list("number", flat=True)
    assert sorted(numbers) == list(range(first + 1, first + 1 + 2 * ROUNDS))
