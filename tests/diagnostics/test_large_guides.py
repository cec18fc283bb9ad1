"""A guide of 400 nodes, twelve deep, many of them merging: from its file to a merchant's walk."""

from io import StringIO
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.engine.codec import dumps
from diagnostics.engine.counting import path_statistics
from diagnostics.models import Guide
from tests.walks import random_walk
from tools.sample_graphs import layered_graph

pytestmark = pytest.mark.django_db


def imported(tmp_path: Path, nodes: int, depth: int) -> Guide:
    graph = layered_graph(nodes=nodes, depth=depth, slug=f"of-{nodes}")
    file = tmp_path / f"of-{nodes}.yaml"
    file.write_text(dumps(graph), encoding="utf-8")
    call_command("import_guide", file, publish=True, stdout=StringIO())
    return Guide.objects.select_related("live_revision").get(slug=graph.slug)


def test_a_large_guide_is_imported_drawn_published_and_walked(tmp_path: Path, client: Client) -> None:
    guide = imported(tmp_path, 400, 12)
    assert guide.live_revision is not None
    graph = revision_graph(guide.live_revision)
    assert len(graph.nodes) == 400
    assert draft_graph(guide) == graph
    assert path_statistics(graph).longest == 12
    assert sum(len(sources) > 1 for sources in graph.predecessors().values()) > 100
    drawing = StringIO()
    call_command("draw_guide", guide.slug, stdout=drawing)
    assert drawing.getvalue().count("guide-map__node") >= 400
    assert client.get(f"/guides/{guide.slug}/all/").status_code == 200
    position = random_walk(graph, Random(400))
    query = urlencode([("v", "1"), *sorted(position.answers.items())])
    page = client.get(f"/guides/{guide.slug}/{position.node.id}/?{query}")
    assert page.status_code == 200
    assert position.node.title in page.content.decode()


def test_a_step_costs_the_same_queries_in_a_small_and_in_a_large_guide(tmp_path: Path, client: Client) -> None:
    counts = []
    for nodes, depth in ((20, 6), (400, 12)):
        guide = imported(tmp_path, nodes, depth)
        assert guide.live_revision is not None
        graph = revision_graph(guide.live_revision)
        first = graph.node(graph.start)
        query = urlencode([("v", "1"), (first.id, first.choices[0].id)])
        address = f"/guides/{guide.slug}/{first.choices[0].to}/?{query}"
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 1
