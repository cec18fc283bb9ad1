"""The preview of a guide's draft: any walk on it, as merchants and as agents would see it, and the recording of one."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from diagnostics.admin.preview_addresses import REPORTED_KEY, Asked
from diagnostics.admin.preview_page import Preview, Recording, preview_page, record_words
from diagnostics.editing import record_path
from diagnostics.errors import UnknownArticles, UnusableDraft
from diagnostics.models import Guide
from diagnostics.wording import refusal_text

View = Callable[..., HttpResponse]


def preview_urls(admin_site: AdminSite) -> list[URLPattern]:
    """Addresses of the preview, to be put before the admin's own. Recording has an address that no node id can take."""

    def staff(view: View) -> View:
        return admin_site.admin_view(_unlisted(view))

    return [
        path("<int:pk>/preview/", staff(preview), name="diagnostics_guide_preview"),
        path("<int:pk>/preview/<str:node>/", staff(preview), name="diagnostics_guide_preview_node"),
        path("<int:pk>/preview-report/", staff(report), name="diagnostics_guide_preview_report"),
        path("<int:pk>/record-path/", staff(record), name="diagnostics_guide_record"),
    ]


@require_safe
def preview(request: HttpRequest, pk: int, node: str = "") -> HttpResponse:
    """A position of the draft. An address whose answers lead elsewhere by now is redirected there."""
    guide = _guide(request, pk, "diagnostics.view_guide")
    page = _page(request, guide, node)
    if node and page.reached not in ("", node):
        return redirect(page.url)
    return render(request, "pages/preview.html", {"page": page})


# The form is the public page's own, which carries no token; nothing is written here.
@csrf_exempt
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Where "solved" and "not solved" lead in a preview: back, with a note that nothing was counted."""
    guide = _guide(request, pk, "diagnostics.view_guide")
    page = _page(request, guide)
    return redirect(_with_flag(page.url, REPORTED_KEY))


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the answers in the address, which led to the node in the form, as "these answers must end here"."""
    guide = _guide(request, pk, "diagnostics.change_guide")
    page = _page(request, guide)
    refusal = record_words(page.recording)
    if page.path is None or refusal:
        (messages.info if page.recording is Recording.RECORDED else messages.warning)(request, refusal)
    elif page.path.ends != request.POST.get("ends"):
        messages.warning(
            request, _("Not recorded: the draft has changed, and these answers end here now. Look again, then record.")
        )
    else:
        try:
            record_path(guide, page.path, by=request.user)
        except (UnusableDraft, UnknownArticles) as refused:
            messages.error(request, refusal_text(refused))
        else:
            messages.success(
                request, _("Recorded. Should these answers ever end elsewhere, the guide cannot be published.")
            )
    return redirect(page.url)


def _guide(request: HttpRequest, pk: int, permission: str) -> Guide:
    if not request.user.has_perm(permission):
        raise PermissionDenied(permission)
    return get_object_or_404(Guide, pk=pk)


def _page(request: HttpRequest, guide: Guide, node: str = "") -> Preview:
    may_change = request.user.has_perm("diagnostics.change_guide")
    return preview_page(guide, Asked.of(request.GET.dict()), node=node, may_change=may_change)


def _with_flag(url: str, key: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{key}=1"


def _unlisted(view: View) -> View:
    """No search engine comes past the sign-in; a page that a colleague passed on shall not end up in one either."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        response = view(request, *args, **options)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped
