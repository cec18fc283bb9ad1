"""Solved or not solved: what a merchant says at the end of a walk."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from diagnostics.actions import record_report
from diagnostics.addresses import position_query
from diagnostics.forms import ReportForm
from diagnostics.queries import WalkPage, position_page
from kb.site.errors import error_page
from kb.site.public import public_page
from kb.site.throttle import is_allowed
from kb.site.visitor_forms import visitor_form


@visitor_form(max_bytes=4096)
def report(request: HttpRequest, guide: str) -> HttpResponse:
    """Keep the answer, then show what comes next."""
    page = _position(request, guide)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return redirect(page.url)
    if not is_allowed(request, "report", per_hour=settings.REPORTS_PER_HOUR):
        return error_page(request, 429)
    result = form.cleaned_data["result"]
    record_report(page.revision, node=page.node.id, answers=page.position.answers, solved=result == "solved")
    query = position_query(page.revision.number, page.position.answers)
    return redirect(f"{reverse('guide-reported', args=[guide, result])}?{query}")


@public_page
def reported(request: HttpRequest, guide: str, result: str) -> HttpResponse:
    """Thanks, or what to do next and what to tell whoever helps."""
    page = _position(request, guide)
    return render(request, "pages/reported.html", {"page": page, "solved": result == "solved"})


def _position(request: HttpRequest, guide: str) -> WalkPage:
    page = position_page(guide, request.GET.dict())
    if page is None:
        raise Http404(guide)
    return page
