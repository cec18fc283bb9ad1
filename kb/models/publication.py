"""What an entry needs to be shown to the public."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Confidence(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed by a maker, a standard or the network")
    LIKELY = "likely", _("Likely, not confirmed by the maker")
    UNVERIFIED = "unverified", _("Unverified: nobody stands behind it")


class Credibility(models.TextChoices):
    HIGH = "high", _("High credibility")
    MEDIUM = "medium", _("Medium credibility")
    LOW = "low", _("Low credibility")


ASKED_AS_HELP = _(
    "Symptoms, screen wordings and everyday words that should lead here, one phrase a line. The search reads them; readers "
    "do not see them."
)


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """Hold `field` to its choices in the database too: imports and scripts pass no form."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}), name=f"%(app_label)s_%(class)s_{field}_known"
    )


class Publishable(models.Model):
    """Abstract: an entry that starts as a draft and is seen by the public once published."""

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    reviewed_on = models.DateField(
        _("reviewed on"), null=True, blank=True, help_text=_("When a person last compared this entry with its sources.")
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED


class NaturalKeyManager(models.Manager[Any]):
    """Find a row by its slug, so that fixtures and exports never carry database ids."""

    def get_by_natural_key(self, slug: str) -> models.Model:
        row: models.Model = self.get(slug=slug)
        return row
