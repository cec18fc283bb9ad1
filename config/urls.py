"""Addresses. Everything a person reads has a Chinese address and an English one below /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path

from config.api import api
from config.sitemaps import SITEMAPS
from kb.admin.uploads import markdown_preview, upload_image
from kb.site import views as site

handler400 = "kb.site.views.bad_request"
handler403 = "kb.site.views.permission_denied"
handler404 = "kb.site.views.page_not_found"
handler500 = "kb.site.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("media/<path:path>", site.media, name="media"),
    path("api/v1/", api.urls),
    path("admin/markdownx/upload/", upload_image, name="markdownx_upload"),
    path("admin/markdownx/markdownify/", markdown_preview, name="markdownx_markdownify"),
]

if settings.DEBUG:
    urlpatterns.append(path("patterns/", include("kb.site.patterns")))

urlpatterns += i18n_patterns(
    path("admin/", admin.site.urls),
    path("", include("diagnostics.urls")),
    path("", include("kb.urls")),
    prefix_default_language=False,
)
