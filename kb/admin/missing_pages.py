"""What the buttons of a missing entry lead to. Whoever may not press one is refused by the action behind it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.admin.generics import ModelAdmin
from kb.missing_entries import MAY_ACT, add_to_synonyms, reopen, set_aside
from kb.models import MissingEntry, SynonymGroup
from kb.search.counted import normal_question
from kb.search.normalise import clean_query


class GroupChoice(AutocompleteSelect):
    """Django's own looks up whatever was sent, and fails on what is no key."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        keys = [one for one in value if one.isascii() and one.isdigit() and len(one) < 19]
        return super().optgroups(name, keys, attr)


class SynonymForm(forms.Form):
    """A word of the question, and the words that mean the same."""

    word = forms.CharField(
        label=_("Word"),
        max_length=80,
        help_text=_("Shorten the question to the word or phrase that means the same as the words you choose below."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    group = forms.ModelChoiceField(
        label=_("Means the same as"),
        queryset=SynonymGroup.objects.all(),
        widget=GroupChoice(MissingEntry._meta.get_field("synonyms"), admin.site),
    )

    def clean_word(self) -> str:
        word = clean_query(self.cleaned_data["word"])
        if not normal_question(word):
            raise ValidationError(_("Write a word."))
        return word


class MissingPages:
    def __init__(self, admin: ModelAdmin) -> None:
        self.admin = admin

    def urls(self) -> list[URLPattern]:
        site = self.admin.admin_site
        pages = {
            "set-aside": require_POST(self.set_aside),
            "reopen": require_POST(self.reopen),
            "synonyms": require_http_methods(["GET", "HEAD", "POST"])(self.synonyms),
        }
        return [
            path(f"<int:pk>/{name}/", site.admin_view(view), name=f"kb_missingentry_{name.replace('-', '_')}")
            for name, view in pages.items()
        ]

    def set_aside(self, request: HttpRequest, pk: int) -> HttpResponse:
        missing = self._missing(request, pk)
        if set_aside([missing], by=request.user):
            self.admin.log_change(request, missing, "set aside")
            words = gettext("“%(question)s” is set aside. It comes back when it is searched twice as often.")
            messages.success(request, words % {"question": missing.question})
        return HttpResponseRedirect(reverse("admin:kb_missingentry_changelist"))

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        missing = self._missing(request, pk)
        if reopen([missing], by=request.user):
            self.admin.log_change(request, missing, "opened again")
            messages.success(request, gettext("The question is open again."))
        return _to(missing)

    def synonyms(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose words that mean the same as one of the question's."""
        missing = self._missing(request, pk)
        if not request.user.has_perm("kb.change_synonymgroup"):
            raise PermissionDenied("kb.change_synonymgroup")
        sent = request.POST if request.method == "POST" else None
        form = SynonymForm(sent, initial={"word": missing.question, "group": missing.synonyms_id})
        if form.is_valid():
            group = form.cleaned_data["group"]
            add_to_synonyms(missing, group, form.cleaned_data["word"], by=request.user)
            self.admin.log_change(request, missing, f"synonyms {group.slug}")
            _say_what_came_of_it(request, missing)
            return _to(missing)
        title = gettext("Add to synonyms")
        values: dict[str, Any] = {"opts": MissingEntry._meta, "missing": missing, "form": form, "title": title}
        context = {**self.admin.admin_site.each_context(request), "subtitle": missing.question, **values}
        return render(request, "admin/kb/missingentry/synonyms.html", context)

    def _missing(self, request: HttpRequest, pk: int) -> MissingEntry:
        """Raises:
        PermissionDenied: before anything is said of what exists.
        """
        if not request.user.has_perm(MAY_ACT):
            raise PermissionDenied(MAY_ACT)
        return get_object_or_404(MissingEntry, pk=pk)


def _say_what_came_of_it(request: HttpRequest, missing: MissingEntry) -> None:
    missing.refresh_from_db()
    if missing.is_open:
        words = gettext(
            "The word is added. The question stays open: the search finds nothing for it yet, or nobody opens it."
        )
        messages.warning(request, words)
    else:
        messages.success(
            request, gettext("The word is added, and the search finds something now: the question is answered.")
        )


def _to(missing: MissingEntry) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:kb_missingentry_change", args=[missing.pk]))
