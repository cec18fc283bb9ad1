"""Addresses of positions: which answers stand in the query, in which order, and what is dropped from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.urls import reverse

from diagnostics.engine.graph import ChoiceId, NodeId
from diagnostics.engine.walk import canonical_answers

VERSION_KEY = "v"

Answers = Mapping[NodeId, ChoiceId]


class Addresses(Protocol):
    """Where the pages of one walk are. The site, the preview and the desk show the same steps at other addresses."""

    @property
    def start(self) -> str:
        """Where the walk begins anew."""

    @property
    def tree(self) -> str:
        """The whole guide on one page."""

    def position(self, node: NodeId, answers: Answers) -> str:
        """The page of `node` for a reader who came there by `answers`."""

    def report(self, answers: Answers) -> str:
        """Where a form sends "solved" and "not solved"."""


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """Addresses of a revision on the site; `first` is its start node, `is_stale` says that a newer one is live."""

    guide: str
    version: int
    first: NodeId
    is_stale: bool

    @property
    def start(self) -> str:
        return reverse("guide", args=[self.guide])

    @property
    def tree(self) -> str:
        return reverse("guide-tree", args=[self.guide])

    def position(self, node: NodeId, answers: Answers) -> str:
        """The first question of the live revision is the guide's own address."""
        if node == self.first and not self.is_stale:
            return self.start
        return position_url(self.guide, node, self.version, answers)

    def report(self, answers: Answers) -> str:
        return f"{reverse('guide-report', args=[self.guide])}?{position_query(self.version, answers)}"


def position_url(guide: str, node: NodeId, version: int, answers: Answers) -> str:
    """The one address of a position: `/guides/<guide>/<node>/?v=<revision>&<node>=<choice>…`, answers sorted."""
    return f"{reverse('guide-node', args=[guide, node])}?{position_query(version, answers)}"


def position_query(version: int, answers: Answers) -> str:
    return urlencode([(VERSION_KEY, str(version)), *canonical_answers(answers)])


def parse_version(text: str) -> int | None:
    """A revision's number, or None for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def parse_answers(query: Mapping[str, str]) -> dict[NodeId, ChoiceId]:
    """Everything in a query but the version. Unknown keys do no harm: a walk ignores them, and a redirect drops them."""
    return {key: value for key, value in query.items() if key != VERSION_KEY}
