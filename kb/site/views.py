"""Operations and discovery: health, errors, robots, media."""

import logging
from pathlib import PurePosixPath

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.static import serve

from kb.site.errors import error_page

logger = logging.getLogger("posfix.health")

# What the upload writes (kb/uploads.py); nothing else below MEDIA_ROOT is served.
MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif"}


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the site can serve: the database answers and has every migration. 503 with the reason otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        logger.exception("database does not answer")
        return JsonResponse({"ready": False, "reason": "database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"ready": False, "reason": f"{waiting} migrations are waiting"}, status=503)
    return JsonResponse({"ready": True})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /en/search/",
        "Disallow: /api/",
        "Disallow: /guides/*?",
        "Disallow: /en/guides/*?",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """An uploaded picture, typed by its extension and fenced so that it can never run as a page."""
    content_type = MEDIA_TYPES.get(PurePosixPath(path).suffix)
    if content_type is None:
        raise Http404(path)
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:  # a name longer than the file system takes
        raise Http404(path) from error
    response["Content-Type"] = content_type
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403)
