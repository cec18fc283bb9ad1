"""Why a code appears: categories (a tree), causes, and how likely each is for a code."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import NaturalKeyManager, Publishable, Status, one_of
from kb.querysets import PublishableQuerySet


class CauseCategory(models.Model):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent category")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cause category")
        verbose_name_plural = _("cause categories")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="kb_causecategory_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        """Refuse a loop of categories: the database sees only the shortest one."""
        seen, ancestor = {self.pk}, self.parent
        while ancestor is not None:
            if ancestor.pk in seen and ancestor.pk is not None:
                raise ValidationError({"parent": _("A category cannot stand below itself.")})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent


class Cause(Publishable):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(CauseCategory, models.PROTECT, related_name="causes", verbose_name=_("cause category"))
    summary = models.CharField(_("summary"), max_length=200, help_text=_("What is seen, and what to do first."))
    article = models.ForeignKey(
        "kb.Article", models.SET_NULL, null=True, blank=True, related_name="causes", verbose_name=_("article")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NaturalKeyManager.from_queryset(PublishableQuerySet)()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["category__position", "position", "name"]
        permissions = [("publish_cause", "Can publish causes")]
        constraints = [one_of("status", Status)]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("cause", args=[self.slug])


class CodeCause(models.Model):
    code = models.ForeignKey("kb.ErrorCode", models.CASCADE, related_name="code_causes", verbose_name=_("error code"))
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="code_causes", verbose_name=_("cause"))
    weight = models.PositiveSmallIntegerField(
        _("likelihood weight"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("1 to 100; only the comparison with the code's other causes counts."),
    )
    account = models.ForeignKey(
        "kb.Account", models.SET_NULL, null=True, blank=True, related_name="code_causes", verbose_name=_("account")
    )

    class Meta:
        verbose_name = _("cause of a code")
        verbose_name_plural = _("causes of a code")
        ordering = ["-weight", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "cause"], name="kb_codecause_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=100), name="kb_codecause_weight_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ← {self.cause}"
