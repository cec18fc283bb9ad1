"""Articles: Markdown pages that fix, explain, prevent or keep money safe."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from simple_history.models import HistoricalRecords

from kb.models.publication import ASKED_AS_HELP, Confidence, NaturalKeyManager, Publishable, Status, one_of
from kb.querysets import PublishableQuerySet


class ArticleKind(models.TextChoices):
    FIX = "fix", _("Fix")
    EXPLANATION = "explanation", _("Explanation")
    PREVENTION = "prevention", _("Prevention")
    MONEY_SAFETY = "money-safety", _("Money safety")


class Who(models.TextChoices):
    """Who can finish the work; the merchant's own part may still come first."""

    MERCHANT = "merchant", _("The shop itself")
    AGENT = "agent", _("Acquirer or agent")
    TECHNICIAN = "technician", _("Technician")


class Article(Publishable):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind, db_index=True)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("One sentence, shown in lists and results."))
    body = MarkdownxField(
        _("text"), help_text=_("Markdown. What a reader must not do goes between “::: dont” and “:::”.")
    )
    asked_as = models.TextField(_("how people ask for it"), blank=True, help_text=ASKED_AS_HELP)
    who = models.CharField(_("who does it"), max_length=12, choices=Who, default=Who.MERCHANT)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Minutes the merchant's own part takes.")
    )
    confidence = models.CharField(
        _("how sure we are"), max_length=12, choices=Confidence, default=Confidence.UNVERIFIED
    )

    objects = NaturalKeyManager.from_queryset(PublishableQuerySet)()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["title"]
        permissions = [("publish_article", "Can publish articles")]
        constraints = [
            one_of("status", Status),
            one_of("kind", ArticleKind),
            one_of("who", Who),
            one_of("confidence", Confidence),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])


class ArticleAlias(models.Model):
    """Another slug that leads to an article: a small fact that shares its page, or a name it once had."""

    slug = models.SlugField(_("alias"), max_length=80, unique=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="aliases", verbose_name=_("article"))

    class Meta:
        verbose_name = _("article alias")
        verbose_name_plural = _("article aliases")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug
