"""What a preview's address holds: whose page, where the walk began, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from diagnostics.addresses import Answers
from diagnostics.engine.graph import ChoiceId, NodeId, is_joined_id
from diagnostics.engine.walk import canonical_answers

# No node id begins with an underscore, so that these cannot be taken for answers.
AUDIENCE_KEY = "_as"
ORIGIN_KEY = "_from"
REPORTED_KEY = "_reported"
_RESERVED = "_"


class Audience(StrEnum):
    """Whose page is previewed."""

    MERCHANT = "merchant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview's address asks for. `origin` is the node to begin at, empty for the guide's own start."""

    audience: Audience
    origin: NodeId
    answers: Mapping[NodeId, ChoiceId]
    was_reported: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        return cls(
            audience=Audience.AGENT if query.get(AUDIENCE_KEY) == Audience.AGENT else Audience.MERCHANT,
            origin=query.get(ORIGIN_KEY, ""),
            answers={key: value for key, value in query.items() if not key.startswith(_RESERVED)},
            was_reported=REPORTED_KEY in query,
        )


@dataclass(frozen=True, slots=True)
class PreviewAddresses:
    """Addresses inside the preview of the guide with that primary key; `first` is where its walk begins."""

    guide: int
    audience: Audience
    origin: NodeId
    first: NodeId

    @property
    def start(self) -> str:
        return self._with_query(reverse("admin:diagnostics_guide_preview", args=[self.guide]), {})

    @property
    def tree(self) -> str:
        """The whole draft is on one page in the editor: the public one shows what readers walk."""
        return self.editor("")

    def position(self, node: NodeId, answers: Answers) -> str:
        # A draft's choice may lead to what no address can hold; the answers alone say where that is.
        if (node == self.first and not answers) or not is_joined_id(node):
            return self._with_query(reverse("admin:diagnostics_guide_preview", args=[self.guide]), answers)
        return self._with_query(reverse("admin:diagnostics_guide_preview_node", args=[self.guide, node]), answers)

    def report(self, answers: Answers) -> str:
        return self._with_query(reverse("admin:diagnostics_guide_preview_report", args=[self.guide]), answers)

    def record(self, answers: Answers) -> str:
        return self._with_query(reverse("admin:diagnostics_guide_record", args=[self.guide]), answers)

    def editor(self, node: NodeId) -> str:
        """The editor at a node; at the node that hands over for one of a guide inside the guide."""
        try:
            address = reverse("admin:diagnostics_guide_editor", args=[self.guide])
        except NoReverseMatch:
            return reverse("admin:diagnostics_guide_change", args=[self.guide])
        return f"{address}?{urlencode({'node': node.partition('.')[0]})}" if node else address

    def _with_query(self, path: str, answers: Answers) -> str:
        pairs = list(canonical_answers(answers))
        if self.origin:
            pairs.append((ORIGIN_KEY, self.origin))
        if self.audience is not Audience.MERCHANT:
            pairs.append((AUDIENCE_KEY, self.audience.value))
        return f"{path}?{urlencode(pairs)}" if pairs else path
