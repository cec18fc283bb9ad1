"""Articles: text with a live preview, other names, sources."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField

from kb.actions import article_saved
from kb.admin.answering import AnsweringAdmin
from kb.admin.entries import PUBLICATION, SLUG, EntryAdmin, EntryForm
from kb.admin.rows import Rows
from kb.admin.sources import CitationRows
from kb.admin.widgets import MarkdownWidget, RowForm
from kb.editorial import article_warnings, empty_article, is_renderable
from kb.missing_entries import link_draft
from kb.models import Article, ArticleAlias, MissingEntry
from kb.slugs import suggested_slug

_TITLE = 120  # characters


class ArticleForm(EntryForm):
    def clean_slug(self) -> str:
        slug = super().clean_slug()
        if ArticleAlias.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another article already has this as a further name."))
        return slug

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not is_renderable(body):
            raise ValidationError(_("The text is too long for one page. Split it into several articles."))
        return body


class AliasForm(RowForm):
    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not SLUG.fullmatch(slug):
            raise ValidationError(_("Small letters, digits and single hyphens only, for example card-dirty."))
        if Article.objects.filter(slug=slug).exists():
            raise ValidationError(_("An article of this name exists: it would never be shown under it."))
        return slug


class AliasRows(Rows):
    model = ArticleAlias
    form = AliasForm
    verbose_name_plural = _("Further names (old addresses and small facts that lead here)")


@admin.register(Article)
class ArticleAdmin(AnsweringAdmin, EntryAdmin):
    index_position = 2
    form = ArticleForm
    formfield_overrides = {MarkdownxField: {"widget": MarkdownWidget}}
    list_display = ["title", "kind", "who", "status", "reviewed_on", "updated_at"]
    list_filter = ["status", "kind", "who", "confidence"]
    search_fields = ["title", "slug", "summary", "aliases__slug"]
    inlines = [AliasRows, CitationRows]
    fieldsets = [
        (None, {"fields": ["slug", "title", "kind", "summary"]}),
        (_("Text"), {"fields": ["body"]}),
        (_("How people ask for it"), {"fields": ["asked_as"]}),
        (_("Who does it, and how long it takes"), {"fields": ["who", "minutes"]}),
        (_("How sure we are"), {"fields": ["confidence"]}),
        PUBLICATION,
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"body": empty_article(), **super().get_changeform_initial_data(request)}

    def prefilled(self, missing: MissingEntry) -> dict[str, Any]:
        question = missing.question
        return {"slug": suggested_slug(question), "title": question[:_TITLE], "asked_as": question}

    def answers(self, missing: MissingEntry, row: Article, request: HttpRequest) -> None:
        link_draft(missing, row, by=request.user)

    def row_saved(self, request: HttpRequest, row: Article, before: None) -> None:
        article_saved(row)
        if findings := article_warnings(row.kind, row.body):
            items = format_html_join("", "<li>{}</li>", ((finding.text,) for finding in findings))
            note = _("The article is saved. Please look again at its text:")
            messages.warning(request, format_html("{}<ul>{}</ul>", note, items))
