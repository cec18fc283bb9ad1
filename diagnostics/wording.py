"""What the engine finds and what actions refuse, in the reader's language.

The engine itself knows English and ids only (docs/guide-problems.md).
"""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from diagnostics.engine.catalogue import CATALOGUE, Grade, Problem
from diagnostics.engine.graph import ChoiceId, Graph, NodeId
from diagnostics.errors import (
    AlreadyLive,
    AuthorMayNotApprove,
    DraftMoved,
    NotInReview,
    PublishRefused,
    UnknownArticles,
    UnusableDraft,
)
from diagnostics.models import Choice, Node, NodeKind

Refusal = (
    DraftMoved | NotInReview | AuthorMayNotApprove | AlreadyLive | PublishRefused | UnknownArticles | UnusableDraft
)

_SHORT = 24  # characters of a title inside a sentence
_ARROW = " → "
# Here the id itself is what is wrong, or a title would name two nodes.
_ABOUT_IDS = {"G007": "node", "G008": "bad", "G009": "node", "G016": "choice"}
_ABOUT_TITLES = ("G024", "W007")
_NODES = ("node", "to", "start", "ends", "reached", "asked")
_FIELD_NAMES = {"guide": "inner_guide", "then": "then"}


def problem_text(problem: Problem, graph: Graph | None = None) -> tuple[str, str]:
    """What is wrong, and what to do about it. With a graph, ids become the titles and labels that an editor knows."""
    kind = CATALOGUE[problem.id]
    data = problem.data if graph is None else _named(problem, graph)
    return gettext(kind.message).format_map(data), gettext(kind.hint).format_map(data)


def node_name(graph: Graph, node_id: NodeId, *, short: bool = True) -> str:
    """A node's title, shortened for a sentence; its id where there is no such node or no title."""
    node = graph.nodes.get(node_id)
    title = " ".join(node.title.split()) if node is not None else ""
    if not title:
        return node_id
    return _shortened(title) if short else title


def choice_name(graph: Graph, node_id: NodeId, choice_id: ChoiceId, *, short: bool = True) -> str:
    """A choice's label, shortened for a sentence; its id where there is no such choice or no label."""
    node = graph.nodes.get(node_id)
    choice = node.choice(choice_id) if node is not None else None
    label = choice.label.strip() if choice is not None else ""
    if not label:
        return choice_id
    return _shortened(label) if short else label


def refusal_text(refusal: Refusal) -> str:
    """Why nothing happened, and what to do now."""
    match refusal:
        case DraftMoved():
            return moved_text(refusal)
        case NotInReview():
            return gettext(
                "Nothing was done: this draft is not in review. It was changed since it was handed in, was given back, "
                "or nobody handed it in yet. Hand it in, then it can be published."
            )
        case AuthorMayNotApprove():
            return gettext("Not published: you made the last change yourself. Ask another reviewer to look at it.")
        case AlreadyLive():
            return gettext("Nothing to do: readers walk exactly this already, as revision %(number)d.") % {
                "number": refusal.number
            }
        case PublishRefused():
            count = sum(problem.grade is Grade.ERROR for problem in refusal.problems)
            words = ngettext(
                "Refused: %(count)d error has to be mended first. It is listed below.",
                "Refused: %(count)d errors have to be mended first. They are listed below.",
                count,
            )
            return words % {"count": count}
        case UnknownArticles():
            return gettext(
                "Nothing was saved: these articles do not exist any more: %(articles)s. Write them again, or choose "
                "an earlier save that does without."
            ) % {"articles": ", ".join(refusal.slugs)}
        case UnusableDraft():
            return gettext("Nothing was saved: %(reasons)s") % {"reasons": "; ".join(refusal.reasons)}


def moved_text(moved: DraftMoved) -> str:
    """Who was quicker, and when."""
    who = str(moved.by) if moved.by is not None else gettext("an operator's command")
    when = timezone.localtime(moved.at).strftime("%Y-%m-%d %H:%M") if moved.at else "?"
    return gettext(
        "After you opened the page, %(who)s saved this guide (%(when)s). Nothing was done and nothing is lost: look at "
        "the draft as it is now, then decide again."
    ) % {"who": who, "when": when}


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"


def _named(problem: Problem, graph: Graph) -> Mapping[str, str | int]:
    def name(node_id: str) -> str:
        return node_name(graph, node_id)

    data = dict(problem.data)
    names: dict[str, str | int] = {key: name(str(data[key])) for key in _NODES if data.get(key)}
    for key in ("choice", "other"):
        if data.get(key):
            is_node = problem.id == "W007"
            value = str(data[key])
            names[key] = name(value) if is_node else choice_name(graph, problem.node, value)
    if problem.id == "G006":
        names["cycle"] = _ARROW.join(f"“{name(one)}”" for one in str(data["cycle"]).split(_ARROW))
    if problem.id == "G018":
        names["turn"] = _turn(str(data["turn"]), graph)
    if problem.id == "G015":
        names["field"] = str(Node._meta.get_field(_FIELD_NAMES[str(data["field"])]).verbose_name)  # type: ignore[union-attr]
    if problem.id == "G013":
        names["kind"] = str(NodeKind(str(data["kind"])).label)
    if problem.id == "G022":
        names["field"] = _field(str(data["field"]), graph, problem.node)
    if problem.id in _ABOUT_TITLES:
        key = "node" if problem.id == "W007" else "choice"
        names |= {one: f"{names[one]} 〔{data[one]}〕" for one in (key, "other")}
    names.pop(_ABOUT_IDS.get(problem.id, ""), None)
    return {**data, **names}


def _turn(turn: str, graph: Graph) -> str:
    node_id, equals, choice_id = turn.partition("=")
    if not equals:
        return gettext("the start")
    return f"“{node_name(graph, node_id)}” = “{choice_name(graph, node_id, choice_id)}”"


def _field(field: str, graph: Graph, node_id: NodeId) -> str:
    first, _, choice_id = field.partition(".")
    if first == "choices":
        return f"{Choice._meta.verbose_name}: {choice_name(graph, node_id, choice_id)}"
    known = {one.name: str(getattr(one, "verbose_name", one.name)) for one in Node._meta.get_fields()}
    return known.get(first, first)
