"""Form parts that Django's admin lacks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey
from markdownx.widgets import AdminMarkdownxWidget

from kb.admin.generics import ModelForm


class MarkdownWidget(AdminMarkdownxWidget):  # type: ignore[misc]  # markdownx has no types
    """The Markdown editor with a live preview, buttons for what our articles need, and errors in words."""

    # In the app, not in the project's templates: that is where Django's form renderer looks.
    template_name = "kb/widgets/markdown.html"

    class Media:
        js = [forms.Script("js/admin_markdown.js", defer=True)]


class KnownAutocomplete(AutocompleteSelect):
    """An autocomplete field that already knows the label of its row's choice, and asks the database for no other."""

    known: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        chosen = [str(one) for one in value if one]
        if not chosen or not all(one in self.known for one in chosen):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, one, self.known[one], True, index) for index, one in enumerate(chosen)]
        return [(None, options, 0)]


class RowForm(ModelForm):
    """A row of an inline. Its autocomplete fields take their labels from what the inline's queryset has fetched."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # the admin wraps it in buttons
            if isinstance(widget, KnownAutocomplete):
                widget.known = self._known(name)

    def _known(self, name: str) -> dict[str, str]:
        relation = self.instance._meta.get_field(name)
        if self.instance.pk is None or not isinstance(relation, ForeignKey) or not relation.is_cached(self.instance):
            return {}
        related = getattr(self.instance, name)
        return {str(related.pk): str(related)} if related is not None else {}
