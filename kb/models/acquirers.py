"""Whom a merchant can call."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import NaturalKeyManager, Publishable, Status, one_of
from kb.querysets import PublishableQuerySet


class HotlineConfidence(models.TextChoices):
    RELIABLE = "reliable", _("Reliable: stands on an official page")
    UNVERIFIED = "unverified", _("Unverified")
    NOT_LISTED = "not-listed", _("Not to be shown")


class AcquirerRole(models.TextChoices):
    """Whether it settles a shop's money. The others stand in the list because people call them all the same."""

    ACQUIRER = "acquirer", _("Acquirer")
    CLEARING = "clearing", _("Clearing house")
    REGULATOR = "regulator", _("Regulator")


class Acquirer(Publishable):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    brand = models.CharField(_("brand"), max_length=80)
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=AcquirerRole,
        default=AcquirerRole.ACQUIRER,
        help_text=_("A clearing house and a regulator mend no terminal: they stand in a list of their own."),
    )
    has_left = models.BooleanField(
        _("has left the market"),
        default=False,
        help_text=_(
            "Its licence has ended: the page tells merchants to change their acquirer and sends nobody to call it."
        ),
    )
    names = models.TextField(_("other names"), blank=True, help_text=_("Names that people type for it, one a line."))
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

    objects = NaturalKeyManager.from_queryset(PublishableQuerySet)()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("acquirer")
        verbose_name_plural = _("acquirers")
        ordering = ["brand"]
        permissions = [("publish_acquirer", "Can publish acquirers")]
        constraints = [
            one_of("status", Status),
            one_of("role", AcquirerRole),
            one_of("hotline_confidence", HotlineConfidence),
        ]

    def __str__(self) -> str:
        return self.brand

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("acquirer", args=[self.slug])
