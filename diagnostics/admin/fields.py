"""Form parts for guides: ids that are offered but may be typed freely, and answers as lines of text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from diagnostics.engine.graph import RESERVED_NODE_IDS, is_id

NODE_LIST = "guide-nodes"  # id of the <datalist> element that the template of guides writes

ID_HELP = _("Small letters, digits and hyphens, for example other-card.")


def offered(list_id: str) -> forms.TextInput:
    """A text field that offers what stands in the page's list; a draft may name what does not exist yet."""
    return forms.TextInput(attrs={"list": list_id, "class": "vTextField", "autocomplete": "off"})


def check_id(value: str) -> str:
    """Raises:
    ValidationError: `value` cannot name a choice or another guide.
    """
    if not is_id(value):
        raise ValidationError(ID_HELP)
    return value


def check_node_id(value: str) -> str:
    """Raises:
    ValidationError: `value` cannot name a node.
    """
    if check_id(value) in RESERVED_NODE_IDS:
        raise ValidationError(
            _("“%(value)s” is part of the guide's own addresses. Choose another id."), params={"value": value}
        )
    return value


class AnswersField(forms.Field):
    """Recorded answers, one a line: `node: choice`. Stored as pairs, in order."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40, "placeholder": "reading: tap"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{node}: {choice}" for node, choice in value)
        return value

    def to_python(self, value: Any) -> list[list[str]]:
        if isinstance(value, list):
            return value
        pairs = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if not line.strip():
                continue
            node, colon, choice = line.replace("：", ":").partition(":")
            if not (colon and node.strip() and choice.strip()):
                raise ValidationError(
                    _("Line %(number)d: write the node's id, a colon and the choice's id."), params={"number": number}
                )
            pairs.append([node.strip(), choice.strip()])
        return pairs

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or []) != self.to_python(data)
        except ValidationError:
            return True
