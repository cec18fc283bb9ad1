"""Names that editors see and pick, and the ids behind them: “title 〔id〕”, in one text field with a list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from diagnostics.engine.graph import ChoiceId, Graph, Node, NodeId, is_id

_PICKED = re.compile(r"〔([^〔〕]+)〕\s*$")
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Named:
    """Things with an id and a title; titles need not be unique."""

    titles: Mapping[str, str]

    def label(self, key: str) -> str:
        """What stands in the field for `key`; a key without a thing (a draft) is shown as it is."""
        title = " ".join(self.titles.get(key, "").split())
        return f"{title[:_SHORT]} 〔{key}〕" if title else key

    def options(self) -> list[str]:
        return [self.label(key) for key in self.titles]

    def find(self, text: str) -> str | None:
        """The key that was picked, typed, or whose title was typed where only one thing is called so."""
        if (picked := _PICKED.search(text)) and (picked[1] in self.titles or is_id(picked[1])):
            return picked[1]
        if text in self.titles:
            return text
        called = [key for key, title in self.titles.items() if title.strip() == text]
        return called[0] if len(called) == 1 else None


def steps(graph: Graph, *, but: NodeId = "") -> Named:
    return Named({node.id: node.title for node in graph.nodes.values() if node.id != but})


def step_id(text: str, known: Named) -> NodeId:
    """The node that a field names; an id that no node has yet is kept, since drafts may be incomplete.

    Raises:
        ValidationError: the text names nothing and cannot be an id either.
    """
    text = text.strip()
    if not text:
        return ""
    if (found := known.find(text)) is not None:
        return found
    if is_id(text):
        return text
    raise ValidationError(
        _("No step, or more than one, is called “%(text)s”. Pick one from the list, or choose what kind of new step."),
        params={"text": text[:_SHORT]},
    )


def article_slug(text: str, known: Named) -> str:
    """Raises:
    ValidationError: there is no such article.
    """
    text = text.strip()
    if not text:
        return ""
    found = known.find(text)
    if found is None or found not in known.titles:
        raise ValidationError(
            _("There is no article “%(text)s”. Pick one from the list."), params={"text": text[:_SHORT]}
        )
    return found


def ways(nodes: Iterable[Node]) -> Named:
    """Ways of nodes as “question › answer 〔node/choice〕”; the choice is empty for a guide node's way on."""
    return Named(
        {
            f"{node.id}/{way.choice.id if way.choice else ''}": f"{node.title[:24] or node.id} › "
            f"{way.choice.label or way.choice.id if way.choice else '→'}"
            for node in nodes
            for way in node.ways
        }
    )


def way_of(text: str, known: Named) -> tuple[NodeId, ChoiceId]:
    """Raises:
    ValidationError: there is no such way.
    """
    found = known.find(text.strip())
    if found is None or found not in known.titles:
        raise ValidationError(_("Pick an answer from the list."))
    node, _slash, choice = found.partition("/")
    return node, choice
