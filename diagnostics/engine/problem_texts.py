"""The texts of every kind of problem: id, name, what is wrong and what to do. `catalogue` says how they are used.

Retired, and never given out again: W008 (is G024 now) and W010 (is G025 now).
"""


def _(text: str) -> str:
    """Give `text` back. Collectors of translations look for calls of this name; the engine itself speaks English."""
    return text


ERRORS = (
    (
        "G001",
        "no-start",
        _("The guide names no start node."),
        _("Choose the node that the reader sees first."),
    ),
    (
        "G002",
        "unknown-start",
        _("The guide starts at “{start}”, which does not exist."),
        _("Add that node or choose another start."),
    ),
    (
        "G003",
        "missing-target",
        _("Node “{node}” leads to “{to}”, which does not exist."),
        _("Add that node or let the way lead to another one."),
    ),
    (
        "G004",
        "unreachable-node",
        _("No answers lead to node “{node}”."),
        _("Let a choice lead to it or remove it."),
    ),
    (
        "G005",
        "no-outcome-ahead",
        _("From node “{node}” no answers lead to an outcome."),
        _("Let at least one of its ways end at an outcome."),
    ),
    (
        "G006",
        "cycle",
        _("These nodes lead round in a circle: {cycle}."),
        _("Let one of them lead on instead of back; a reader who tried everything belongs at an outcome."),
    ),
    (
        "G007",
        "duplicate-node",
        _("There is more than one node “{node}”."),
        _("Give each node an id of its own."),
    ),
    (
        "G008",
        "bad-id",
        _("“{bad}” cannot be an id."),
        _("Use 1 to 63 lower-case letters a–z, digits and hyphens, beginning with a letter or digit."),
    ),
    (
        "G009",
        "reserved-id",
        _("The id “{node}” is part of the guide's own addresses."),
        _("Give the node another id."),
    ),
    (
        "G010",
        "unlabelled-choice",
        _("Choice “{choice}” of node “{node}” has no label."),
        _("Write what the reader would say."),
    ),
    (
        "G011",
        "untitled-node",
        _("Node “{node}” has no title."),
        _("Write the question, the thing to do or the conclusion in one sentence."),
    ),
    (
        "G012",
        "no-choices",
        _("Node “{node}” asks the reader something but has no choices."),
        _("Add choices, or make it an outcome."),
    ),
    (
        "G013",
        "misplaced-choices",
        _("Node “{node}” has choices, which readers never see: it is of kind {kind}."),
        _("Remove the choices, or make the node a question or a check."),
    ),
    (
        "G014",
        "no-result",
        _("Outcome “{node}” does not say how it ends."),
        _("Choose fixed, article, escalate or stop."),
    ),
    (
        "G015",
        "incomplete-hand-over",
        _("Node “{node}” hands over to another guide but lacks “{field}”."),
        _("It needs both: the guide to hand over to, and the node where the walk goes on afterwards."),
    ),
    (
        "G016",
        "duplicate-choice",
        _("Node “{node}” has more than one choice “{choice}”."),
        _("Give each choice of a node an id of its own."),
    ),
    (
        "G017",
        "too-many-nodes",
        _("The guide has {count} nodes; {limit} is the most."),
        _("Move a part into a guide of its own and hand over to it."),
    ),
    (
        "G018",
        "path-ends-elsewhere",
        _("Recorded path {path} ends at “{reached}” instead of “{ends}”; it goes another way at {turn}."),
        _("Mend the guide, or record the path anew if the change was meant."),
    ),
    (
        "G019",
        "path-unknown-node",
        _("Recorded path {path} answers node “{asked}”, which does not exist."),
        _("Remove the answer, or record the path anew."),
    ),
    (
        "G020",
        "path-unknown-choice",
        _("Recorded path {path} answers node “{node}” with “{choice}”, which it does not offer."),
        _("Choose one of the node's choices, or record the path anew."),
    ),
    (
        "G021",
        "path-unused-answer",
        _("Recorded path {path} answers node “{node}” but never comes there."),
        _("Remove the answer, or record the path anew."),
    ),
    (
        "G022",
        "unprintable-text",
        _("The text “{field}” (node “{node}”) holds the character {character}, which no page can show."),
        _("Type the text anew at that place."),
    ),
    (
        "G023",
        "article-not-published",
        _("Node “{node}” sends readers to the article “{article}”, which is not published."),
        _("Have the article published first, or choose another one."),
    ),
    (
        "G024",
        "equal-labels",
        _("Choices “{other}” and “{choice}” of node “{node}” have the same label."),
        _("Merge them, or say in the labels what differs."),
    ),
    (
        "G025",
        "nothing-to-tell",
        _("Outcome “{node}” sends the reader to somebody else without words to tell them."),
        _("Write what the reader tells the acquirer or the repair shop."),
    ),
    (
        "G026",
        "unknown-guide",
        _("Node “{node}” hands over to the guide “{guide}”, which readers cannot walk."),
        _("Have that guide published first, or choose another one."),
    ),
    (
        "G027",
        "guides-in-a-circle",
        _("Guides hand over to each other in a circle: {cycle}."),
        _("Let one of them end at an outcome instead of handing over."),
    ),
    (
        "G028",
        "too-much-inside",
        _(
            "With the guides inside it, this guide has more than {limit} nodes, or more than {levels} guides in a chain."
        ),
        _("Hand over in fewer places, or to shorter guides."),
    ),
)

WARNINGS = (
    (
        "W001",
        "one-way-out",
        _("All answers to question “{node}” lead to “{to}”."),
        _("Leave the question out, or let the answers make a difference."),
    ),
    (
        "W002",
        "no-cannot-tell",
        _("Node “{node}” has no choice for a reader who cannot tell."),
        _("Add a choice such as “说不清” (id “unsure”) that leads to the safe way."),
    ),
    (
        "W003",
        "no-words",
        _("Node “{node}” has no words to read aloud."),
        _("Write what call-centre staff say on the phone."),
    ),
    (
        "W004",
        "stale-words",
        _("The words to read aloud at node “{node}” are older than its title."),
        _("Read them again and save them."),
    ),
    (
        "W005",
        "too-many-choices",
        _("Node “{node}” has {count} choices; more than {limit} are hard to hear and to tap."),
        _("Ask in two steps."),
    ),
    (
        "W006",
        "long-path",
        _("A reader may need {taps} taps to come to “{node}”; {limit} should be enough."),
        _("Ask first what rules out most."),
    ),
    (
        "W007",
        "equal-titles",
        _("Nodes “{other}” and “{node}” have the same title."),
        _("Merge them, or say in the titles what differs."),
    ),
    (
        "W009",
        "no-article",
        _("Outcome “{node}” names no article, so the reader is left without an explanation."),
        _("Choose the article that says what to do; only a fixed outcome needs none."),
    ),
)
