"""Home, causes and articles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kb.models import Article, Cause
from kb.queries.articles import alias_target, article_page
from kb.queries.causes import cause_page, cause_tree
from kb.queries.search import common_entries
from kb.site.counting import entry_page
from kb.site.public import public_page


@public_page
def home(request: HttpRequest) -> HttpResponse:
    codes, guides = common_entries()
    return render(request, "pages/home.html", {"codes": codes, "guides": guides})


@public_page
def causes(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/causes.html", {"branches": cause_tree()})


@public_page
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found, codes = cause_page(slug)
    except Cause.DoesNotExist:
        raise Http404(slug) from None
    return render(request, "pages/cause.html", {"cause": found, "codes": codes})


@public_page
@entry_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article, or the way to it from one of its aliases."""
    try:
        page = article_page(slug)
    except Article.DoesNotExist:
        if target := alias_target(slug):
            return redirect(reverse("article", args=[target]))
        raise Http404(slug) from None
    return render(request, "pages/article.html", {"page": page})
