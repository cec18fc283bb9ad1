"""History for the admin, with what simple_history's own pages leave open closed."""

import logging
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

logger = logging.getLogger("posfix.admin")


class HistoryAdmin(SimpleHistoryAdmin):  # type: ignore[misc]  # simple_history has no types
    """Base of every admin page whose rows have a history.

    What is added: only who may change an entry may revert it (simple_history lets a viewer post the form); an address
    with something else than numbers in it is "not found"; a revert runs the same steps as a save (`row_saved`).
    """

    index_position = 100  # place in the admin's own list of contents, smallest first
    save_on_top = True
    list_per_page = 50

    def before_rows(self, row: Any) -> Any:
        """What `row_saved` has to know of the rows below `row` as they were until now."""
        return None

    def row_saved(self, request: HttpRequest, row: Any, before: Any) -> None:
        """Called once the row and all rows that belong to it are stored; `before` is what `before_rows` gave."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = self.before_rows(form.instance)
        super().save_related(request, form, formsets, change)
        self.row_saved(request, form.instance, before)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Two rows that swap a unique value pass every check of the forms and only the database sees it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            logger.warning("a save met a constraint of the database", exc_info=True)
            messages.error(
                request,
                _(
                    "Nothing was saved: two rows would hold the same value, or somebody else changed one at the same "
                    "moment. Look again; to swap two rows, delete one, save, then add it anew."
                ),
            )
            return HttpResponseRedirect(request.get_full_path())

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        _require_numbers(unquote(object_id))
        return super().history_view(request, object_id, extra_context)  # type: ignore[no-any-return]

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        _require_numbers(unquote(object_id), version_id)
        if request.method != "POST":
            return super().history_form_view(request, object_id, version_id, extra_context)  # type: ignore[no-any-return]
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
            if response.status_code == 302:
                row: models.Model = self.model._default_manager.get(pk=unquote(object_id))
                self.row_saved(request, row, self.before_rows(row))
        return response


def _require_numbers(*parts: str) -> None:
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise Http404("no such version")
