"""Where statements come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import Credibility, NaturalKeyManager, one_of


class SourceKind(models.TextChoices):
    VENDOR_MANUAL = "vendor-manual", _("Maker's manual")
    STANDARD = "standard", _("Standard or network rule")
    REGULATOR = "regulator", _("Regulator")
    SOURCE_CODE = "source-code", _("Program source code")
    HELP_CENTRE = "help-centre", _("Provider's help centre")
    NEWS = "news", _("News report")
    WEB_PAGE = "web-page", _("Web page")
    SALES_PAGE = "sales-page", _("Sales page")
    FOUNDING_TEXT = "founding-text", _("Text of unknown author")
    JUDGEMENT = "judgement", _("Our own judgement")


class Source(models.Model):
    slug = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    credibility = models.CharField(_("credibility"), max_length=10, choices=Credibility)
    note = models.TextField(_("note"), blank=True)

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]
        constraints = [one_of("kind", SourceKind), one_of("credibility", Credibility)]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def link(self) -> str:
        """The address to link to, or "" where we name a page without sending anybody there.

        Sales pages are quoted as evidence of what is claimed; a link would be the advertisement we leave out. The same
        goes for pages of low credibility, and for plain http: what it shows can be swapped on the way.
        """
        doubtful = self.kind == SourceKind.SALES_PAGE or self.credibility == Credibility.LOW
        return self.url if self.url.startswith("https://") and not doubtful else ""


class Citation(models.Model):
    """One statement of an entry traced to its source. Belongs to exactly one of an article or an acquirer.

    Codes need none: what is said of a code is an Account, which carries its source itself.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_("source"))
    article = models.ForeignKey(
        "kb.Article", models.CASCADE, null=True, blank=True, related_name="citations", verbose_name=_("article")
    )
    acquirer = models.ForeignKey(
        "kb.Acquirer", models.CASCADE, null=True, blank=True, related_name="citations", verbose_name=_("acquirer")
    )
    note = models.CharField(_("what it says"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(article__isnull=False, acquirer__isnull=True)
                | models.Q(article__isnull=True, acquirer__isnull=False),
                name="kb_citation_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.note}" if self.note else str(self.source)
