"""The inbox: what people searched for and did not find, and the ways to answer it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kb.admin.generics import ModelAdmin
from kb.admin.missing_pages import MissingPages
from kb.missing_entries import MAY_ACT, reopen, set_aside
from kb.models import Acquirer, Article, ErrorCode, MissingEntry
from kb.models.learning import MissingState
from kb.models.search import EntryKind, SearchEntry
from kb.queries.missing_entries import acquirers_today, found_today, open_count
from kb.site.counting import UNCOUNTED

_FOUND_SHOWN = 5
_EDITED_AS: dict[str, type[Article] | type[ErrorCode]] = {EntryKind.CODE: ErrorCode, EntryKind.ARTICLE: Article}


class StateFilter(admin.SimpleListFilter):
    """Open ones unless something else is asked for: the list is an inbox."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*MissingState.choices, ("all", _("All"))]

    def value(self) -> str:
        return super().value() or MissingState.OPEN

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": link, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(MissingEntry)
class MissingEntryAdmin(ModelAdmin):
    """Rows are counted, not written: what an editor can do with one is a button of its own."""

    index_position = 0
    change_form_template = "admin/kb/missingentry/change_form.html"
    list_display = ["searches", "reason", "last_seen"]
    list_display_links = None  # the question is the link, and stands first with its buttons
    list_filter = [StateFilter, "reason"]
    list_per_page = 50
    list_select_related = ["synonyms"]
    search_fields = ["question", "normal"]
    actions = ["set_aside_selected", "reopen_selected"]
    fields = [
        "question", "state", "reason", "searches", "opened", "first_seen", "last_seen", "answer_link", "settled_on",
    ]  # fmt: skip

    # --- who may ----------------------------------------------------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_ACT)

    def get_urls(self) -> list[URLPattern]:
        return MissingPages(self).urls() + super().get_urls()

    def waiting(self) -> int:
        """How many wait, for the admin's first page."""
        return open_count()

    # --- the list -----------------------------------------------------------------------------------------------------
    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        answered = (
            [] if request.GET.get(StateFilter.parameter_name, MissingState.OPEN) == MissingState.OPEN else ["answer"]
        )
        return [_question_for(request), *shown, *answered]

    @admin.display(description=_("answer"))
    def answer(self, missing: MissingEntry) -> str:
        if missing.answer_slug:
            return f"{missing.get_answer_kind_display()} · {missing.answer_slug}"
        return str(missing.synonyms or "—")

    @admin.action(permissions=["act"], description=_("Set selected missing entries aside"))
    def set_aside_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = set_aside(queryset, by=request.user)
        words = ngettext("%(count)d question was set aside.", "%(count)d questions were set aside.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    @admin.action(permissions=["act"], description=_("Open selected missing entries again"))
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = reopen(queryset, by=request.user)
        words = ngettext("%(count)d question is open again.", "%(count)d questions are open again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    # --- one of them --------------------------------------------------------------------------------------------------
    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        missing: MissingEntry = options["obj"]
        context |= {
            "missing": missing,
            "found": _found(missing.question)[:_FOUND_SHOWN],
            "search_address": _search_address(missing),
            **_may(request),
        }
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description=_("answer"))
    def answer_link(self, missing: MissingEntry) -> str:
        address = _answer_address(missing)
        return format_html('<a href="{}">{}</a>', address, self.answer(missing)) if address else self.answer(missing)


class _AcquirerShown(NamedTuple):
    """An acquirer, shown in the list of entries that the search finds."""

    path: str
    title: str
    get_kind_display: str


def _found(question: str) -> Sequence[SearchEntry | _AcquirerShown]:
    kind = str(Acquirer._meta.verbose_name)
    return found_today(question) or [
        _AcquirerShown(f"/acquirers/{one.slug}/", one.brand, kind) for one in acquirers_today(question)
    ]


def _may(request: HttpRequest) -> dict[str, bool]:
    """Which ways to an answer are open to a user."""
    may = request.user.has_perm
    return {
        "may_act": may(MAY_ACT),
        "may_add_code": may("kb.add_errorcode"),
        "may_add_article": may("kb.add_article"),
        "may_change_synonyms": may("kb.change_synonymgroup"),
    }


def _question_for(request: HttpRequest) -> Callable[[MissingEntry], SafeString]:
    """The first column of the list: the question, what is found for it today, and the buttons that this user may press."""
    may = _may(request)

    @admin.display(description=_("question"), ordering="question")
    def question(missing: MissingEntry) -> SafeString:
        context = {"missing": missing, "search_address": _search_address(missing), **may}
        return render_to_string("admin/kb/missingentry/_row.html", context)

    return question


def _search_address(missing: MissingEntry) -> str:
    return f"{reverse('search')}?{urlencode({'q': missing.question, UNCOUNTED: '1'})}"


def _answer_address(missing: MissingEntry) -> str:
    """Where the answer is edited; "" for a guide, which has its own part of the admin, and for an answer that is gone."""
    if missing.synonyms_id:
        return reverse("admin:kb_synonymgroup_change", args=[missing.synonyms_id])
    model: type[Article] | type[ErrorCode] | None = _EDITED_AS.get(missing.answer_kind)
    row = model.objects.filter(slug=missing.answer_slug).only("pk").first() if model else None
    return reverse(f"admin:kb_{row._meta.model_name}_change", args=[row.pk]) if row else ""
