"""Whom a merchant can call."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.models import Acquirer
from kb.queries.acquirers import acquirer_list, acquirer_page
from kb.site.counting import entry_page
from kb.site.public import public_page


@public_page
def acquirers(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/acquirers.html", {"listing": acquirer_list()})


@entry_page
@public_page
def acquirer(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = acquirer_page(slug)
    except Acquirer.DoesNotExist:
        raise Http404(slug) from None
    return render(request, "pages/acquirer.html", {"page": page})
