"""Rows of a guide's form: the codes that lead to it, and its recorded paths.

Saving a draft elsewhere (the editor, an import) may write these rows anew, under new numbers. A form that was opened
before still names the old ones, and Django then crashes or complains of an id that nobody typed. `refreshed` finds each
sent row again by what it says, so that such a form can be shown, refused and, on purpose, sent again.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from diagnostics.admin.fields import NODE_LIST, AnswersField, offered
from diagnostics.models import GuideCode, RecordedPath
from kb.admin.rows import CodeTexts, Rows
from kb.admin.widgets import RowForm
from kb.search.normalise import normal_code

Values = Mapping[str, str]


class GuideCodeForm(RowForm):
    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not normal_code(text):
            raise ValidationError(_("A code needs a letter or a digit."))
        return text


class GuideCodeRows(Rows):
    model = GuideCode
    form = GuideCodeForm
    formset = CodeTexts
    verbose_name_plural = _("Codes that lead here")

    @staticmethod
    def says(row: GuideCode) -> Hashable:
        return row.normal

    @staticmethod
    def said(values: Values) -> Hashable:
        return normal_code(values.get("text", ""))


class RecordedPathForm(RowForm):
    answers = AnswersField(
        label=_("answers"), required=False, help_text=_("One answer a line: the node's id, a colon, the choice's id.")
    )

    class Meta:
        widgets = {"ends": offered(NODE_LIST)}


class RecordedPathRows(Rows):
    model = RecordedPath
    form = RecordedPathForm
    fields = ["answers", "ends", "position"]
    classes = ["collapse"]
    verbose_name_plural = _("Recorded paths (replayed before publishing)")

    @staticmethod
    def says(row: RecordedPath) -> Hashable:
        return tuple((node, choice) for node, choice in row.answers)

    @staticmethod
    def said(values: Values) -> Hashable:
        try:
            pairs = AnswersField().to_python(values.get("answers", ""))
        except ValidationError:
            return None
        return tuple((node, choice) for node, choice in pairs)


def refreshed(
    data: QueryDict,
    prefix: str,
    stored: Iterable[Any],
    says: Callable[[Any], Hashable],
    said: Callable[[Values], Hashable],
) -> QueryDict:
    """`data` with the sent rows under the numbers of the stored ones; a row that is gone is sent as a new one.

    Rows that somebody else added are not named and so stay as they are.
    """
    by_id = {str(row.pk): row for row in stored}
    rows = _rows(data, prefix)
    if all(not row.get("id") or row["id"] in by_id for row in rows):
        return data
    unclaimed = {says(row): key for key, row in by_id.items() if key not in {sent.get("id") for sent in rows}}
    known, new = [], []
    for sent in rows:
        was_stored = bool(sent.get("id"))
        row_id = sent["id"] if sent.get("id") in by_id else unclaimed.pop(said(sent), "") if was_stored else ""
        if row_id:
            known.append(sent | {"id": row_id})
        elif not (was_stored and sent.get(DELETION_FIELD_NAME)):  # else it was to be deleted, and is gone already
            new.append(sent | {"id": ""})
    return _with_rows(data, prefix, [*known, *new], initial=len(known))


def _rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    total = data.get(f"{prefix}-{TOTAL_FORM_COUNT}", "")
    count = int(total) if total.isascii() and total.isdigit() and len(total) < 5 else 0
    rows: list[dict[str, str]] = [{} for _place in range(count)]
    sent = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(.+)", re.ASCII)
    for name, value in data.items():
        if (found := sent.fullmatch(name)) and int(found[1]) < count:
            rows[int(found[1])][found[2]] = str(value)
    return rows


def _with_rows(data: QueryDict, prefix: str, rows: list[dict[str, str]], *, initial: int) -> QueryDict:
    changed = QueryDict(mutable=True)
    for name, values in data.lists():
        if not re.match(rf"{re.escape(prefix)}-\d+-", name):
            changed.setlist(name, values)
    for number, row in enumerate(rows):
        for field, value in row.items():
            changed[f"{prefix}-{number}-{field}"] = value
    changed[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(len(rows))
    changed[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(initial)
    return changed
