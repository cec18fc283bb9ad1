"""The form of one node in the editor: engine nodes in, engine nodes out; drafts may stay incomplete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from diagnostics.admin.fields import ID_HELP, check_node_id
from diagnostics.admin.targets import Named, article_slug, step_id, steps
from diagnostics.engine.edits import add_node, free_choice_id, free_node_id, rename_node, replace_node
from diagnostics.engine.graph import MAX_MINUTES, Choice, Graph, Kind, Node, NodeId, Result
from diagnostics.models import NodeKind, OutcomeResult
from kb.uploads import MAX_BYTES, ImageRefused, Picture, safe_picture

STEP_LIST, ARTICLE_LIST, GUIDE_LIST, WAY_LIST = "step-options", "article-options", "guide-options", "way-options"
_SPARE_CHOICES, _SPARE_ARTICLES = 2, 1

NEW_KINDS = [
    ("", _("existing step")),
    (Kind.QUESTION.value, _("new question")),
    (Kind.CHECK.value, _("new check")),
    (Kind.OUTCOME.value, _("new outcome")),
]


def listed(list_id: str, **attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": list_id, "autocomplete": "off", **attributes})


class NodeForm(forms.Form):
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=NodeKind)
    title = forms.CharField(label=_("Title"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.CharField(
        label=_("Why we ask, or how to do it"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    say = forms.CharField(label=_("Words to read aloud"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    fitting = forms.BooleanField(label=_("I have read them again: they fit the title"), required=False)
    note = forms.CharField(
        label=_("Staff note"),
        required=False,
        help_text=_("Never shown to merchants."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), min_value=0, max_value=MAX_MINUTES, required=False)
    picture = forms.CharField(
        label=_("Picture"), max_length=200, required=False, help_text=_("Empty it to remove the picture.")
    )
    upload = forms.FileField(label=_("New picture"), required=False)
    result = forms.ChoiceField(label=_("How it ends"), choices=[("", "—"), *OutcomeResult.choices], required=False)
    tell = forms.CharField(
        label=_("What to tell the acquirer"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    guide = forms.CharField(label=_("Other guide"), max_length=80, required=False, widget=listed(GUIDE_LIST))
    then = forms.CharField(
        label=_("Afterwards, where it did not help"), max_length=300, required=False, widget=listed(STEP_LIST)
    )
    key = forms.CharField(label=_("Id of the step"), max_length=63, help_text=ID_HELP)

    def __init__(self, *args: Any, graph: Graph, node: Node, articles: Named, guides: Named, **options: Any) -> None:
        self.graph, self.node, self.known_articles, self.known_guides = graph, node, articles, guides
        self.picture_file: Picture | None = None
        options["initial"] = _initial(node, graph, guides)
        super().__init__(*args, **options)
        rows = max(len(node.articles) + _SPARE_ARTICLES, self._posted_articles())
        self.article_names = [f"article-{number}" for number in range(rows)]
        for number, name in enumerate(self.article_names):
            self.fields[name] = forms.CharField(
                label=_("Article"), max_length=300, required=False, widget=listed(ARTICLE_LIST)
            )
            if number < len(node.articles):
                self.initial[name] = articles.label(node.articles[number])

    def _posted_articles(self) -> int:
        return min(sum(name.startswith("article-") for name in self.data), 20)

    @property
    def article_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.article_names]

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key == self.node.id:
            return key
        if check_node_id(key) in self.graph.nodes:
            raise ValidationError(_("This guide already has a node “%(key)s”."), params={"key": key})
        return key

    def clean_then(self) -> str:
        return step_id(self.cleaned_data["then"], steps(self.graph, but=self.node.id))

    def clean_guide(self) -> str:
        text: str = self.cleaned_data["guide"].strip()
        return (self.known_guides.find(text) or text)[:80] if text else ""

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload:
            if upload.size > MAX_BYTES:
                raise ValidationError(_("The picture is larger than 10 MB."))
            try:
                self.picture_file = safe_picture(upload.read())
            except ImageRefused:
                raise ValidationError(
                    _("This picture cannot be used. PNG, JPEG, WebP and GIF up to 40 million pixels can.")
                ) from None
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        slugs = []
        for name in self.article_names:
            try:
                slugs.append(article_slug(data.get(name, ""), self.known_articles))
            except ValidationError as error:
                self.add_error(name, error)
        data["articles"] = tuple(dict.fromkeys(slug for slug in slugs if slug))
        return data


class ChoiceForm(forms.Form):
    """One answer. Empty rows count for nothing; the id stays behind the scenes, so that addresses and records hold."""

    id = forms.CharField(max_length=63, required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Answer"), max_length=120, required=False)
    to = forms.CharField(label=_("leads to"), max_length=300, required=False, widget=listed(STEP_LIST))
    new = forms.ChoiceField(label=_("which is"), choices=NEW_KINDS, required=False)
    hint = forms.CharField(label=_("Hint"), max_length=200, required=False)

    def __init__(self, *args: Any, graph: Graph, node: Node, **options: Any) -> None:
        self.graph, self.node = graph, node
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("new"):
            try:
                data["to"] = step_id(data.get("to", ""), steps(self.graph, but=self.node.id))
            except ValidationError as error:
                self.add_error("to", error)
        elif not data.get("to", "").strip():
            self.add_error("to", _("Write the title of the new step here."))
        return data

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("id", "label", "to", "new", "hint"))


class ChoiceRows(forms.BaseFormSet):  # type: ignore[type-arg]
    ordering_widget = forms.NumberInput

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["DELETE"].label = _("Remove")


def choice_rows(graph: Graph, node: Node, data: Mapping[str, Any] | None = None, *, spare: int = _SPARE_CHOICES) -> Any:
    rows = forms.formset_factory(
        ChoiceForm,
        formset=ChoiceRows,
        extra=spare,
        can_order=True,
        can_delete=True,
        max_num=60,
        absolute_max=100,
        validate_max=True,
    )
    known = steps(graph)
    initial = [{"id": one.id, "label": one.label, "to": known.label(one.to), "hint": one.hint} for one in node.choices]
    return rows(data, initial=initial, prefix="choice", form_kwargs={"graph": graph, "node": node})


@dataclass(frozen=True, slots=True)
class EditedNode:
    """What a form says: the node as it is to be, and the steps made on the spot for its choices to lead to."""

    old_id: NodeId
    node: Node
    added: tuple[Node, ...]

    def apply(self, graph: Graph) -> Graph:
        """Raises:
        EngineError: the graph lacks the node, or has one that was to be added.
        """
        for new in self.added:
            graph = add_node(graph, new, after=self.old_id)
        return replace_node(rename_node(graph, self.old_id, self.node.id), self.node)


def edited_node(form: NodeForm, rows: Any, *, picture: str = "") -> EditedNode:
    """The node of a valid form; `picture` is the address of one that was just uploaded."""
    data = form.cleaned_data
    graph = form.graph
    added: list[Node] = []
    choices: list[Choice] = []
    taken = [one.cleaned_data.get("id", "") for one in rows.forms]
    for row in _in_order(rows):
        to = row["to"]
        if row["new"]:
            new = Node(free_node_id(graph), Kind(row["new"]), " ".join(to.split())[:200])
            graph = add_node(graph, new)
            added.append(new)
            to = new.id
        choice_id = row["id"] or free_choice_id(replace(form.node, choices=tuple(choices)), taken)
        to = data["key"] if to == form.node.id else to  # a step that leads to itself: wrong, but the author's to mend
        choices.append(Choice(choice_id, row["label"].strip(), to, row["hint"].strip()))
    node = Node(
        id=data["key"],
        kind=Kind(data["kind"]),
        title=" ".join(data["title"].split()),
        help=_text(data["help"]),
        say=_text(data["say"]),
        note=_text(data["note"]),
        picture=picture or data["picture"].strip(),
        minutes=data["minutes"],
        articles=data["articles"],
        choices=tuple(choices),
        result=Result(data["result"]) if data["result"] else None,
        tell=_text(data["tell"]),
        guide=data["guide"],
        then=data["then"],
    )
    return EditedNode(form.node.id, node, tuple(reversed(added)))


def _in_order(rows: Any) -> list[dict[str, Any]]:
    """The rows that count, by their place; those without one, newly added, come last."""
    kept = [one for one in rows.forms if not one.is_empty and not one.cleaned_data.get("DELETE")]
    # A row that was given another's place comes before it; new rows without one come last.
    kept.sort(key=lambda one: (_place(one), "ORDER" not in one.changed_data))
    return [one.cleaned_data for one in kept]


def _place(row: Any) -> int:
    place = row.cleaned_data.get("ORDER")
    return 1000 if place is None else int(place)


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _initial(node: Node, graph: Graph, guides: Named) -> dict[str, Any]:
    return {
        "kind": node.kind.value,
        "title": node.title,
        "help": node.help,
        "say": node.say,
        "note": node.note,
        "minutes": node.minutes,
        "picture": node.picture,
        "result": node.result.value if node.result else "",
        "tell": node.tell,
        "guide": guides.label(node.guide),
        "then": steps(graph).label(node.then),
        "key": node.id,
    }
