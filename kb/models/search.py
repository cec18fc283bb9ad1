"""What the search finds. Rows are written by actions, in the transaction that writes the entry itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import NaturalKeyManager
from kb.search.tokens import spoken_words


class EntryKind(models.TextChoices):
    CODE = "code", _("Error code")
    HUB = "hub", _("Code with several meanings")
    ARTICLE = "article", _("Article")
    GUIDE = "guide", _("Guide")


class SearchEntry(models.Model):
    """A published entry as the search sees it; a draft has none, so a search cannot show one."""

    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    slug = models.CharField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    screen_text = models.CharField(_("screen text"), max_length=200, blank=True)
    code = models.CharField(_("code string"), max_length=40, blank=True)
    system = models.CharField(_("code system"), max_length=80, blank=True)
    system_slug = models.CharField(_("key of the code system"), max_length=40, blank=True)
    aliases = models.JSONField(_("other slugs"), default=list)
    path = models.CharField(_("path"), max_length=300, help_text=_("Address without the language prefix."))
    common = models.BooleanField(_("on the first page"), default=False, db_index=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    prior = models.SmallIntegerField(
        _("head start"),
        default=0,
        help_text=_("Hundredths that ranking adds: which of two equal answers stands first."),
    )

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="kb_searchentry_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}"


class SearchDocument(models.Model):
    """An entry's terms in reading order, a blank between two, in three parts that the search looks through in turn.

    The full-text index of either database hangs on this table by triggers (migration 0005), so that it is in step within
    the transaction that writes a row, whoever writes it.
    """

    entry = models.OneToOneField(SearchEntry, models.CASCADE, primary_key=True, related_name="document")
    title = models.TextField()
    head = models.TextField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A term that some title holds, and in how many. Rare terms tell entries apart.

    Counts are kept by the writes and put right by `rebuild_search`; a count that is off by a few only ranks a little
    differently.
    """

    term = models.CharField(max_length=40, primary_key=True)
    titles = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.term


class SearchCode(models.Model):
    """A published code string, once, whatever the number of its meanings."""

    normal = models.CharField(max_length=40, unique=True)
    text = models.CharField(max_length=40)
    meanings = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    systems = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.text


class CodeSpelling(models.Model):
    """What is left of a code string when one sign is missing; the way from a misspelt code to the one that exists.

    Two strings that differ by one edit share such a remainder, or one is the other's: Garbe, "1000x Faster Spelling
    Correction" (2012), for a distance of one.
    """

    remainder = models.CharField(max_length=40)
    code = models.ForeignKey(SearchCode, models.CASCADE, related_name="spellings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["remainder", "code"], name="kb_codespelling_once")]

    def __str__(self) -> str:
        return self.remainder


class SynonymGroup(models.Model):
    """Words that mean the same to a shopkeeper. Read when a question is understood, so a change needs no reindexing."""

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    words = models.TextField(
        _("words"), help_text=_("One word or phrase a line. A question with one of them finds texts with any other.")
    )
    tells_little = models.BooleanField(
        _("tells little"),
        default=False,
        help_text=_("Words of every other question, such as 失败 or 错误: they count less than the words beside them."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["slug"]

    def __str__(self) -> str:
        return " = ".join(spoken_words(self.words))

    def save(self, **options: Any) -> None:
        self.words = "\n".join(spoken_words(self.words))
        super().save(**options)

    def clean(self) -> None:
        if len(spoken_words(self.words)) < 2:
            raise ValidationError({"words": _("Give at least two words, each on a line of its own.")})

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
