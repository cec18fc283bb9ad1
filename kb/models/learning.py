"""What is learnt from searches: how often what was asked, and the inbox of questions that nobody has answered yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.publication import one_of
from kb.models.search import EntryKind, SynonymGroup
from kb.querysets import MissingEntryQuerySet
from kb.search.normalise import MAX_QUERY_LENGTH


class SearchCount(models.Model):
    """How often a question was asked on one day (Asia/Shanghai). Nothing about who asked.

    `searches` holds those that `found_nothing`; `opened` counts entries that were opened from the results, and searches whose
    answer stood on the results page: a code that exists, with what it says of the money.
    """

    day = models.DateField()
    normal = models.CharField(max_length=MAX_QUERY_LENGTH)
    question = models.CharField(max_length=MAX_QUERY_LENGTH)
    searches = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "normal"], name="kb_searchcount_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.normal}: {self.searches}"


class MissingState(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    SET_ASIDE = "set-aside", _("Set aside")


class MissingReason(models.TextChoices):
    FOUND_NOTHING = "found-nothing", _("Nothing found")
    NOBODY_OPENED = "nobody-opened", _("Nothing opened")


class MissingEntry(models.Model):
    """A question that people ask and nothing answers, with its counts of the last 30 days.

    The entry named by `answer_kind` and `answer_slug` is its answer, or, while the question is open, the draft that is to be
    one. It is named, not referred to: a guide may answer too.
    """

    normal = models.CharField(_("normal form"), max_length=MAX_QUERY_LENGTH, unique=True)
    question = models.CharField(_("question"), max_length=MAX_QUERY_LENGTH)
    state = models.CharField(_("state"), max_length=10, choices=MissingState, default=MissingState.OPEN)
    reason = models.CharField(_("why it is here"), max_length=14, choices=MissingReason)
    searches = models.PositiveIntegerField(_("searches in 30 days"), default=0)
    opened = models.PositiveIntegerField(_("results opened"), default=0)
    first_seen = models.DateField(_("first searched on"))
    last_seen = models.DateField(_("last searched on"))
    answer_kind = models.CharField(_("kind of the answer"), max_length=10, choices=EntryKind, blank=True)
    answer_slug = models.CharField(_("answer"), max_length=80, blank=True)
    synonyms = models.ForeignKey(
        SynonymGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="missing_entries",
        verbose_name=_("synonyms it was added to"),
    )
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_searches = models.PositiveIntegerField(default=0, editable=False)
    # An editor took it up again: what the search finds is no answer, so only one that was started from here closes it.
    is_kept = models.BooleanField(default=False, editable=False)

    objects = models.Manager.from_queryset(MissingEntryQuerySet)()

    class Meta:
        verbose_name = _("missing entry")
        verbose_name_plural = _("missing entries")
        ordering = ["-searches", "normal"]
        indexes = [models.Index(fields=["state", "-searches"], name="kb_missingentry_open")]
        constraints = [one_of("state", MissingState), one_of("reason", MissingReason)]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        return self.state == MissingState.OPEN

    @property
    def is_touched(self) -> bool:
        """Whether somebody has begun something for it: the opposite of the query set's `untouched`."""
        return bool(self.answer_slug) or self.synonyms_id is not None or self.is_kept
