"""The inbox in the admin: who sees it, what its buttons do, and how an entry is begun from a question."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from diagnostics.groups import AGENT, EDITOR, REVIEWER, SUPERVISOR
from kb.models import Article, ErrorCode, MissingEntry, SynonymGroup
from kb.search_vocabulary import forget_vocabulary
from tests.admin_forms import (
    add_address,
    change_address,
    client_of,
    delete_address,
    errors_of,
    list_address,
    messages_of,
    queries,
    save,
    shown_fields,
)
from tests.factories import make_acquirer, make_article, make_missing, make_synonyms, make_system

pytestmark = pytest.mark.django_db

INBOX = list_address(MissingEntry)
SIGN_IN = 302


@pytest.fixture(autouse=True)
def _words_of_this_test_alone() -> Iterator[None]:
    forget_vocabulary()
    yield
    forget_vocabulary()


@pytest.fixture
def editor() -> Client:
    return client_of(EDITOR)


def page(missing: MissingEntry, name: str) -> str:
    return f"{INBOX}{missing.pk}/{name}/"


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# --- who ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["", "plain", "staff", AGENT, SUPERVISOR, EDITOR, REVIEWER, "superuser"])
def test_what_every_role_reaches(role: str) -> None:
    client, missing, group = client_of(role), make_missing("月球"), make_synonyms("甲", "乙")
    acts = role in {EDITOR, REVIEWER, "superuser"}
    looks = acts or role == SUPERVISOR
    outside = role in {"", "plain"}

    def answer(expected: int) -> int:
        return SIGN_IN if outside else expected

    found = {
        "list": client.get(INBOX).status_code,
        "one": client.get(change_address(missing)).status_code,
        "history": client.get(page(missing, "history")).status_code,
        "add": client.get(f"{INBOX}add/").status_code,
        "delete": client.get(delete_address(missing)).status_code,
        "change": client.post(change_address(missing), {"question": "改"}).status_code,
        "synonyms": client.get(page(missing, "synonyms")).status_code,
        "by GET": client.get(page(missing, "set-aside")).status_code,
        "set aside": client.post(page(missing, "set-aside")).status_code,
        "reopen": client.post(page(missing, "reopen")).status_code,
        "add word": client.post(page(missing, "synonyms"), {"word": "丙", "group": group.pk}).status_code,
        "none": client.post(f"{INBOX}987654/set-aside/").status_code,
    }
    assert found == {
        "list": answer(200 if looks else 403),
        "one": answer(200 if looks else 403),
        "history": answer(200 if looks else 403),
        "add": answer(403),
        "delete": answer(403),
        "change": answer(403),
        "synonyms": answer(200 if acts else 403),
        "by GET": answer(405),
        "set aside": answer(302 if acts else 403),
        "reopen": answer(302 if acts else 403),
        "add word": answer(302 if acts else 403),
        "none": answer(404 if acts else 403),
    }
    group.refresh_from_db()
    missing.refresh_from_db()
    assert ("丙" in group.words) == acts
    assert (missing.question, missing.is_kept) == ("月球", acts)


def test_forms_need_a_token(editor: Client) -> None:
    missing = make_missing("月球")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    for name in ("set-aside", "reopen", "synonyms"):
        assert strict.post(page(missing, name)).status_code == 403


def test_whoever_only_looks_is_offered_no_button() -> None:
    missing = make_missing("月球")
    client = client_of(SUPERVISOR)
    for address in (INBOX, change_address(missing)):
        assert "月球" in shown(client, address)
        assert "/set-aside/" not in shown(client, address)
        assert "?missing=" not in shown(client, address)
    client.post(INBOX, {"action": "set_aside_selected", "_selected_action": [missing.pk]})
    missing.refresh_from_db()
    assert missing.is_open


# --- the list ----------------------------------------------------------------------------------------------------------
def test_the_list_shows_what_waits_the_most_searched_first(editor: Client) -> None:
    make_missing("少问", searches=2)
    make_missing("常问", searches=20)
    make_missing("已答", state="answered", answer_kind="article", answer_slug="an-answer")
    text = shown(editor, INBOX)
    assert text.index("常问") < text.index("少问")
    assert "已答" not in text
    assert "an-answer" in shown(editor, f"{INBOX}?state=answered")
    everything = shown(editor, f"{INBOX}?state=all")
    assert "已答" in everything and "少问" in everything
    assert "少问" not in shown(editor, f"{INBOX}?reason=nobody-opened")
    assert "少问" in shown(editor, f"{INBOX}?q=少问")


def test_a_look_at_the_search_from_the_inbox_is_not_counted(editor: Client) -> None:
    make_missing("甲&乙")
    assert "/en/search/?q=%E7%94%B2%26%E4%B9%99&amp;uncounted=1" in shown(editor, INBOX)


def test_selected_questions_are_set_aside_and_opened_again(editor: Client) -> None:
    rows = [make_missing("甲"), make_missing("乙")]
    chosen = [row.pk for row in rows]
    answer = editor.post(INBOX, {"action": "set_aside_selected", "_selected_action": chosen})
    assert "2 questions were set aside" in messages_of(editor, answer)
    assert not MissingEntry.objects.open().exists()
    answer = editor.post(f"{INBOX}?state=all", {"action": "reopen_selected", "_selected_action": chosen})
    assert "2 questions are open again" in messages_of(editor, answer)
    assert MissingEntry.objects.open().count() == 2


def test_one_click_sets_aside_and_the_history_says_who(editor: Client) -> None:
    missing = make_missing("月球", searches=3)
    assert f'formaction="{page(missing, "set-aside")}"' in shown(editor, INBOX)
    assert "set aside" in messages_of(editor, editor.post(page(missing, "set-aside")))
    missing.refresh_from_db()
    assert (missing.state, missing.settled_searches) == ("set-aside", 3)
    assert LogEntry.objects.get().user.username == "one-editor"
    assert f'formaction="{page(missing, "reopen")}"' in shown(editor, change_address(missing))
    editor.post(page(missing, "reopen"))
    missing.refresh_from_db()
    assert missing.is_open


@pytest.mark.parametrize("address", [INBOX, f"{INBOX}?state=all"])
def test_the_list_costs_the_same_at_two_and_at_twenty_rows(editor: Client, address: str) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            group = make_synonyms(f"甲{MissingEntry.objects.count()}", "乙")
            make_missing(f"问题{MissingEntry.objects.count()}", synonyms=group)
            answer = {"answer_kind": "article", "answer_slug": f"a{number}", "state": "answered"}
            make_missing(f"问题{MissingEntry.objects.count()}", **answer)

    fill(1)
    few = queries(editor, address)
    fill(9)
    assert queries(editor, address) == few


def test_the_page_of_a_question_costs_the_same_however_much_is_found(editor: Client) -> None:
    make_article(title="打印机不走纸")
    missing = make_missing("打印机不走纸")
    few = queries(editor, change_address(missing))
    for number in range(20):
        make_article(title=f"打印机不走纸之{number}")
    assert queries(editor, change_address(missing)) <= few  # a search that finds enough at once looks no further


def test_the_page_of_a_question_says_what_the_search_finds_today(editor: Client) -> None:
    missing = make_missing("打印机不走纸", reason="nobody-opened")
    assert "finds nothing" in shown(editor, change_address(missing))
    article = make_article(title="打印机不走纸怎么办")
    assert f"/en/articles/{article.slug}/" in shown(editor, change_address(missing))


def test_the_page_of_a_question_names_the_acquirers_that_are_found(editor: Client) -> None:
    missing, acquirer = make_missing("某某支付"), make_acquirer(brand="某某支付")
    forget_vocabulary()
    assert f"/en/acquirers/{acquirer.slug}/" in shown(editor, change_address(missing))


def test_the_answer_is_a_link_to_its_form(editor: Client) -> None:
    article, group = make_article(), make_synonyms("甲", "乙")
    named = make_missing("一", answer_kind="article", answer_slug=article.slug, state="answered")
    worded = make_missing("二", synonyms=group, state="answered")
    guide = make_missing("三", answer_kind="guide", answer_slug="a-guide", state="answered")
    assert change_address(article) in shown(editor, change_address(named))
    assert change_address(group) in shown(editor, change_address(worded))
    assert "a-guide" in shown(editor, change_address(guide))


def test_the_front_page_says_how_many_wait(editor: Client) -> None:
    assert 'class="waiting"' not in shown(editor, "/en/admin/")
    make_missing("甲")
    make_missing("乙")
    make_missing("丙", state="set-aside")
    text = shown(editor, "/en/admin/")
    assert "2 wait" in text
    assert text.index("Missing entries") < text.index("Error codes")  # what waits stands first
    assert 'class="waiting"' not in shown(editor, list_address(Article))


# --- one click to a draft ----------------------------------------------------------------------------------------------
def test_an_article_is_begun_from_a_question_and_answers_it_once_published(editor: Client) -> None:
    missing = make_missing("打印机不走纸")
    address = f"{add_address(Article)}?missing={missing.pk}"
    assert address in shown(editor, INBOX)
    fields = shown_fields(editor.get(address))
    assert fields["title"] == fields["asked_as"] == "打印机不走纸"
    assert fields["slug"] == "da-yin-ji-bu-zou-zhi"
    assert "searched 1 time" in shown(editor, address)
    answer = editor.post(address, {**fields, "kind": "fix", "summary": "看这里。", "body": "## 怎么做\n\n1. 看。"})
    assert answer.status_code == 302
    draft = Article.objects.get(slug="da-yin-ji-bu-zou-zhi")
    missing.refresh_from_db()
    assert (missing.state, missing.answer_kind, missing.answer_slug) == ("open", "article", draft.slug)
    assert f"begun an answer: Article {draft.slug}" in shown(editor, INBOX)  # nobody else need begin one
    reviewer = client_of(REVIEWER)
    reviewer.post(list_address(Article), {"action": "publish_selected", "_selected_action": [draft.pk]})
    missing.refresh_from_db()
    assert missing.state == "answered"
    save(reviewer, change_address(draft), status="draft")
    missing.refresh_from_db()
    assert missing.state == "open"


@pytest.mark.parametrize(
    ("question", "slug", "strings", "words"),
    [
        ("E-778", "e778-general", ["E-778"], ""),
        ("终端报E778怎么办", "zhong-duan-bao-e778-zen-me-ban", ["E778"], "终端报E778怎么办"),
        ("月球", "yue-qiu", [], "月球"),
    ],
)
def test_a_code_is_begun_from_a_question(
    editor: Client, question: str, slug: str, strings: list[str], words: str
) -> None:
    missing = make_missing(question)
    address = f"{add_address(ErrorCode)}?missing={missing.pk}"
    fields = shown_fields(editor.get(address))
    assert (fields["slug"], fields.get("title", ""), fields.get("asked_as", "")) == (slug, words, words)
    answer = editor.post(address, {**fields, "title": "题", "system": make_system().pk, "meaning": "意思。"})
    assert answer.status_code == 302, errors_of(answer)
    code = ErrorCode.objects.get(slug=slug)
    assert [string.text for string in code.strings.all()] == strings
    missing.refresh_from_db()
    assert (missing.answer_kind, missing.answer_slug) == ("code", slug)


def test_a_reviewer_who_publishes_at_once_closes_the_question_at_once() -> None:
    reviewer, missing = client_of(REVIEWER), make_missing("别的说法", reason="nobody-opened")
    address = f"{add_address(ErrorCode)}?missing={missing.pk}"
    fields = {**shown_fields(reviewer.get(address)), "title": "某含义", "asked_as": "", "meaning": "意思。"}
    reviewer.post(address, {**fields, "system": make_system().pk, "status": "published"})
    missing.refresh_from_db()
    assert missing.state == "answered"


@pytest.mark.parametrize("number", ["", "x", "0", "99999", "9" * 30, "١"])
def test_a_question_that_is_not_there_leaves_the_form_as_it_is(editor: Client, number: str) -> None:
    for model in (Article, ErrorCode, SynonymGroup):
        plain = shown_fields(editor.get(add_address(model)))
        assert shown_fields(editor.get(f"{add_address(model)}?missing={number}")) == plain


# --- synonyms ----------------------------------------------------------------------------------------------------------
def test_a_word_is_added_to_synonyms_and_the_answer_is_told(editor: Client) -> None:
    make_article(title="签购单")
    missing, group = make_missing("小票"), make_synonyms("签购单", "凭条")
    assert 'value="小票"' in shown(editor, page(missing, "synonyms"))
    answer = editor.post(page(missing, "synonyms"), {"word": " 小票 ", "group": group.pk})
    assert "question is answered" in messages_of(editor, answer)
    missing.refresh_from_db()
    group.refresh_from_db()
    assert (missing.state, missing.synonyms, group.words) == ("answered", group, "签购单\n凭条\n小票")
    assert group.history.first().history_user.username == "one-editor"


def test_a_word_that_does_not_help_leaves_the_question_open(editor: Client) -> None:
    missing, group = make_missing("月球"), make_synonyms("签购单", "凭条")
    answer = editor.post(page(missing, "synonyms"), {"word": "月球", "group": group.pk})
    assert "stays open" in messages_of(editor, answer)


@pytest.mark.parametrize(
    "sent", [{}, {"word": "！？"}, {"group": "987654"}, {"group": "x"}, {"group": "9" * 30}, {"word": ""}]
)
def test_what_is_no_word_or_no_group_is_refused_beside_the_field(editor: Client, sent: dict[str, str]) -> None:
    missing, group = make_missing("月球"), make_synonyms("甲", "乙")
    answer = editor.post(page(missing, "synonyms"), {"word": "月", "group": group.pk, **sent} if sent else {})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    group.refresh_from_db()
    assert group.words == "甲\n乙"


def test_a_new_group_is_begun_from_a_question(editor: Client) -> None:
    make_article(title="签购单")
    missing = make_missing("小票")
    address = f"{add_address(SynonymGroup)}?missing={missing.pk}"
    fields = shown_fields(editor.get(address))
    assert fields["slug"] == "xiao-piao"
    assert "at least two words" in errors_of(editor.post(address, fields), "words")
    assert editor.post(address, {**fields, "words": fields["words"] + "签购单"}).status_code == 302
    missing.refresh_from_db()
    assert (missing.state, missing.synonyms) == ("answered", SynonymGroup.objects.get(slug="xiao-piao"))


def test_changing_deleting_and_reverting_synonyms_reaches_the_search_and_the_inbox() -> None:
    reviewer = client_of(REVIEWER)
    make_article(title="签购单")
    missing, group = make_missing("小票"), make_synonyms("签购单", "凭条")

    def is_open() -> bool:
        missing.refresh_from_db()
        return missing.is_open

    save(reviewer, change_address(group), words="签购单\n小票")
    assert not is_open()
    save(reviewer, change_address(group), words="签购单\n凭条")
    assert is_open()
    version = group.history.filter(words="签购单\n小票").get().history_id
    address = f"{list_address(group)}{group.pk}/history/{version}/"
    assert reviewer.post(address, shown_fields(reviewer.get(address))).status_code == 302
    assert not is_open()
    reviewer.post(delete_address(group), {"post": "yes"})
    assert is_open()
    many = make_synonyms("签购单", "小票")
    assert not is_open()
    chosen: dict[str, Any] = {"action": "delete_selected", "_selected_action": [many.pk], "post": "yes"}
    reviewer.post(list_address(SynonymGroup), chosen)
    assert is_open()


def test_a_list_of_synonyms_costs_the_same_at_two_and_at_twenty_rows(editor: Client) -> None:
    for _ in range(2):
        make_synonyms("甲", "乙")
    few = queries(editor, list_address(SynonymGroup))
    for _ in range(18):
        make_synonyms("甲", "乙")
    assert queries(editor, list_address(SynonymGroup)) == few


def test_synonyms_can_be_looked_up_for_a_question(editor: Client) -> None:
    make_synonyms("签购单", "小票")
    make_synonyms("挥卡", "闪付")
    names = {"app_label": "kb", "model_name": "missingentry", "field_name": "synonyms", "term": "小票"}
    answer = editor.get("/en/admin/autocomplete/", names)
    assert [found["text"] for found in answer.json()["results"]] == ["签购单 = 小票"]
