"""Pages of codes: everything a string can mean, and one meaning in full."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kb.queries.codes import code_hub, code_list, error_code_page, is_slug, meaning_by_slug, meanings_of
from kb.search.normalise import normal_code
from kb.site.counting import entry_page
from kb.site.public import public_page


@public_page
def codes(request: HttpRequest) -> HttpResponse:
    listing = code_list(system=request.GET.get("system", ""), page=request.GET.get("page", "1"))
    return render(request, "pages/codes.html", {"listing": listing})


@public_page
@entry_page
def code(request: HttpRequest, code: str) -> HttpResponse:
    """A string's hub, its one meaning, or a meaning without a string by its slug.

    Redirects are temporary: a second meaning may come to a string that has one today.
    """
    # Slugs have hyphens, strings hardly ever: asking for the slug first spares a query where it is one.
    if "-" in code and (found := _by_slug(request, code)):
        return found
    normal = normal_code(code)
    meanings = meanings_of(normal) if normal else ()
    if not meanings:
        if found := _by_slug(request, code):
            return found
        raise Http404(code)
    if code != normal:
        return redirect(reverse("code", args=[normal]))
    if len(meanings) > 1:
        return render(request, "pages/code_hub.html", {"hub": code_hub(normal, meanings)})
    page = error_code_page(meanings[0], others=())
    return render(request, "pages/error_code.html", {"page": page, "string": normal})


@public_page
@entry_page
def meaning(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One meaning of a string that has several."""
    normal = normal_code(code)
    meanings = meanings_of(normal) if normal else ()
    chosen = next((one for one in meanings if one.code.slug == slug.lower()), None)
    if chosen is None:
        # The meaning may stand under another string by now; the string may still mean something else.
        target, _ = meaning_by_slug(slug.lower())
        if target is not None:
            return redirect(reverse("code", args=[target.code.slug]))
        if meanings:
            return redirect(reverse("code", args=[normal]))
        raise Http404(slug)
    if len(meanings) == 1 or (code, slug) != (normal, chosen.code.slug):
        return redirect(chosen.url)
    page = error_code_page(chosen, others=[one for one in meanings if one is not chosen])
    return render(request, "pages/error_code.html", {"page": page, "string": normal})


def _by_slug(request: HttpRequest, code: str) -> HttpResponse | None:
    """The page of the meaning whose slug `code` is, or the way to it; None where there is no such meaning."""
    slug = code.lower()
    found, string = meaning_by_slug(slug) if is_slug(slug) else (None, "")
    if found is None:
        return None
    if string:
        return redirect(reverse("code-meaning", args=[string, slug]))
    if code != slug:
        return redirect(reverse("code", args=[slug]))
    return render(request, "pages/error_code.html", {"page": error_code_page(found, others=()), "string": ""})
