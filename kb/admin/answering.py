"""Forms of new entries that are opened from a missing entry: prefilled with the question, and linked to it once saved."""

from typing import Any

from django.http import HttpRequest

from kb.admin.history import HistoryAdmin
from kb.missing_entries import MAY_ACT
from kb.models import MissingEntry
from kb.search.understand import understand

PARAMETER = "missing"  # in the address of the form, which is also the one it is sent to


def missing_entry(request: HttpRequest) -> MissingEntry | None:
    """The missing entry that the address names, for whoever may act on it. One query a request."""
    if "missing_entry" not in request.__dict__:
        request.missing_entry = _find(request)  # type: ignore[attr-defined]
    found: MissingEntry | None = request.__dict__["missing_entry"]
    return found


def _find(request: HttpRequest) -> MissingEntry | None:
    number = request.GET.get(PARAMETER, "")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and request.user.has_perm(MAY_ACT)):
        return None
    return MissingEntry.objects.filter(pk=number).first()


def codes_asked_for(request: HttpRequest) -> list[str]:
    """Codes that its question names, as they were typed."""
    missing = missing_entry(request)
    return [] if missing is None else [mention.text for mention in understand(missing.question).codes]


class AnsweringAdmin(HistoryAdmin):
    """The admin of something that can answer a missing entry."""

    def prefilled(self, missing: MissingEntry) -> dict[str, Any]:
        """Values of a new entry that is to answer `missing`."""
        raise NotImplementedError

    def answers(self, missing: MissingEntry, row: Any, request: HttpRequest) -> None:
        """Remember that `row`, which was just created, is to answer `missing`."""
        raise NotImplementedError

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        missing = missing_entry(request)
        return initial if missing is None else {**initial, **self.prefilled(missing)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and (missing := missing_entry(request)) is not None:
            self.answers(missing, obj, request)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        if options.get("add"):
            context["missing"] = missing_entry(request)
        return super().render_change_form(request, context, *args, **options)
