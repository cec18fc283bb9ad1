"""Every guide that ships: without problems, published whole, every choice walked, every outcome promised by a path."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.checking import draft_problems, stale_nodes
from diagnostics.engine.codec import dumps, loads
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.graph import Graph, Kind, Result
from diagnostics.engine.walk import walk
from diagnostics.models import Guide, RecordedPath
from tests.test_starter_content import FIXTURES, FORBIDDEN, NEGATED
from tests.walks import random_walk, ways_through

FILES = sorted((FIXTURES / "guides").glob("*.yaml"))
SLUGS = [path.stem for path in FILES]
RANDOM_WALKS = 500

every_guide = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The starter content, loaded once: every test here reads only, inside a transaction around this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", stdout=StringIO())
        call_command("import_guide", *FILES, publish=True, stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def content(_loaded: None, db: None) -> None:
    pass


def walked(slug: str) -> Graph:
    """What readers walk: the guides inside it expanded."""
    guide = Guide.objects.select_related("live_revision").get(slug=slug)
    assert guide.live_revision is not None
    return revision_graph(guide.live_revision)


def test_the_seven_guides_are_there() -> None:
    assert set(SLUGS) == {"e324", "card-wont-read", "money-unclear", "no-network", "declined", "wont-start", "printing"}


@pytest.mark.parametrize("path", FILES, ids=SLUGS)
def test_the_file_is_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert dumps(loads(text)) == text
    assert loads(text).slug == path.stem


@every_guide
def test_nothing_is_wrong_with_the_draft(slug: str, content: None) -> None:
    guide = Guide.objects.get(slug=slug)
    assert draft_problems(draft_graph(guide), stale=stale_nodes(guide)) == ()


@every_guide
def test_every_outcome_is_promised_by_a_recorded_path(slug: str, content: None) -> None:
    ends = set(RecordedPath.objects.filter(guide__slug=slug).values_list("ends", flat=True))
    outcomes = {node.id for node in draft_graph(Guide.objects.get(slug=slug)).nodes.values() if node.is_end}
    assert outcomes <= ends


@every_guide
def test_every_node_has_words_to_read_aloud_and_a_way_out(slug: str, content: None) -> None:
    for node in draft_graph(Guide.objects.get(slug=slug)).nodes.values():
        assert node.kind is Kind.GUIDE or node.say, node.id
        if node.kind is Kind.QUESTION:
            assert node.help, node.id
            assert any(choice.id == "unsure" for choice in node.choices), node.id


@every_guide
def test_it_is_no_longer_than_twelve_taps(slug: str, content: None) -> None:
    longest = path_statistics(walked(slug)).longest
    assert longest is not None
    assert longest <= 12


@every_guide
def test_money_or_safety_comes_first(slug: str, content: None) -> None:
    graph = walked(slug)
    first = graph.node(graph.start)
    assert re.search("钱|扣|付|收|发出", first.title + first.help), first.title


@every_guide
def test_nobody_is_sent_to_open_the_terminal_or_to_swipe_again_in_doubt(slug: str, content: None) -> None:
    for node in walked(slug).nodes.values():
        words_of = [choice.label + "，" + choice.hint for choice in node.choices]
        for text in (node.title, node.help, node.say, node.note, node.tell, *words_of):
            for sentence in re.split(r"[。！？；\n]", text):
                for words in FORBIDDEN:
                    assert words not in sentence or NEGATED.search(sentence), f"{node.id}: {sentence}"
            assert not re.search(r"1[3-9]\d{9}|\b(?:400|95\d)[- ]?\d{2,4}", text), f"{node.id}: a phone number"


@every_guide
def test_random_readers_all_come_to_an_outcome(slug: str, content: None) -> None:
    graph = walked(slug)
    random = Random(slug)
    reached = set()
    for _ in range(RANDOM_WALKS):
        position = random_walk(graph, random)
        assert position.is_end
        assert position.node.result in set(Result)
        reached.add(position.node.id)
    assert len(reached) >= min(5, sum(node.is_end for node in graph.nodes.values()))


@every_guide
def test_every_choice_is_walked_on_the_site(slug: str, content: None, client: Client) -> None:
    graph = walked(slug)
    for answers in ways_through(graph):
        position = walk(graph, answers)
        query = urlencode([("v", "1"), *sorted(answers.items())])
        address = f"/guides/{slug}/{position.node.id}/?{query}"
        response = client.get(address, headers={"accept-encoding": "br"})
        assert response.status_code == 200, address
        assert len(response.content) <= 6 * 1024, address


def test_steps_that_guides_share_are_written_once(content: None) -> None:
    """At least one guide hands over to another, and what readers walk of it holds the other's steps."""
    handing_over = {
        slug: [node for node in draft_graph(Guide.objects.get(slug=slug)).nodes.values() if node.kind is Kind.GUIDE]
        for slug in SLUGS
    }
    assert any(handing_over.values())
    for slug, nodes in handing_over.items():
        for node in nodes:
            assert f"{node.id}.{walked(node.guide).start}" in walked(slug).nodes
