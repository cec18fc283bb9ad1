"""The editors' side of the knowledge base: forms, publishing, history, and the search that follows every save."""

from typing import Any

import pytest
from django.test import Client

from kb.models import Article, ArticleAlias, Disagreement, ErrorCode, SearchEntry
from tests.admin_forms import (
    add_address,
    change_address,
    client_of,
    errors_of,
    list_address,
    messages_of,
    new_row,
    save,
    shown_fields,
)
from tests.factories import (
    make_article,
    make_category,
    make_cause,
    make_error_code,
    make_source,
    make_system,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


def new_code(client: Client, **changes: Any) -> dict[str, Any]:
    values = {"slug": "new-code", "system": make_system().pk, "title": "新代码", "meaning": "意思。", **changes}
    return {**shown_fields(client.get(add_address(ErrorCode))), **values}


def found(words: str) -> list[str]:
    return list(SearchEntry.objects.filter(title__contains=words).values_list("slug", flat=True))


# --- saving and the search --------------------------------------------------------------------------------------------
def test_saving_an_article_updates_the_search_rows(editor: Client) -> None:
    article = make_article(title="从前的标题")
    answer = save(editor, change_address(article), title="崭新的标题", body="## 怎么做\n擦拭触点。")
    assert answer.status_code == 302
    entry = SearchEntry.objects.get(kind="article", slug=article.slug)
    assert entry.title == "崭新的标题"
    assert "触点" in entry.document.text.split()


def test_a_new_alias_is_found_and_leads_to_the_article(editor: Client) -> None:
    article = make_article()
    fields = new_row(shown_fields(editor.get(change_address(article))), "aliases", slug="old-name")
    assert editor.post(change_address(article), fields).status_code == 302
    assert ArticleAlias.objects.get().article == article
    entry = SearchEntry.objects.get(slug=article.slug)
    assert entry.aliases == ["old-name"]
    assert "old" in entry.document.head.split()


def test_a_string_taken_away_leaves_the_search(editor: Client) -> None:
    code, other = make_error_code(strings=("E700",)), make_error_code(strings=("E700",))
    assert SearchEntry.objects.filter(slug="e700").exists()
    answer = save(editor, change_address(code), **{"strings-0-text": "E701"})
    assert answer.status_code == 302
    assert not SearchEntry.objects.filter(slug="e700").exists()
    assert SearchEntry.objects.get(slug=other.slug).path == "/codes/E700/"
    assert SearchEntry.objects.get(slug=code.slug).path == "/codes/E701/"


def test_renaming_a_cause_reaches_the_search_rows_of_its_codes(editor: Client) -> None:
    code = make_error_code(causes=1)
    save(editor, change_address(code.causes.get()), name="崭新的名字")
    assert "崭新" in SearchEntry.objects.get(slug=code.slug).document.head.split()


def test_renaming_a_system_reaches_the_search_rows_of_its_codes(editor: Client) -> None:
    code = make_error_code()
    save(editor, change_address(code.system), name="新体系")
    assert SearchEntry.objects.get(slug=code.slug).system == "新体系"


def test_a_new_entry_of_an_editor_is_a_draft_whatever_the_form_says(editor: Client) -> None:
    fields = new_code(editor, status="published")
    assert editor.post(add_address(ErrorCode), fields).status_code == 302
    assert ErrorCode.objects.get(slug="new-code").status == "draft"
    assert not found("新代码")


def test_an_editors_change_to_a_published_entry_is_live(editor: Client) -> None:
    code = make_error_code()
    save(editor, change_address(code), title="改过的含义", status="draft")
    code.refresh_from_db()
    assert (code.title, code.status) == ("改过的含义", "published")
    assert found("改过的含义") == [code.slug]


def test_a_reviewer_may_publish_in_the_form(reviewer: Client) -> None:
    assert reviewer.post(add_address(ErrorCode), new_code(reviewer, status="published")).status_code == 302
    assert found("新代码") == ["new-code"]


# --- what a form refuses ----------------------------------------------------------------------------------------------
def test_unknown_money_and_try_again_is_refused_beside_the_field(editor: Client) -> None:
    code = make_error_code()
    page = save(editor, change_address(code), money_moved="unknown", retry="yes")
    assert "never simply safe" in errors_of(page, "retry")


@pytest.mark.parametrize("same", ["E324", "e-324", "Ｅ ３２４"])
def test_one_string_twice_is_refused_in_its_normal_form(editor: Client, same: str) -> None:
    code = make_error_code(strings=("E324",))
    fields = new_row(shown_fields(editor.get(change_address(code))), "strings", text=same, position=1)
    assert "twice" in errors_of(editor.post(change_address(code), fields))
    fields = new_row(new_row(new_code(editor), "strings", text="E324", position=0), "strings", text=same, position=1)
    assert "twice" in errors_of(editor.post(add_address(ErrorCode), fields))


def test_a_cause_an_account_and_an_article_stand_once_even_in_a_new_code(editor: Client) -> None:
    cause, source, article = make_cause(), make_source(), make_article()
    rows: list[tuple[str, dict[str, Any]]] = [
        ("code_causes", {"cause": cause.pk, "weight": 50}),
        ("accounts", {"key": "one", "source": source.pk, "statement": "说。", "credibility": "low", "position": 0}),
        ("code_articles", {"article": article.pk, "position": 0}),
    ]
    for prefix, values in rows:
        fields = new_row(new_row(new_code(editor), prefix, **values), prefix, **values)
        assert "duplicate" in errors_of(editor.post(add_address(ErrorCode), fields)), prefix
    assert not ErrorCode.objects.exists()


def test_a_deleted_row_may_be_written_anew_in_the_same_save(editor: Client) -> None:
    code = make_error_code(strings=("E324",))
    fields = new_row(shown_fields(editor.get(change_address(code))), "strings", text="e324", position=0)
    assert editor.post(change_address(code), {**fields, "strings-0-DELETE": "on"}).status_code == 302
    assert [string.text for string in code.strings.all()] == ["e324"]


def test_a_string_without_letter_or_digit_is_refused(editor: Client) -> None:
    fields = new_row(new_code(editor), "strings", text="——", position=0)
    assert "letter or a digit" in errors_of(editor.post(add_address(ErrorCode), fields))


@pytest.mark.django_db(transaction=True)
def test_two_rows_that_swap_their_values_are_told_and_change_nothing() -> None:
    editor = client_of("editor")
    code = make_error_code(strings=("E1", "E2"))
    answer = save(editor, change_address(code), **{"strings-0-text": "E2", "strings-1-text": "E1"})
    assert "Nothing was saved" in messages_of(editor, answer)
    assert [string.text for string in code.strings.all()] == ["E1", "E2"]


def test_a_disagreement_is_filed_under_the_strings_normal_form(editor: Client) -> None:
    fields = {"slug": "e324-one", "normal": "e-324", "topic": "题", "position": 0}
    address = add_address(Disagreement)
    assert editor.post(address, {**shown_fields(editor.get(address)), **fields}).status_code == 302
    assert Disagreement.objects.get().normal == "E324"
    assert "letter" in errors_of(save(editor, change_address(Disagreement.objects.get()), normal="——"), "normal")


def test_a_category_cannot_stand_below_itself(editor: Client) -> None:
    top = make_category()
    below = make_category(parent=make_category(parent=top))
    assert "below itself" in errors_of(save(editor, change_address(top), parent=below.pk), "parent")


@pytest.mark.parametrize("slug", ["Upper", "under_score", "-edge", "two--hyphens", "中文"])
def test_slugs_are_what_addresses_are(editor: Client, slug: str) -> None:
    assert errors_of(editor.post(add_address(ErrorCode), new_code(editor, slug=slug)), "slug")


def test_the_address_of_a_string_belongs_to_its_hub(editor: Client) -> None:
    make_error_code(strings=("E324",))
    assert "e324-general" in errors_of(editor.post(add_address(ErrorCode), new_code(editor, slug="e324")), "slug")


def test_an_address_cannot_be_changed_later(editor: Client) -> None:
    for row in (
        make_article(slug="first"),
        make_cause(slug="first"),
        make_error_code(slug="first"),
        make_category(slug="first"),
    ):
        save(editor, change_address(row), slug="second")
        row.refresh_from_db()
        assert row.slug == "first"


def test_one_address_leads_to_one_article(editor: Client) -> None:
    article = make_article(slug="taken")
    ArticleAlias.objects.create(slug="taken-too", article=article)
    values = {"slug": "taken-too", "title": "题", "kind": "fix", "summary": "一句。", "body": "文。"}
    fields = {**shown_fields(editor.get(add_address(Article))), **values}
    assert "further name" in errors_of(editor.post(add_address(Article), fields))
    fields = new_row({**fields, "slug": "free"}, "aliases", slug="taken")
    assert "never be shown" in errors_of(editor.post(add_address(Article), fields))


def test_a_text_that_no_page_can_show_is_refused(editor: Client) -> None:
    assert "too long" in errors_of(save(editor, change_address(make_article()), body="*a_ " * 5000))


def test_a_code_offers_its_own_accounts_only(editor: Client) -> None:
    code, other = make_error_code(causes=1), make_error_code()
    page = editor.get(change_address(code))
    forms = next(
        inline.formset for inline in page.context["inline_admin_formsets"] if inline.formset.prefix == "code_causes"
    )
    offered = [str(value) for value, _ in forms.forms[0].fields["account"].choices]
    assert str(code.accounts.get().pk) in offered
    assert str(other.accounts.get().pk) not in offered
    assert errors_of(save(editor, change_address(code), **{"code_causes-0-account": other.accounts.get().pk}))


def test_a_new_row_comes_last(editor: Client) -> None:
    code = make_error_code(strings=("E1", "E2"))
    fields = new_row(shown_fields(editor.get(change_address(code))), "strings", text="E3", position=0)
    editor.post(change_address(code), fields)
    assert [string.text for string in code.strings.all()] == ["E1", "E2", "E3"]


# --- warnings, notes, links -------------------------------------------------------------------------------------------
def test_an_article_is_saved_and_its_doubtful_places_are_named(editor: Client) -> None:
    article = make_article(kind="fix")
    said = messages_of(editor, save(editor, change_address(article), body="## 怎么做\n拆开机器看看。"))
    assert "看什么" in said
    assert "拆开" in said
    assert Article.objects.get().body.startswith("## 怎么做")


def test_a_new_article_begins_with_its_headings(editor: Client) -> None:
    assert "## 不要做\n::: dont" in shown_fields(editor.get(add_address(Article)))["body"]


def test_the_form_says_who_sees_the_entry(editor: Client) -> None:
    published, draft = make_article(), make_article(status="draft")
    shown, hidden = editor.get(change_address(published)), editor.get(change_address(draft))
    assert "within a minute" in shown.content.decode()
    assert f'href="/en/articles/{published.slug}/"' in shown.content.decode()
    assert "do not see it" in hidden.content.decode()
    assert "viewsitelink" not in hidden.content.decode()


def test_the_form_of_a_code_follows_the_merchants_order(editor: Client) -> None:
    page = editor.get(add_address(ErrorCode)).content.decode()
    places = [page.index(f'name="{name}"') for name in ("money_moved", "retry", "keep_selling", "meaning", "tell")]
    assert places == sorted(places)


def test_codes_are_found_as_people_type_them(editor: Client) -> None:
    code = make_error_code(strings=("E324",))
    make_error_code(strings=("E999",))
    for words in ("e-324", "Ｅ324", "E324", code.title):
        page = editor.get(list_address(ErrorCode), {"q": words})
        assert [row.pk for row in page.context["cl"].result_list] == [code.pk], words


def test_every_admin_page_is_free_of_inline_styles_and_scripts(reviewer: Client) -> None:
    article = make_article(sources=2)
    save(reviewer, change_address(article), title="改")
    history = article.history.first()
    pages = [
        list_address(Article), add_address(Article), change_address(article), change_address(make_error_code(causes=1)),
        f"/en/admin/kb/article/{article.pk}/history/", f"/en/admin/kb/article/{article.pk}/history/{history.pk}/",
        f"/en/admin/kb/article/{article.pk}/delete/", "/en/admin/",
    ]  # fmt: skip
    for address in pages:
        page = reviewer.get(address)
        text = page.content.decode()
        assert page.status_code == 200
        assert " style=" not in text, address
        assert "<style" not in text, address
        assert " onclick=" not in text, address
        assert "<script>" not in text, address
        assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_the_admin_lists_what_is_needed_most_first(reviewer: Client) -> None:
    page = reviewer.get("/en/admin/").content.decode()
    places = [
        page.index(f'href="/en/admin/{name}/"')
        for name in ("kb/errorcode", "kb/article", "kb/cause", "diagnostics/guide")
    ]
    assert places == sorted(places)
    assert 'href="/admin/"' in page  # the other language
