"""An editor's change in the admin is what merchants see; the preview shows it as the site will."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site


@pytest.fixture
def admin(site: Site, browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.goto(f"{site.address}/admin/")
    page.fill("input[name=username]", site.user)
    page.fill("input[name=password]", site.password)
    page.locator("input[type=submit], button[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    return page


def test_a_changed_article_shows_on_the_site(site: Site, admin: Page, phone: Page) -> None:
    refused: list[str] = []
    admin.on(
        "console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None
    )
    admin.goto(f"{site.address}/admin/kb/article/?q=esd")
    admin.locator("#result_list a[href*='/change/']").first.click()
    admin.fill("textarea[name=body]", "## 怎么做\n\n**注意：**编辑刚刚改的一句话。\n")
    expect(admin.locator(".markdownx-preview strong")).to_have_text("注意：")
    admin.locator("input[name=_save]").first.click()
    expect(admin.locator(".messagelist .success")).to_be_visible()
    phone.goto(f"{site.address}/articles/esd/")
    expect(phone.locator(".article-body")).to_contain_text("编辑刚刚改的一句话。")
    assert phone.locator(".article-body strong").first.inner_text() == "注意："
    phone.goto(f"{site.address}/search/?q=编辑刚刚改的一句话")
    expect(phone.locator("main a[href='/articles/esd/']")).to_be_visible()
    assert refused == []
    admin.context.close()


def test_a_guide_with_a_dangling_choice_cannot_be_handed_in(site: Site, admin: Page, phone: Page) -> None:
    admin.goto(f"{site.address}/admin/diagnostics/guide/?q=e324")
    admin.locator("#result_list a[href*='/change/']").first.click()
    admin.locator("a[href*='/editor/']").first.click()
    target = admin.locator("[name='choice-0-to']")
    kept = target.input_value()
    target.fill("no-such-node")
    admin.locator("button[name=_save]").click()
    expect(admin.locator(".messagelist .success")).to_be_visible()
    expect(admin.locator("#editor-problems")).to_contain_text("no-such-node")
    expect(admin.locator("#editor-problems")).to_contain_text("G003")
    phone.goto(f"{site.address}/guides/e324/")
    expect(phone.locator("h1")).to_be_visible()
    # Leave the draft as it was: other tests read the same site.
    admin.locator("button[value=undo]").click()
    assert admin.locator("[name='choice-0-to']").input_value() == kept
    admin.context.close()


def test_problems_show_beside_the_step_while_typing(site: Site, admin: Page) -> None:
    admin.goto(f"{site.address}/admin/diagnostics/guide/?q=e324")
    admin.locator("#result_list a[href*='/change/']").first.click()
    admin.locator("a[href*='/editor/']").first.click()
    expect(admin.locator("#editor-problems")).not_to_contain_text("G011")
    admin.fill("textarea[name=title]", "")
    expect(admin.locator("#editor-problems")).to_contain_text("G011")
    admin.fill("textarea[name=title]", "先看钱：做到哪一步了？")
    expect(admin.locator("#editor-problems")).not_to_contain_text("G011")
    admin.context.close()
