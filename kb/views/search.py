"""Search and its suggestions. Any text gives a page: bad input is a question that found nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kb.money import GENERAL_RULE
from kb.queries.search import search_page, suggestions
from kb.site.public import public_page


@public_page
def search(request: HttpRequest) -> HttpResponse:
    results = search_page(request.GET.get("q", ""))
    return render(request, "pages/search.html", {"results": results, "general_rule": GENERAL_RULE})


@public_page
def suggest(request: HttpRequest) -> HttpResponse:
    codes, entries = suggestions(request.GET.get("q", ""))
    return render(request, "pages/_suggestions.html", {"codes": codes, "entries": entries})
