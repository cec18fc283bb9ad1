"""What the search finds. Rows are written by actions, in the transaction that writes the entry itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    CODE = "code", _("Error code")
    HUB = "hub", _("Code with several meanings")
    CAUSE = "cause", _("Cause")
    ARTICLE = "article", _("Article")
    GUIDE = "guide", _("Guide")


class SearchEntry(models.Model):
    """A published entry as the search sees it; a draft has none, so a search cannot show one."""

    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    slug = models.CharField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    code = models.CharField(_("code string"), max_length=40, blank=True)
    system = models.CharField(_("code system"), max_length=80, blank=True)
    path = models.CharField(_("path"), max_length=300, help_text=_("Address without the language prefix."))
    common = models.BooleanField(_("on the first page"), default=False, db_index=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="kb_searchentry_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}"


class SearchTerm(models.Model):
    """One term of an entry: a bigram of Chinese or a Latin word, with the weight of the best place it stands in."""

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="terms", db_index=False)
    term = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            # Term first: this is the index a search walks.
            models.UniqueConstraint(fields=["term", "entry"], name="kb_searchterm_once"),
        ]
        indexes = [models.Index(fields=["entry"], name="kb_searchterm_entry")]

    def __str__(self) -> str:
        return self.term
