"""A merchant's walk: every page is a GET that replays the answers in its address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from diagnostics.queries import WalkPage, guide_list, position_page, whole_tree
from kb.site.counting import entry_page
from kb.site.public import public_page


@public_page
def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/guides.html", {"guides": guide_list()})


@public_page
@entry_page
def first_question(request: HttpRequest, guide: str) -> HttpResponse:
    """The guide's own address: the first question of the live revision."""
    if request.GET:
        page = _page(request, guide)
        return redirect(page.url)
    return _show(request, _page(request, guide))


@public_page
def position(request: HttpRequest, guide: str, node: str) -> HttpResponse:
    """A position. An address that is not the canonical one of what it leads to is redirected there."""
    page = _page(request, guide)
    if request.get_full_path() != page.url:
        return redirect(page.url)
    return _show(request, page)


@public_page
def tree(request: HttpRequest, guide: str) -> HttpResponse:
    found = whole_tree(guide)
    if found is None:
        raise Http404(guide)
    return render(request, "pages/guide_tree.html", {"tree": found})


def _page(request: HttpRequest, guide: str) -> WalkPage:
    page = position_page(guide, request.GET.dict())
    if page is None:
        raise Http404(guide)
    return page


def _show(request: HttpRequest, page: WalkPage) -> HttpResponse:
    return render(request, "pages/walk.html", {"page": page})
