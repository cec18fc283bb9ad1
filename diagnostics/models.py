"""Guides: draft rows that editors change, and immutable revisions that readers walk."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from diagnostics.engine.graph import Kind, Result
from kb.search.normalise import normal_code


class NodeKind(models.TextChoices):
    QUESTION = Kind.QUESTION.value, _("Question")
    CHECK = Kind.CHECK.value, _("Check (something to do)")
    OUTCOME = Kind.OUTCOME.value, _("Outcome")
    GUIDE = Kind.GUIDE.value, _("Another guide")


class OutcomeResult(models.TextChoices):
    FIXED = Result.FIXED.value, _("Fixed")
    ARTICLE = Result.ARTICLE.value, _("An article answers it")
    ESCALATE = Result.ESCALATE.value, _("Call the acquirer")
    STOP = Result.STOP.value, _("Stop using the terminal")


class Guide(models.Model):
    """A decision tree. Its nodes and choices are the draft; what readers walk is `live_revision`."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    start = models.CharField(_("first node"), max_length=63, blank=True, help_text=_("Id of the node to start at."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    live_revision = models.ForeignKey(
        "diagnostics.GuideRevision",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("live revision"),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    draft_number = models.PositiveIntegerField(
        _("number of the draft"), default=0, editable=False, help_text=_("Grows with every save of the draft.")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("last changed by"),
        help_text=_("Empty: an operator's command."),
    )
    submitted_number = models.PositiveIntegerField(
        _("draft in review"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Number of the draft that was handed in; a later draft is not in review."),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    review_note = models.CharField(_("words of the review"), max_length=300, blank=True, editable=False)

    history = HistoricalRecords(
        excluded_fields=[
            "live_revision", "draft_number", "changed_by", "submitted_number", "submitted_by", "review_note",
        ]
    )  # fmt: skip

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "slug"]
        permissions = [("publish_guide", "Can publish guides")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("guide", args=[self.slug])

    @property
    def is_in_review(self) -> bool:
        return self.submitted_number is not None and self.submitted_number == self.draft_number


class GuideCode(models.Model):
    """A code string, or an error code's slug, that leads to a guide."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="codes", verbose_name=_("guide"))
    text = models.CharField(_("code string or slug"), max_length=80)
    normal = models.CharField(_("normal form"), max_length=80, editable=False, db_index=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("code of a guide")
        verbose_name_plural = _("codes of a guide")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["guide", "normal"], name="diagnostics_guidecode_once")]

    def __str__(self) -> str:
        return self.text

    def save(self, **options: Any) -> None:
        self.normal = normal_code(self.text)
        super().save(**options)


class Node(models.Model):
    """A node of a draft. It may be incomplete: problems are shown, and only publishing is refused."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="nodes", verbose_name=_("guide"))
    key = models.CharField(_("node id"), max_length=63, help_text=_("Small letters, digits and hyphens."))
    kind = models.CharField(_("kind"), max_length=10, choices=NodeKind, default=NodeKind.QUESTION)
    title = models.CharField(_("title"), max_length=200, blank=True)
    help = models.TextField(_("why we ask"), blank=True)
    say = models.TextField(_("words to read aloud"), blank=True)
    say_title = models.CharField(_("title that the words were written for"), max_length=200, blank=True, editable=False)
    note = models.TextField(_("staff note"), blank=True, help_text=_("Never shown to merchants."))
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=OutcomeResult, blank=True)
    tell = models.TextField(_("what to tell the acquirer"), blank=True)
    inner_guide = models.CharField(_("other guide"), max_length=80, blank=True, help_text=_("Slug of the other guide."))
    then = models.CharField(_("afterwards"), max_length=63, blank=True, help_text=_("Node id to come back to."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    articles = models.ManyToManyField("kb.Article", through="diagnostics.NodeArticle", related_name="guide_nodes")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["guide", "key"], name="diagnostics_node_once")]

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def has_stale_words(self) -> bool:
        """Whether the title changed after the words to read aloud were written, or last found to fit."""
        return bool(self.say) and self.say_title != self.title


class NodeArticle(models.Model):
    node = models.ForeignKey(Node, models.CASCADE, related_name="node_articles", verbose_name=_("node"))
    article = models.ForeignKey("kb.Article", models.PROTECT, related_name="+", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("article of a node")
        verbose_name_plural = _("articles of a node")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["node", "article"], name="diagnostics_nodearticle_once")]

    def __str__(self) -> str:
        return str(self.article)


class Choice(models.Model):
    """A labelled way from a node to the next. `to` may name a node that does not exist yet."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="choices", verbose_name=_("node"))
    key = models.CharField(_("choice id"), max_length=63)
    label = models.CharField(_("label"), max_length=120, blank=True)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    to = models.CharField(_("leads to"), max_length=63, blank=True, help_text=_("Node id."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["node", "key"], name="diagnostics_choice_once")]

    def __str__(self) -> str:
        return self.label or self.key


class RecordedPath(models.Model):
    """Answers that must end at a node: replayed before publishing."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="paths", verbose_name=_("guide"))
    answers = models.JSONField(_("answers"), default=list, help_text=_("Pairs of node id and choice id."))
    # Ids of guides inside guides are joined, up to eight of 63 characters.
    ends = models.CharField(_("ends at"), max_length=520)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("recorded path")
        verbose_name_plural = _("recorded paths")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"→ {self.ends}"


class DraftSave(models.Model):
    """A draft as one save left it. Every save can be brought back; bringing back is a save of its own."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="saves", verbose_name=_("guide"))
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"), help_text=_("The authored graph; `summary` stands beside its title."))
    what = models.CharField(_("what was done"), max_length=200, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("saved by"),
        help_text=_("Empty: an operator's command."),
    )
    saved_at = models.DateTimeField(_("saved at"), auto_now_add=True)

    class Meta:
        verbose_name = _("save of a draft")
        verbose_name_plural = _("saves of drafts")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="diagnostics_draftsave_once")]

    def __str__(self) -> str:
        return f"{self.guide_id} · {self.number}"


class Approval(models.TextChoices):
    """Who let a revision out. Readers never see it; auditors do."""

    REVIEWED = "reviewed", _("by somebody else than its author")
    OWN = "own", _("by its author, as a superuser")
    ROLLBACK = "rollback", _("an earlier revision, published anew")
    OPERATOR = "operator", _("by an operator's command")


class RevisionIsImmutable(Exception):
    """Somebody tried to change a published revision; a new one is the way to change a guide."""


class GuideRevision(models.Model):
    """Immutable snapshot of a guide. The database refuses updates too (migration 0002)."""

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="revisions", verbose_name=_("guide"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    content = models.JSONField(_("content"))
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("SHA-256 of the content, in hexadecimal: the key of parsed graphs.")
    )
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    draft_number = models.PositiveIntegerField(
        _("number of the draft"), null=True, blank=True, help_text=_("The save of the draft that was published.")
    )
    approval = models.CharField(_("approval"), max_length=10, choices=Approval, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
        help_text=_("Empty: an operator's command."),
    )
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="diagnostics_revision_once")]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise RevisionIsImmutable(self.pk)
        super().save(**options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise RevisionIsImmutable(self.pk)


class GuideEntrance(models.Model):
    """A code that leads to a guide's live revision: `GuideCode` is the draft of it, this is what readers meet."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="entrances", verbose_name=_("guide"))
    normal = models.CharField(_("normal form"), max_length=80, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "normal"], name="diagnostics_guideentrance_once")]

    def __str__(self) -> str:
        return self.normal


class WalkReport(models.Model):
    """A reader's "solved" or "not solved" at the end of a walk. No address, no identity."""

    revision = models.ForeignKey(GuideRevision, models.PROTECT, related_name="reports", verbose_name=_("revision"))
    node = models.TextField(_("node id"))
    solved = models.BooleanField(_("solved"))
    answers = models.JSONField(_("answers"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("reader's report")
        verbose_name_plural = _("readers' reports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.node}: {self.solved}"
