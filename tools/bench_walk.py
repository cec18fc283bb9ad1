"""Part `walk` of `make bench`: a step of a large guide costs what a step of a small one does."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from diagnostics.actions import publish_guide
from diagnostics.addresses import position_url
from diagnostics.editing import replace_draft
from diagnostics.engine.graph import Graph
from diagnostics.engine.walk import walk
from tools.sample_graphs import layered_graph

SIZES = (20, 400)
TAPS = 12  # of the longest path: the same for both, so that the pages differ in nothing but the guide behind them
ANSWERS = 5
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """`milliseconds` are those of each request, `queries` those of one."""

    nodes: int
    milliseconds: Sequence[float]
    queries: int

    @property
    def middle(self) -> float:
        return median(self.milliseconds)


def run(repetitions: int, most: float) -> bool:
    addresses = {nodes: _published_step(nodes) for nodes in SIZES}
    small, large = _measured(addresses, repetitions)
    lines, passed = verdict(small, large, most)
    sys.stdout.write("".join(f"walk: {line}\n" for line in lines))
    return passed


def verdict(small: Figures, large: Figures, most: float) -> tuple[list[str], bool]:
    """What was measured, line by line, and whether it is good enough."""
    lines = [
        f"{one.nodes:>4} nodes: median {one.middle:.2f} ms, {one.queries} queries, {len(one.milliseconds)} requests"
        for one in (small, large)
    ]
    ratio = large.middle / small.middle
    lines.append(f"ratio {ratio:.2f}, at most {most:g} {'ok' if ratio <= most else 'FAILED'}")
    if small.queries != large.queries:
        lines.append(f"{small.queries} and {large.queries} queries should be as many FAILED")
    return lines, ratio <= most and small.queries == large.queries


def _published_step(nodes: int) -> str:
    """The address of a question in the middle of a new guide of so many nodes."""
    graph = layered_graph(nodes, TAPS, slug=f"guide-{nodes:03}")
    revision = publish_guide(replace_draft(graph), by=None)
    answers = _first_answers(graph)
    return position_url(graph.slug, walk(graph, answers).node.id, revision.number, answers)


def _first_answers(graph: Graph) -> dict[str, str]:
    answers: dict[str, str] = {}
    for _ in range(ANSWERS):
        node = walk(graph, answers).node
        answers[node.id] = node.choices[0].id
    return answers


def _measured(addresses: Mapping[int, str], repetitions: int) -> list[Figures]:
    """Interleaved: whatever else the machine does meanwhile meets both alike."""
    client = Client()
    for address in [*addresses.values()] * WARM_UP:
        _milliseconds(client, address)
    times: dict[int, list[float]] = {nodes: [] for nodes in addresses}
    for _ in range(repetitions):
        for nodes, address in addresses.items():
            times[nodes].append(_milliseconds(client, address))
    return [Figures(nodes, times[nodes], _queries(client, address)) for nodes, address in addresses.items()]


def _milliseconds(client: Client, address: str) -> float:
    """Raises:
    RuntimeError: the page is not the one that was meant, and its time means nothing.
    """
    started = time.perf_counter()
    response = client.get(address)
    taken = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return taken


def _queries(client: Client, address: str) -> int:
    count = 0

    def counted(execute: Callable[..., Any], *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*rest)

    with connection.execute_wrapper(counted):
        client.get(address)
    return count
