"""Codes: who numbers them, what they mean, who says so, where the sources contradict each other."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kb.actions import code_saved, system_saved
from kb.admin.answering import AnsweringAdmin, codes_asked_for
from kb.admin.entries import PUBLICATION, EntryAdmin, EntryForm
from kb.admin.generics import ModelAdmin
from kb.admin.rows import CodeTexts, Rows
from kb.missing_entries import link_draft
from kb.models import (
    Account,
    CodeArticle,
    CodeCause,
    CodeString,
    CodeSystem,
    Disagreement,
    DisagreementPosition,
    ErrorCode,
    MissingEntry,
)
from kb.models.codes import MoneyMoved, Retry
from kb.search.normalise import normal_code
from kb.search.understand import understand
from kb.slugs import suggested_slug

_TITLE = 120  # characters


class CodeStringRows(Rows):
    model = CodeString
    formset = CodeTexts
    verbose_name_plural = _("Strings on the screen")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """A row for each code that the question names which a new entry is to answer."""
        return len(codes_asked_for(request)) if obj is None else self.extra


class AccountRows(Rows):
    model = Account
    related = ("code", "source")
    autocomplete_fields = ["source"]
    fields = ["key", "source", "statement", "credibility", "position"]
    verbose_name_plural = _("Who says what (accounts)")


class CodeCauseRows(Rows):
    model = CodeCause
    related = ("code", "cause")
    autocomplete_fields = ["cause"]
    verbose_name_plural = _("Causes")

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Offer this code's own accounts only, read once for all rows."""
        formset = super().get_formset(request, obj, **options)
        account: Any = formset.form.base_fields.get("account")
        if account is not None:
            account.queryset = Account.objects.filter(code=obj).select_related("code", "source")
            account.choices = list(account.choices)
        return formset


class CodeArticleRows(Rows):
    model = CodeArticle
    related = ("article",)
    autocomplete_fields = ["article"]
    verbose_name_plural = _("Articles")


class ErrorCodeForm(EntryForm):
    def clean_slug(self) -> str:
        slug = super().clean_slug()
        # The hub of a string has the string in lower case as its address and as its search entry.
        if CodeString.objects.filter(normal=slug.upper()).exists():
            raise ValidationError(
                _("This is the address of the code string itself. Add a word, for example %(slug)s-general."),
                params={"slug": slug},
            )
        return slug

    def clean(self) -> None:
        super().clean()
        values = self.cleaned_data
        if values.get("money_moved") == MoneyMoved.UNKNOWN and values.get("retry") == Retry.YES:
            self.add_error(
                "retry",
                _(
                    "While the money may have moved, trying again is never simply safe. Choose “check first” or “do not”."
                ),
            )


@admin.register(ErrorCode)
class ErrorCodeAdmin(AnsweringAdmin, EntryAdmin):
    index_position = 1
    form = ErrorCodeForm
    list_display = ["title", "shown_as", "system", "money_moved", "retry", "status", "reviewed_on", "updated_at"]
    list_filter = ["status", "system", "money_moved", "retry", "responsible", "confidence", "often_met", "common"]
    list_select_related = ["system"]
    search_fields = ["title", "slug", "screen_text", "strings__text", "meaning"]
    search_help_text = _("A code as the screen shows it, or words of the title or the meaning.")
    inlines = [CodeStringRows, AccountRows, CodeCauseRows, CodeArticleRows]
    fieldsets = [
        (None, {"fields": ["slug", "system", "title", "screen_text", "often_met", "common"]}),
        (
            _("1. Is the money safe, may I try again?"),
            {
                "fields": ["money_moved", "money_note", "retry", "retry_note"],
                "description": _(
                    "The first thing a merchant reads. If nobody can be sure that no money moved, choose “may have moved”; "
                    "“you may try again” is then not allowed."
                ),
            },
        ),
        (
            _("2. How do I keep selling?"),
            {
                "fields": ["keep_selling"],
                "description": _(
                    "What the shop does while this is unsolved: another card, scanning, cash, another terminal."
                ),
            },
        ),
        (
            _("3. What is wrong?"),
            {
                "fields": ["meaning", "responsible", "confidence", "confidence_note"],
                "description": _("In plain words. What one source says goes under “Who says what” below."),
            },
        ),
        (
            _("4. How is it fixed?"),
            {"fields": [], "description": _("Causes and articles are chosen in the lists below.")},
        ),
        (
            _("5. Whom do I call, and what do I tell them?"),
            {
                "fields": ["tell"],
                "description": _(
                    "Never a phone number from the web: the label on the terminal, the receipt or the official site."
                ),
            },
        ),
        (_("How people ask for it"), {"fields": ["asked_as"]}),
        PUBLICATION,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("strings")  # type: ignore[no-any-return]

    @admin.display(description=_("strings"))
    def shown_as(self, code: ErrorCode) -> str:
        return " ".join(string.text for string in code.strings.all()) or "—"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find `e-324` too: strings are compared in their normal form."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        normal = normal_code(search_term)
        if not normal:
            return found, has_duplicates
        return found | queryset.filter(strings__normal=normal), True

    def prefilled(self, missing: MissingEntry) -> dict[str, Any]:
        question = missing.question
        slug = suggested_slug(question)
        # A string is no title, finds its code by itself, and in lower case is the address of its hub.
        if understand(question).is_code_only:
            return {"slug": f"{slug}-general"}
        return {"slug": slug, "title": question[:_TITLE], "asked_as": question}

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        # Not when it is sent: what a form began with would not count as typed, and would not be saved.
        if request.method == "GET" and obj.pk is None and isinstance(inline, CodeStringRows):
            kwargs["initial"] = [{"text": text} for text in codes_asked_for(request)]
        return kwargs

    def answers(self, missing: MissingEntry, row: ErrorCode, request: HttpRequest) -> None:
        link_draft(missing, row, by=request.user)

    def before_rows(self, row: ErrorCode) -> list[str]:
        return list(row.strings.order_by("pk").values_list("normal", flat=True))

    def row_saved(self, request: HttpRequest, row: ErrorCode, before: list[str]) -> None:
        # Rows that the form fetched before saving are out of date.
        code_saved(ErrorCode.objects.get(pk=row.pk), strings_before=before)


@admin.register(CodeSystem)
class CodeSystemAdmin(ModelAdmin):
    index_position = 6
    form = EntryForm
    list_display = ["name", "slug", "verified", "is_general"]
    search_fields = ["name", "slug"]
    fields = ["slug", "name", "names", "description", "verified", "is_general"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []

    def save_model(self, request: HttpRequest, obj: CodeSystem, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        system_saved(obj)


class PositionRows(Rows):
    model = DisagreementPosition
    related = ("account__code", "account__source")
    autocomplete_fields = ["account"]
    verbose_name_plural = _("What each account says on it")


class DisagreementForm(EntryForm):
    def clean_normal(self) -> str:
        normal = normal_code(self.cleaned_data["normal"])
        if not normal:
            raise ValidationError(_("A code needs a letter or a digit."))
        return normal


@admin.register(Disagreement)
class DisagreementAdmin(ModelAdmin):
    index_position = 7
    form = DisagreementForm
    list_display = ["normal", "topic", "advice", "position"]
    list_display_links = ["topic"]
    list_filter = ["normal"]
    search_fields = ["normal", "topic", "slug"]
    fields = ["slug", "normal", "topic", "advice", "position"]
    inlines = [PositionRows]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []


@admin.register(Account)
class AccountAdmin(ModelAdmin):
    """Only so that a disagreement can look accounts up; they are edited with their code."""

    search_fields = ["code__title", "code__slug", "source__title", "key"]
    ordering = ["code__slug", "position"]
    list_select_related = ["code", "source"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("code", "source")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # The permission itself stays: who deletes a code deletes its accounts.
        raise PermissionDenied
