"""The main job, as a merchant does it on a phone: search, hub, questions, article, solved."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def search_for_e324(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.locator("main input[name=q]").fill("e324")
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url("**/search/?q=e324")
    page.locator("main a[href='/codes/E324/']").first.click()
    page.wait_for_url("**/codes/E324/")


def walk_to_an_end(page: Page) -> int:
    """Take the last choice on every page, as somebody who cannot tell would, until an end; returns the taps."""
    taps = 0
    while not page.locator(".report-form").count():
        before = page.url
        page.locator(".choice-list a").last.click()
        expect(page).not_to_have_url(before)
        page.wait_for_load_state()
        taps += 1
        assert taps <= 12
    return taps


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_from_the_code_on_the_screen_to_solved(site: Site, request: pytest.FixtureRequest, scripts: str) -> None:
    page: Page = request.getfixturevalue("phone" if scripts == "on" else "phone_without_scripts")
    search_for_e324(page, site)
    # The money line comes before anything else on the page.
    money = page.locator(".money-safety").first
    expect(money).to_be_visible()
    box = money.bounding_box()
    assert box is not None
    assert box["y"] < 740
    # The guide's first question is there already: its answers are links.
    page.locator(".next-step a[href*='money=none']").or_(page.locator(".next-step .choice-list a")).first.click()
    assert "/guides/e324/" in page.url
    walk_to_an_end(page)
    expect(page.locator(".article-body").first).to_be_visible()
    heading = page.locator("h2 a[href^='/articles/']").first
    title = heading.inner_text()
    heading.click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    page.locator("button[value=solved]").click()
    page.wait_for_url("**/guides/e324/report/solved/**")
    expect(page.locator("h1")).to_be_visible()
    assert page.context.cookies() == []


def test_any_answer_can_be_changed_on_the_way(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/guides/e324/")
    first = phone.locator("h1").inner_text()
    phone.locator(".choice-list a").first.click()
    second = phone.locator("h1").inner_text()
    phone.locator(".choice-list a").first.click()
    assert phone.locator(".trail a").count() == 2
    phone.locator(".trail a").nth(1).click()
    expect(phone.locator("h1")).to_have_text(second)
    phone.locator(".trail a").nth(0).click()
    expect(phone.locator("h1")).to_have_text(first)


def test_not_solved_leads_on(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/guides/e324/")
    walk_to_an_end(phone)
    phone.locator("button[value=unsolved]").click()
    phone.wait_for_url("**/guides/e324/report/unsolved/**")
    assert phone.locator("a[href='/articles/query-first/']").count() >= 1
    assert phone.locator(".trail li, .trail__step").count() >= 1


def test_an_english_reader_stays_in_english(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/en/codes/E324/")
    assert phone.locator("html").get_attribute("lang") == "en"
    assert phone.locator("main [lang=zh-Hans]").count() > 0
    phone.locator(".next-step .choice-list a").first.click()
    assert re.search(r"/en/guides/e324/", phone.url)
    phone.locator("footer a[hreflang]").first.click()
    assert "/en/" not in phone.url
    assert phone.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_keyboard_alone_is_enough(site: Site, phone: Page) -> None:
    phone.goto(f"{site.address}/guides/e324/")
    first = phone.locator("h1").inner_text()
    for _ in range(40):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.closest('.choice-list') !== null"):
            break
    assert phone.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    phone.keyboard.press("Enter")
    expect(phone.locator("h1")).not_to_have_text(first)


def test_suggestions_follow_the_typing_and_the_arrow_keys(site: Site, phone: Page) -> None:
    phone.goto(site.address)
    box = phone.locator("main input[name=q]")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    box.press_sequentially("e324", delay=20)
    expect(phone.locator("main [role=listbox] [role=option]").first).to_be_visible()
    assert len(asked) == 1  # one question for what was typed without a pause
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant")
    box.press("Enter")
    phone.wait_for_url("**/codes/E324/")


def test_nothing_is_asked_while_a_chinese_input_method_composes(site: Site, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    phone.goto(site.address)
    box = phone.locator("main input[name=q]")
    box.focus()
    box.dispatch_event("compositionstart")
    box.fill("xiaoci")
    phone.wait_for_timeout(500)
    assert asked == []
    box.fill("消磁")
    box.dispatch_event("compositionend")
    expect(phone.locator("main [role=option]").first).to_be_visible()
    assert len(asked) == 1


def test_enter_never_opens_a_suggestion_for_an_earlier_text(site: Site, phone: Page) -> None:
    phone.goto(site.address)
    box = phone.locator("main input[name=q]")
    box.press_sequentially("e3", delay=20)
    expect(phone.locator("main [role=option]").first).to_be_visible()
    box.press("ArrowDown")
    phone.route("**/suggest/**", lambda _: None)  # a network that never answers
    box.press_sequentially("99")
    box.press("Enter")
    phone.wait_for_url("**/search/?q=e399")
