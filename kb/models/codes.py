"""Codes: who numbers them, what they mean, who says so, and where they contradict each other."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kb.models.publication import ASKED_AS_HELP, Confidence, Credibility, NaturalKeyManager, Publishable, Status, one_of
from kb.querysets import ErrorCodeQuerySet
from kb.search.normalise import normal_code


class Responsible(models.TextChoices):
    """Whose problem it is."""

    NONE = "none", _("Nobody: it is not a fault")
    MERCHANT = "merchant", _("The shop")
    CARDHOLDER = "cardholder", _("The customer")
    ISSUER = "issuer", _("The customer's bank")
    ACQUIRER = "acquirer", _("The acquirer")
    NETWORK = "network", _("The network")
    TERMINAL = "terminal", _("The terminal")
    UNKNOWN = "unknown", _("Not clear")


class MoneyMoved(models.TextChoices):
    YES = "yes", _("The money has moved")
    NO = "no", _("No money has moved")
    UNKNOWN = "unknown", _("The money may have moved")


class Retry(models.TextChoices):
    YES = "yes", _("You may try again")
    NO = "no", _("Do not try again")
    AFTER_CHECK = "after_check", _("Check first, then try again")
    AFTER_ACTION = "after_action", _("Put it right first, then try again")


class CodeSystem(models.Model):
    """Who numbers the codes. The same string means different things in different systems."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    verified = models.BooleanField(
        _("verified"), default=False, help_text=_("A maker's or a network's own table stands behind it.")
    )
    is_general = models.BooleanField(
        _("met on terminals of any brand"),
        default=False,
        help_text=_("Where nobody says whose terminal it is, the search takes its codes to be meant first."),
    )
    names = models.TextField(
        _("other names"),
        blank=True,
        help_text=_("Brands and names that people type for it, one a line. A search that names one looks there first."),
    )

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("code system")
        verbose_name_plural = _("code systems")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class ErrorCode(Publishable):
    """One meaning, in one system."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    system = models.ForeignKey(CodeSystem, models.PROTECT, related_name="codes", verbose_name=_("code system"))
    title = models.CharField(_("title"), max_length=120)
    screen_text = models.CharField(
        _("screen text"), max_length=200, blank=True, help_text=_("The exact words the screen shows.")
    )
    meaning = models.TextField(_("meaning"))
    responsible = models.CharField(_("whose problem"), max_length=12, choices=Responsible, default=Responsible.UNKNOWN)
    money_moved = models.CharField(_("money moved"), max_length=8, choices=MoneyMoved, default=MoneyMoved.UNKNOWN)
    money_note = models.CharField(_("about the money"), max_length=300, blank=True)
    retry = models.CharField(_("retry"), max_length=12, choices=Retry, default=Retry.AFTER_CHECK)
    retry_note = models.CharField(_("before trying again"), max_length=300, blank=True)
    keep_selling = models.TextField(_("how to keep selling meanwhile"), blank=True)
    tell = models.TextField(_("whom to call and what to say"), blank=True)
    confidence = models.CharField(
        _("how sure we are"), max_length=12, choices=Confidence, default=Confidence.UNVERIFIED
    )
    confidence_note = models.TextField(_("why we are that sure"), blank=True)
    asked_as = models.TextField(_("how people ask for it"), blank=True, help_text=ASKED_AS_HELP)
    often_met = models.BooleanField(
        _("often met"), default=False, help_text=_("The search takes it to be meant before what few people meet.")
    )
    common = models.BooleanField(_("on the first page"), default=False, help_text=_("Listed on the first page."))
    articles = models.ManyToManyField("kb.Article", through="kb.CodeArticle", related_name="codes")
    causes = models.ManyToManyField("kb.Cause", through="kb.CodeCause", related_name="codes")

    objects = NaturalKeyManager.from_queryset(ErrorCodeQuerySet)()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("error code")
        verbose_name_plural = _("error codes")
        ordering = ["slug"]
        permissions = [("publish_errorcode", "Can publish error codes")]
        constraints = [
            one_of("status", Status),
            one_of("responsible", Responsible),
            one_of("money_moved", MoneyMoved),
            one_of("retry", Retry),
            one_of("confidence", Confidence),
            # The rule that keeps customers from paying twice (docs/DESIGN, section 10).
            models.CheckConstraint(
                condition=models.Q(money_moved=MoneyMoved.NO) | ~models.Q(retry=Retry.YES),
                name="kb_errorcode_retry_only_unpaid",
                violation_error_message=_("Trying again is simply safe only where no money has moved."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """The address by slug; the site redirects it to the string's page when the meaning has a string."""
        return reverse("code", args=[self.slug])


class CodeString(models.Model):
    """A string under which a meaning is shown. Ranges are written out, one row each."""

    code = models.ForeignKey(ErrorCode, models.CASCADE, related_name="strings", verbose_name=_("error code"))
    text = models.CharField(_("code string"), max_length=40, help_text=_("As the screen shows it."))
    normal = models.CharField(_("normal form"), max_length=40, editable=False, db_index=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("code string")
        verbose_name_plural = _("code strings")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "normal"], name="kb_codestring_once"),
            models.CheckConstraint(condition=~models.Q(normal=""), name="kb_codestring_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, **options: Any) -> None:
        self.normal = normal_code(self.text)
        super().save(**options)

    def clean(self) -> None:
        self.normal = normal_code(self.text)
        if not self.normal:
            raise ValidationError({"text": _("A code needs a letter or a digit.")})


class Account(models.Model):
    """One source's statement on a meaning. Accounts that contradict each other are all kept."""

    code = models.ForeignKey(ErrorCode, models.CASCADE, related_name="accounts", verbose_name=_("error code"))
    key = models.SlugField(_("key"), max_length=40)
    source = models.ForeignKey("kb.Source", models.PROTECT, related_name="accounts", verbose_name=_("source"))
    statement = models.TextField(_("statement"))
    credibility = models.CharField(_("credibility"), max_length=10, choices=Credibility)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "key"], name="kb_account_once"),
            one_of("credibility", Credibility),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.source}"


class Disagreement(models.Model):
    """A point on which accounts of one string contradict each other, and what we make of it."""

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    normal = models.CharField(_("code string"), max_length=40, db_index=True)
    topic = models.CharField(_("topic"), max_length=80)
    advice = models.TextField(_("what we make of it"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = NaturalKeyManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.normal}: {self.topic}"

    def save(self, **options: Any) -> None:
        self.normal = normal_code(self.normal)
        super().save(**options)


class DisagreementPosition(models.Model):
    disagreement = models.ForeignKey(
        Disagreement, models.CASCADE, related_name="positions", verbose_name=_("disagreement")
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="disagreement_positions", verbose_name=_("account")
    )
    says = models.TextField(_("says"))

    class Meta:
        verbose_name = _("account in a disagreement")
        verbose_name_plural = _("accounts in a disagreement")
        ordering = ["account__code__slug", "account__position"]
        constraints = [models.UniqueConstraint(fields=["disagreement", "account"], name="kb_disagreementposition_once")]

    def __str__(self) -> str:
        return self.says


class CodeArticle(models.Model):
    """An article that helps with a code whatever its cause."""

    code = models.ForeignKey(ErrorCode, models.CASCADE, related_name="code_articles", verbose_name=_("error code"))
    article = models.ForeignKey("kb.Article", models.CASCADE, related_name="code_articles", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("article for a code")
        verbose_name_plural = _("articles for a code")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["code", "article"], name="kb_codearticle_once")]

    def __str__(self) -> str:
        return str(self.article)
