"""What holds for every public page: accessible, light, from one host, without a cookie, never wider than the screen."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import Site
from tools.screenshots import PAGES

PUBLIC = {name: path for name, path in PAGES.items() if not path.startswith("/admin/")}
FULL_PAGE = 40 * 1024  # bytes over the wire on a first view, everything counted
HTML = 6 * 1024  # bytes of the page itself, compressed; the printable tree is exempt
REQUESTS = 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PUBLIC)
def test_axe_finds_nothing_serious(site: Site, browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for axe itself, which is put into the page
    )
    page = context.new_page()
    page.goto(site.address + PUBLIC[name])
    found = Axe().run(page).response["violations"]
    context.close()
    serious = [
        (one["id"], [node["html"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_light_and_comes_from_one_host(site: Site, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    finished: list[Request] = []
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))

    def keep(request: Request) -> None:  # Playwright takes no bound method of a list
        finished.append(request)

    page.on("requestfinished", keep)
    page.goto(site.address + PUBLIC[name], wait_until="networkidle")
    sizes = {request.url: request.sizes() for request in finished}
    cookies = context.cookies()
    context.close()
    weights = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
    assert hosts == {urlsplit(site.address).netloc}
    assert len(weights) <= REQUESTS, weights
    if not name.endswith("guide-all"):
        assert sum(weights.values()) <= FULL_PAGE, weights
        document = next(
            size for url, size in sizes.items() if url.split("?")[0] == site.address + PUBLIC[name].split("?")[0]
        )
        assert name == "not-found" or document["responseBodySize"] <= HTML, document
    assert cookies == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen(site: Site, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    for path in PUBLIC.values():
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_text_is_large_and_targets_are_big_enough_for_a_thumb(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/guides/e324/")
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 17
    assert (
        phone.evaluate("(s => parseFloat(s.lineHeight) / parseFloat(s.fontSize))(getComputedStyle(document.body))")
        >= 1.69
    )
    for box in phone.locator(".choice-list a").all():
        place = box.bounding_box()
        assert place is not None
        assert place["height"] >= 48


def test_two_visitors_get_the_same_bytes(site: Site, browser: Browser) -> None:
    bodies = []
    for language in ("zh-CN", "de-DE"):
        context = browser.new_context(
            locale=language, extra_http_headers={"Cookie": "sessionid=x"} if language == "de-DE" else {}
        )
        bodies.append(context.request.get(f"{site.address}/codes/E324/").body())
        context.close()
    assert bodies[0] == bodies[1]


def test_a_method_that_is_not_allowed_gets_its_page_over_the_wire(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    response = context.request.get(f"{site.address}/guides/e324/report/")
    assert response.status == 405
    assert 'name="q"' in response.text()
    context.close()
