"""Addresses of positions: which answers stand in the query, in which order, and what is dropped from it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from diagnostics.engine.graph import ChoiceId, NodeId
from diagnostics.engine.walk import canonical_answers

VERSION_KEY = "v"


def position_url(guide: str, node: NodeId, version: int, answers: Mapping[NodeId, ChoiceId]) -> str:
    """The one address of a position: `/guides/<guide>/<node>/?v=<revision>&<node>=<choice>…`, answers sorted."""
    return f"{reverse('guide-node', args=[guide, node])}?{position_query(version, answers)}"


def position_query(version: int, answers: Mapping[NodeId, ChoiceId]) -> str:
    return urlencode([(VERSION_KEY, str(version)), *canonical_answers(answers)])


def parse_version(text: str) -> int | None:
    """A revision's number, or None for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def parse_answers(query: Mapping[str, str]) -> dict[NodeId, ChoiceId]:
    """Everything in a query but the version. Unknown keys do no harm: a walk ignores them, and a redirect drops them."""
    return {key: value for key, value in query.items() if key != VERSION_KEY}
