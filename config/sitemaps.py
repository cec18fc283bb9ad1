"""What search engines are told of."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from diagnostics.models import Guide
from kb.models import Acquirer, Article, Cause, SearchEntry
from kb.models.search import EntryKind


class _BothLanguages(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    i18n = True
    alternates = True
    limit = 5000


class PagesSitemap(_BothLanguages):
    def items(self) -> list[str]:
        return ["home", "codes", "causes", "guides", "acquirers"]

    def location(self, item: str) -> str:
        return reverse(item)


class CodesSitemap(_BothLanguages):
    """Canonical addresses only: the search's entries have them, hubs included."""

    def items(self) -> Any:
        return SearchEntry.objects.filter(kind__in=[EntryKind.CODE, EntryKind.HUB]).order_by("slug")

    def location(self, item: SearchEntry) -> str:
        prefix = reverse("home").rstrip("/")
        return iri_to_uri(f"{prefix}{item.path}")


class CausesSitemap(_BothLanguages):
    def items(self) -> Any:
        return Cause.objects.published().order_by("slug")

    def lastmod(self, item: Cause) -> Any:
        return item.updated_at


class ArticlesSitemap(_BothLanguages):
    def items(self) -> Any:
        return Article.objects.published().order_by("slug")

    def lastmod(self, item: Article) -> Any:
        return item.updated_at


class AcquirersSitemap(_BothLanguages):
    def items(self) -> Any:
        return Acquirer.objects.published().order_by("slug")

    def lastmod(self, item: Acquirer) -> Any:
        return item.updated_at


class GuidesSitemap(_BothLanguages):
    def items(self) -> Any:
        return Guide.objects.filter(live_revision__isnull=False).order_by("slug")

    def lastmod(self, item: Guide) -> Any:
        return item.updated_at


SITEMAPS = {
    "pages": PagesSitemap,
    "codes": CodesSitemap,
    "causes": CausesSitemap,
    "articles": ArticlesSitemap,
    "acquirers": AcquirersSitemap,
    "guides": GuidesSitemap,
}
