"""Whom a merchant can call."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import NaturalKeyManager, Publishable, Status, one_of


class HotlineConfidence(models.TextChoices):
    RELIABLE = "reliable", _("Reliable: stands on an official page")
    UNVERIFIED = "unverified", _("Unverified")
    NOT_LISTED = "not-listed", _("Not to be shown")


class Acquirer(Publishable):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    brand = models.CharField(_("brand"), max_length=80)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    standing = models.TextField(_("standing"), help_text=_("Licence and supervision, as published."))
    standing_as_of = models.CharField(
        _("standing as of"), max_length=10, help_text=_("Year, month or day: 2026, 2026-05, 2026-05-02.")
    )
    hotline = models.CharField(_("hotline"), max_length=40, blank=True)
    hotline_confidence = models.CharField(
        _("hotline confidence"), max_length=12, choices=HotlineConfidence, default=HotlineConfidence.NOT_LISTED
    )
    note = models.TextField(_("note"), blank=True)

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("acquirer")
        verbose_name_plural = _("acquirers")
        ordering = ["brand"]
        permissions = [("publish_acquirer", "Can publish acquirers")]
        constraints = [one_of("status", Status), one_of("hotline_confidence", HotlineConfidence)]

    def __str__(self) -> str:
        return self.brand

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
