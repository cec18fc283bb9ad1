"""Search and its suggestions. Any text gives a page: bad input is a question that found nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kb.money import GENERAL_RULE
from kb.queries.search import search_page, suggestions
from kb.site.counting import count_results
from kb.site.public import public_page


@public_page
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET
    results = search_page(query.get("q", ""), system=query.get("system", ""), page=query.get("page", "1"))
    # A code that nobody defines is missing, whatever else its words bring up.
    found = not (results.found_nothing or results.unknown_codes)
    is_answered = found and any(not (hit.is_lookalike or hit.unknown_in) for hit in results.codes)
    count_results(request, found=found, is_answered=is_answered)
    return render(request, "pages/search.html", {"results": results, "general_rule": GENERAL_RULE})


@public_page
def suggest(request: HttpRequest) -> HttpResponse:
    codes, entries = suggestions(request.GET.get("q", ""))
    return render(request, "pages/_suggestions.html", {"codes": codes, "entries": entries})
