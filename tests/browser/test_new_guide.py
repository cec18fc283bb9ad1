"""The whole way of a guide: built from nothing by an editor, tried out, reviewed by somebody else, walked by a merchant.

The editor uses the keyboard alone for the form: every field is reached by its label, every button pressed with Enter.
"""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

PASSWORD = "a long password for tests 7"


def signed_in(site: Site, browser: Browser, user: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site.address}/en/admin/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.locator("input[type=submit], button[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    return page


def make_editor(site: Site, boss: Page) -> None:
    boss.goto(f"{site.address}/en/admin/auth/user/add/")
    boss.fill("[name=username]", "xiaoli")
    boss.fill("[name=password1]", PASSWORD)
    boss.fill("[name=password2]", PASSWORD)
    boss.locator("[name=_continue]").first.click()
    boss.check("[name=is_staff]")
    boss.select_option("#id_groups_from", label="editor")
    boss.locator("#id_groups_add, #id_groups_add_link").first.click()
    boss.locator("[name=_save]").first.click()
    expect(boss.locator(".messagelist .success")).to_be_visible()


def press_and_wait(page: Page, selector: str) -> None:
    with page.expect_navigation():
        press(page, selector)


def press(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


def add_answers(page: Page, answers: list[tuple[str, str, str]]) -> None:
    """Fill empty rows: label, where it leads, and what kind of new step that is (empty: an existing one)."""
    rows = page.locator(".editor__choice")
    first = next(place for place in range(rows.count()) if not page.input_value(f"[name='choice-{place}-label']"))
    for place, (label, to, new) in enumerate(answers, start=first):
        page.fill(f"[name='choice-{place}-label']", label)
        page.fill(f"[name='choice-{place}-to']", to)
        page.select_option(f"[name='choice-{place}-new']", new)


def save_step(page: Page) -> None:
    press_and_wait(page, "button[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()


def open_step(page: Page, title: str) -> None:
    page.locator(".editor__list summary").click()
    page.locator(".editor__list a", has_text=title).click()
    expect(page.locator("#editor-step")).to_contain_text(title)


def test_a_guide_is_built_tried_reviewed_published_and_walked(site: Site, browser: Browser, phone: Page) -> None:
    boss = signed_in(site, browser, site.user, site.password)
    make_editor(site, boss)
    page = signed_in(site, browser, "xiaoli", PASSWORD)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)

    # --- five steps from nothing ---
    page.goto(f"{site.address}/en/admin/diagnostics/guide/add/")
    page.fill("[name=slug]", "beeping")
    page.fill("[name=title]", "机器一直响怎么办")
    press_and_wait(page, "[name=_continue]")
    page.locator("a[href*='/editor/']").first.click()
    editor = page.url.partition("?")[0]
    page.fill("#add-title", "先看钱：响的时候，这一笔收完了吗？")
    press_and_wait(page, "button[value=add]")
    page.fill("[name=say]", "请问响的时候，这一笔收完了吗？")
    page.fill("[name=help]", "没收完的先查，别再收一次。")
    add_answers(page, [("收完了，或没在收钱", "把纸卷重新装一次", "check"), ("没收完", "先查这一笔", "outcome")])
    save_step(page)
    add_answers(page, [("说不清", "先查这一笔", "")])
    save_step(page)
    open_step(page, "把纸卷重新装一次")
    page.fill("[name=say]", "请把纸卷拿出来重新装好，还响吗？")
    add_answers(page, [("不响了", "好了，可以继续收款", "outcome"), ("还在响", "请收单机构来看", "outcome")])
    save_step(page)
    open_step(page, "好了，可以继续收款")
    page.select_option("[name=result]", "fixed")
    save_step(page)
    for title in ("先查这一笔", "请收单机构来看"):
        open_step(page, title)
        page.select_option("[name=result]", "escalate")
        page.fill("[name=tell]", "请报机身上的终端号，说机器一直响。")
        page.fill("[name=article-0]", "query-first")
        save_step(page)
        expect(page.locator("#editor-problems")).to_contain_text("Nothing is wrong with this step.")
    assert page.locator(".guide-map__link").count() >= 5

    # --- tried out, two paths recorded ---
    for answers, end in ((["收完了，或没在收钱", "不响了"], "好了，可以继续收款"), (["没收完"], "先查这一笔")):
        page.goto(editor.replace("/editor/", "/preview/"))
        for answer in answers:
            page.locator(".choice-list a", has_text=answer).first.click()
        expect(page.locator("h1")).to_contain_text(end)
        press_and_wait(page, "form[action*='record'] button")
    page.goto(editor.replace("/editor/", "/change/"))
    assert page.input_value("[name='paths-TOTAL_FORMS']") >= "2"

    # --- handed in; its author cannot publish it ---
    press_and_wait(page, "form[action$='/submit/'] button")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("form[action$='/publish/']")).to_have_count(0)

    # --- reviewed and published by somebody else ---
    boss.goto(editor.replace("/editor/", "/changes/"))
    expect(boss.locator("#content")).to_contain_text("把纸卷重新装一次")
    boss.locator("form[action$='/publish/'] button").first.click()
    expect(boss.locator(".messagelist .success")).to_be_visible()

    # --- walked ---
    phone.goto(f"{site.address}/guides/beeping/")
    expect(phone.locator("h1")).to_contain_text("先看钱")
    phone.locator(".choice-list a", has_text="收完了").click()
    phone.locator(".choice-list a", has_text="还在响").click()
    expect(phone.locator("h1")).to_contain_text("请收单机构来看")
    expect(phone.locator("body")).to_contain_text("请报机身上的终端号")
    assert re.search(r"/guides/beeping/[a-z0-9-]+/\?v=1&", phone.url)
    assert refused == []
    page.context.close()
    boss.context.close()
