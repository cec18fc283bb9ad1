"""What changed in a guide, for whoever approves it; earlier saves, rolling back, the list of paths."""

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from diagnostics.actions import publish_guide, submit_guide
from diagnostics.admin.differences import differences, marked
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.editing import edit_draft
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.models import Guide, GuideRevision
from diagnostics.path_rows import PATH_COLUMNS
from kb.models import Article
from tests.admin_forms import client_of, messages_of, queries
from tests.factories import make_article, make_error_code, make_graph, make_guide
from tools.sample_graphs import layered_graph

pytestmark = pytest.mark.django_db

Edit = Callable[[Graph], Graph]


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


def address(guide: Guide, tail: str) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/{tail}"


def edit(guide: Guide, change: Edit, *, by: Any = None, what: str = "改") -> None:
    edit_draft(guide, change, by=by, number=None, what=what)
    guide.refresh_from_db()


def with_node(key: str, **values: Any) -> Edit:
    return lambda graph: replace_node(graph, replace(graph.node(key), **values))


def everything_changed(graph: Graph) -> Graph:
    """Every sort of change at once, without an error."""
    reading, insert, ask = graph.node("reading"), graph.node("insert"), graph.node("ask")
    tap, _swipe, unsure = reading.choices
    wait = Node("wait", Kind.OUTCOME, "等十分钟再试", result=Result.STOP, tell="请停用这台机器。")
    nodes = {
        "reading": replace(
            reading,
            title="您刚才是怎么读卡的？",
            choices=(replace(unsure, to="wait"), replace(tap, label="挥一挥卡"), Choice("scan", "扫码", "ask")),
        ),
        "insert": insert,
        "solved": graph.node("solved"),
        "ask": replace(ask, tell="请报机身号和时间。", minutes=3),
        "wait": wait,
    }
    return replace(
        graph, nodes=nodes, title="新名字", codes=("E324",), paths=(RecordedPath((("reading", "scan"),), "ask"),)
    )


# --- who sees and who may send ----------------------------------------------------------------------------------------
ROLES = ("", "plain", "staff", "call-centre agent", "supervisor", "editor", "reviewer", "superuser")
SIGN_IN = 302
LOOKING = ("changes/", "saves/", "saves/1/", "paths.csv")
PUBLISHING = ("withdraw/", "revisions/1/publish/")


@pytest.fixture
def two_revisions() -> Guide:
    guide = make_guide()
    edit(guide, with_node("insert", title="请插卡"))
    publish_guide(guide, by=None)
    guide.refresh_from_db()
    return guide


@pytest.mark.parametrize("role", ROLES)
def test_what_every_role_sees(role: str, two_revisions: Guide) -> None:
    client = client_of(role)
    outside, sees = role in {"", "plain"}, role not in {"", "plain", "staff"}
    for tail in LOOKING:
        answer = client.get(address(two_revisions, tail))
        assert answer.status_code == (SIGN_IN if outside else 200 if sees else 403), tail
        assert "no-store" in answer.headers["Cache-Control"], tail
    for tail in PUBLISHING:
        expected = SIGN_IN if outside else 200 if role in {"reviewer", "superuser"} else 403
        assert client.get(address(two_revisions, tail)).status_code == expected, tail


@pytest.mark.parametrize("role", ROLES)
def test_what_every_role_may_send(role: str, two_revisions: Guide) -> None:
    guide, client = two_revisions, client_of(role)
    outside = role in {"", "plain"}
    changes, publishes = role in {"editor", "reviewer", "superuser"}, role in {"reviewer", "superuser"}
    sent: list[tuple[str, dict[str, Any], bool]] = [
        ("revisions/1/publish/", {"live": 2}, publishes),
        ("saves/1/restore/", {"number": guide.draft_number}, changes),
        ("submit/", {"number": guide.draft_number + 1}, changes),
        ("publish/", {"number": guide.draft_number + 1}, publishes),
        ("withdraw/", {}, publishes),
    ]
    before = (guide.revisions.count(), guide.saves.count(), guide.live_revision_id)
    for tail, values, allowed in sent:
        answer = client.post(address(guide, tail), values)
        if outside:
            assert "/login/" in answer["Location"]
        else:
            # A reviewer who brought the save back is its author: refused in words, but not for want of permission.
            assert answer.status_code in ({302, 409} if allowed else {403}), tail
    guide.refresh_from_db()
    if not changes:
        assert (guide.revisions.count(), guide.saves.count(), guide.live_revision_id) == before
    if role == "editor":
        assert (guide.revisions.count(), guide.is_in_review) == (2, True)
    if publishes:
        assert guide.live_revision is None


@pytest.mark.parametrize("tail", ["submit/", "publish/", "return/", "saves/1/restore/"])
def test_a_button_is_no_link(reviewer: Client, tail: str) -> None:
    assert reviewer.get(address(make_guide(), tail)).status_code == 405


def test_addresses_of_nothing_are_not_found(reviewer: Client) -> None:
    guide = make_guide()
    for tail in ("changes/?from=9", "changes/?from=x", "saves/99/", "revisions/9/publish/"):
        assert reviewer.get(address(guide, tail)).status_code == 404, tail
    for tail in ("changes/", "saves/", "withdraw/", "paths.csv"):
        assert reviewer.get(f"/en/admin/diagnostics/guide/{guide.pk + 1}/{tail}").status_code == 404
        assert reviewer.get(f"/en/admin/diagnostics/guide/{10**30}/{tail}").status_code == 404


# --- what changed -----------------------------------------------------------------------------------------------------
def test_the_review_page_tells_every_change_in_words(reviewer: Client) -> None:
    guide = make_guide()
    edit(guide, everything_changed)
    page = reviewer.get(address(guide, "changes/"))
    text = page.content.decode()
    shown = page.context["difference"]
    assert "From revision 1 to the draft" in text
    assert [line.label for line in shown.guide] == ["title", "codes of a guide"]
    assert [node.name for node in shown.added] == ["等十分钟再试"]
    assert not shown.removed
    reading, ask = shown.changed
    assert "您<ins>刚才</ins>是怎么读卡的？" in text
    assert "请报机身号<ins>和时间</ins>。" in text
    assert [line.label for line in ask.texts] == ["minutes", "what to tell the acquirer"]
    assert [one.label for one in reading.choices_added] == ["扫码"]
    assert [one.label for one in reading.choices_removed] == ["刷卡"]
    assert [(one.label, one.old_to, one.new_to) for one in reading.choices_redirected] == [
        ("说不清", "请收单机构查", "等十分钟再试")
    ]
    assert "<ins>挥一</ins>挥卡 (贴一下)" in text
    assert reading.reordered == ("说不清", "挥一挥卡", "扫码")
    assert "您刚才是怎么读卡的？ → 扫码 ⇒ 请收单机构查" in text
    assert address(guide, "editor/?node=reading") in text


def test_the_review_page_tells_which_paths_end_elsewhere(reviewer: Client) -> None:
    guide = make_guide()
    edit(guide, everything_changed)
    page = reviewer.get(address(guide, "changes/"))
    rows = {(row.old, row.new): row for row in page.context["difference"].endings}
    moved = rows["请收单机构查", "等十分钟再试"]
    assert (moved.count, moved.example) == (1, ("您是怎么读卡的？ → 说不清",))
    asks = rows["请收单机构查", "does not end yet: asks “您刚才是怎么读卡的？”"]
    assert asks.example == ("您是怎么读卡的？ → 刷卡",)
    text = page.content.decode()
    assert "They part at “您是怎么读卡的？”: “说不清” led to “请收单机构查”, and now: “等十分钟再试”." in text
    assert "now: “is no longer offered”" in text


def test_another_result_at_the_same_end_is_told(reviewer: Client) -> None:
    guide = make_guide()
    edit(guide, with_node("ask", result=Result.STOP))
    (row,) = reviewer.get(address(guide, "changes/")).context["difference"].endings
    assert (row.old, row.new) == ("请收单机构查 (Call the acquirer)", "请收单机构查 (Stop using the terminal)")
    assert row.count == 3


def test_words_alone_leave_every_ending(reviewer: Client) -> None:
    guide = make_guide()
    edit(guide, with_node("ask", title="请收单机构查一下"))
    assert "Every path ends where it ended." in reviewer.get(address(guide, "changes/")).content.decode()
    edit(guide, with_node("ask", title="请收单机构查"))
    assert "Nothing differs." in reviewer.get(address(guide, "changes/")).content.decode()


def test_more_paths_than_can_be_compared_are_said_to_be_more() -> None:
    old = layered_graph(200, 12)
    new = replace_node(old, replace(old.node(old.start), choices=old.node(old.start).choices[:1]))
    found = differences(old, new)
    assert found.is_capped and found.compared == 5000


def test_a_first_version_is_all_new(reviewer: Client) -> None:
    guide = make_guide(published=False)
    page = reviewer.get(address(guide, "changes/"))
    assert "everything is new" in page.content.decode()
    assert len(page.context["difference"].added) == 4


def test_the_draft_is_compared_with_any_revision(reviewer: Client, two_revisions: Guide) -> None:
    edit(two_revisions, with_node("ask", title="请收单机构看"))
    changed = [
        {node.id for node in reviewer.get(address(two_revisions, f"changes/{query}")).context["difference"].changed}
        for query in ("", "?from=2", "?from=1")
    ]
    assert changed == [{"ask"}, {"ask"}, {"insert", "ask"}]


def test_articles_are_named_by_their_titles(reviewer: Client) -> None:
    guide = make_guide()
    article = make_article(title="清洁卡槽")
    edit(guide, with_node("ask", articles=(article.slug,)))
    assert "<ins>清洁卡槽</ins>" in reviewer.get(address(guide, "changes/")).content.decode()


def handing_over(graph: Graph) -> Graph:
    """`swipe` hands over to the guide `inner`, and comes back to `ask`."""
    reading = graph.node("reading")
    tap, swipe, unsure = reading.choices
    other = Node("other", Kind.GUIDE, "先看里面的向导", guide="inner", then="ask")
    changed = replace(reading, choices=(tap, replace(swipe, to="other"), unsure))
    return replace(graph, nodes={**graph.nodes, "reading": changed, "other": other})


def test_what_readers_walk_is_compared_with_the_guides_inside(reviewer: Client) -> None:
    make_guide("inner")
    guide = make_guide()
    edit(guide, handing_over)
    publish_guide(guide, by=None)
    assert "Nothing differs." in reviewer.get(address(guide, "changes/")).content.decode()
    inner = Guide.objects.get(slug="inner")
    edit(inner, with_node("insert", title="请插卡"))
    publish_guide(inner, by=None)
    page = reviewer.get(address(guide, "changes/"))
    (changed,) = page.context["difference"].changed
    assert (changed.id, changed.inside) == ("other.insert", "先看里面的向导")
    assert "in the guide inside “先看里面的向导”" in page.content.decode()


def test_a_draft_that_cannot_be_expanded_is_compared_without_the_guides_inside(reviewer: Client) -> None:
    make_guide("inner")
    guide = make_guide()
    edit(guide, handing_over)
    publish_guide(guide, by=None)
    edit(guide, with_node("other", guide="no-such-guide"))
    page = reviewer.get(address(guide, "changes/"))
    assert "compares the guide without them" in page.content.decode()
    assert [node.id for node in page.context["difference"].changed] == ["other"]
    assert not page.context["difference"].removed


def test_the_page_ends_with_the_buttons(reviewer: Client, editor: Client) -> None:
    guide = make_guide()
    edit(guide, with_node("ask", title="请收单机构看"))
    assert address(guide, "submit/") in editor.get(address(guide, "changes/")).content.decode()
    submit_guide(guide, by=User.objects.get(username="one-editor"), number=guide.draft_number)
    text = reviewer.get(address(guide, "changes/")).content.decode()
    assert address(guide, "publish/") in text and address(guide, "return/") in text
    assert f'name="number" value="{guide.draft_number}"' in text


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("请插卡", "请您插卡", "请插卡", "请[您]插卡"),
        ("press OK now", "press Cancel now", "press [OK ]now", "press [Cancel ]now"),
        ("", "新写的", "", "[新写的]"),
        ("原来的", "", "[原来的]", ""),
        ("完全不同", "另一句话", "[完全不同]", "[另一句话]"),
    ],
)
def test_changed_words_are_marked(old: str, new: str, before: str, after: str) -> None:
    shown = tuple("".join(f"[{one.text}]" if one.is_changed else one.text for one in side) for side in marked(old, new))
    assert shown == (before, after)


def test_long_texts_are_marked_as_a_whole() -> None:
    old = "的" * 4000
    assert [piece.is_changed for side in marked(old, old + "。") for piece in side] == [True, True]


# --- earlier saves ----------------------------------------------------------------------------------------------------
def test_earlier_saves_say_who_when_and_what(editor: Client) -> None:
    guide = make_guide()
    edit(guide, with_node("ask", title="请收单机构看"), by=User.objects.get(username="one-editor"), what="改了结论")
    text = editor.get(address(guide, "saves/")).content.decode()
    assert "one-editor" in text and "改了结论" in text
    assert "an operator's command" in text
    assert "published as revision 1" in text
    assert text.count("Bring back") == 1


def test_a_save_shows_what_it_changed_and_what_bringing_it_back_would(editor: Client) -> None:
    guide = make_guide()
    for title in ("第二版", "第三版"):
        edit(guide, with_node("ask", title=title))
    number = guide.draft_number - 1
    (line,) = editor.get(address(guide, f"saves/{number}/")).context["difference"].changed[0].texts
    assert ("".join(one.text for one in line.old), "".join(one.text for one in line.new)) == ("请收单机构查", "第二版")
    (line,) = editor.get(address(guide, f"saves/{number}/?to=now")).context["difference"].changed[0].texts
    assert ("".join(one.text for one in line.old), "".join(one.text for one in line.new)) == ("第三版", "第二版")


def test_a_save_is_brought_back_as_a_save_of_its_own(editor: Client) -> None:
    guide = make_guide()
    edit(guide, with_node("ask", title="第二版"))
    answer = editor.post(address(guide, "saves/1/restore/"), {"number": guide.draft_number})
    assert "as save 1 left it" in messages_of(editor, answer)
    number = guide.draft_number
    guide.refresh_from_db()
    assert (draft_graph(guide).node("ask").title, guide.draft_number) == ("请收单机构查", number + 1)


def test_bringing_back_over_somebody_elses_save_is_refused(editor: Client) -> None:
    guide = make_guide()
    number = guide.draft_number
    edit(guide, with_node("ask", title="第二版"))
    answer = editor.post(address(guide, "saves/1/restore/"), {"number": number})
    assert "saved this guide" in messages_of(editor, answer)
    assert draft_graph(guide).node("ask").title == "第二版"


def test_a_save_with_an_article_that_is_gone_is_brought_back_without_it(editor: Client) -> None:
    guide = make_guide()
    article = make_article()
    edit(guide, with_node("ask", articles=(article.slug,)))
    number = guide.draft_number
    edit(guide, with_node("ask", articles=()))
    Article.objects.all().delete()
    answer = editor.post(address(guide, f"saves/{number}/restore/"), {"number": guide.draft_number})
    assert "The draft is as save" in messages_of(editor, answer)
    assert article.slug not in draft_graph(guide).node("ask").articles


def test_fifty_saves_make_a_page(editor: Client) -> None:
    guide = make_guide()
    for number in range(60):
        edit(guide, with_node("ask", title=f"第{number}版"))
    first, last = (editor.get(address(guide, f"saves/?page={page}")).context["saves"] for page in (1, 99))
    assert (len(first), first[0][0].number) == (50, guide.draft_number)
    assert last[-1][0].number == 1


# --- rolling back -----------------------------------------------------------------------------------------------------
def test_an_earlier_revision_is_published_anew(reviewer: Client, two_revisions: Guide) -> None:
    guide = two_revisions
    assert address(guide, "revisions/1/publish/") in reviewer.get(address(guide, "change/")).content.decode()
    page = reviewer.get(address(guide, "revisions/1/publish/"))
    (line,) = page.context["difference"].changed[0].texts
    assert "".join(one.text for one in line.new) == "改为插卡再做一次"
    answer = reviewer.post(address(guide, "revisions/1/publish/"), {"live": 2, "note": "新的不行"})
    assert "Revision 3" in messages_of(reviewer, answer)
    guide.refresh_from_db()
    live = guide.live_revision
    assert live is not None
    assert (live.number, live.approval, live.note, str(live.published_by)) == (
        3,
        "rollback",
        "新的不行",
        "one-reviewer",
    )
    assert revision_graph(live).node("insert").title == "改为插卡再做一次"
    assert draft_graph(guide).node("insert").title == "请插卡"
    assert "an earlier revision, published anew" in reviewer.get(address(guide, "change/")).content.decode()


def test_what_is_live_is_not_published_anew(reviewer: Client, two_revisions: Guide) -> None:
    tail = address(two_revisions, "revisions/2/publish/")
    assert "exactly this already, as revision 2" in messages_of(reviewer, reviewer.get(tail))
    assert "exactly this already" in messages_of(reviewer, reviewer.post(tail, {"live": 2}))
    assert GuideRevision.objects.count() == 2


def test_rolling_back_what_somebody_else_just_published_over_is_asked_anew(
    reviewer: Client, two_revisions: Guide
) -> None:
    answer = reviewer.post(address(two_revisions, "revisions/1/publish/"), {"live": 1, "note": "新的不行"})
    assert answer.status_code == 409
    assert "Somebody published another revision" in answer.content.decode()
    assert 'value="新的不行"' in answer.content.decode()
    assert GuideRevision.objects.count() == 2


def test_a_withdrawn_guide_comes_back_by_a_revision(reviewer: Client, two_revisions: Guide) -> None:
    reviewer.post(address(two_revisions, "withdraw/"))
    tail = address(two_revisions, "revisions/1/publish/")
    assert "The guide is not on the site." in reviewer.get(tail).content.decode()
    reviewer.post(tail, {"live": ""})
    two_revisions.refresh_from_db()
    assert two_revisions.live_revision is not None


def test_a_revisions_own_page_leads_there(reviewer: Client, editor: Client, two_revisions: Guide) -> None:
    first, live = two_revisions.revisions.order_by("number")
    tail = address(two_revisions, "revisions/1/publish/")
    page = f"/en/admin/diagnostics/guiderevision/{first.pk}/change/"
    text = reviewer.get(page).content.decode()
    assert tail in text and "by an operator&#x27;s command" in text
    assert tail not in editor.get(page).content.decode()
    text = reviewer.get(f"/en/admin/diagnostics/guiderevision/{live.pk}/change/").content.decode()
    assert "Readers walk this revision." in text and "revisions/2/publish/" not in text


# --- the list of paths ------------------------------------------------------------------------------------------------
def test_paths_are_listed_for_a_spreadsheet(editor: Client) -> None:
    guide = make_guide()
    answer: Any = editor.get(address(guide, "paths.csv"))
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="trial-paths.csv"'
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    header, *rows = csv.reader(StringIO(content.removeprefix("\ufeff")))
    assert header == list(PATH_COLUMNS)
    assert len(rows) == 4
    assert rows[0][5] == "您是怎么读卡的？ → 挥卡 | 改为插卡再做一次 → 好了"


def test_a_circle_has_no_list_of_paths(editor: Client) -> None:
    guide = make_guide()
    choices = make_graph().node("insert").choices
    edit(guide, with_node("insert", choices=(choices[0], replace(choices[1], to="reading"))))
    assert "round in a circle" in messages_of(editor, editor.get(address(guide, "paths.csv")))


# --- costs ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "tail",
    ["change/", "changes/", "changes/?from=1", "saves/", "saves/3/", "saves/3/?to=now", "revisions/1/publish/",
     "withdraw/", "paths.csv"],
)  # fmt: skip
def test_a_page_costs_the_same_at_five_and_at_sixty_nodes(reviewer: Client, tail: str) -> None:
    """Every node has an article and every version differs in all of them."""

    def counted(nodes: int) -> int:
        slug = f"nodes-{nodes}"
        article = make_article().slug
        old = layered_graph(nodes, 3 if nodes < 10 else 8, slug=slug, result=Result.ARTICLE, articles=(article,))
        guide = make_guide(slug, published=False)
        edit(guide, lambda _: old)
        publish_guide(guide, by=None)
        for words in ("请再看清楚。", "请慢慢看。"):
            nodes_now = {key: replace(node, help=words, articles=(article,)) for key, node in old.nodes.items()}
            edit(guide, lambda _, now=nodes_now: replace(old, nodes=now))  # type: ignore[misc]
            publish_guide(guide, by=None)
        return queries(reviewer, address(guide, tail))

    assert counted(60) == counted(5)


def test_the_withdrawal_page_costs_the_same_however_much_leads_to_a_guide(reviewer: Client) -> None:
    def counted(uses: int) -> int:
        codes = tuple(f"E{uses}{number}" for number in range(uses))
        guide = make_guide(f"used-{uses}", codes=codes)
        for number in range(uses):
            make_error_code(strings=(codes[number],))
            make_article(body=f"[向导](/guides/used-{uses}/)")
            edit(
                make_guide(f"outer-{uses}-{number}", published=False),
                lambda graph: replace_node(
                    handing_over(graph), replace(handing_over(graph).node("other"), guide=f"used-{uses}")
                ),
            )
        return queries(reviewer, address(guide, "withdraw/"))

    assert counted(12) == counted(2)


def test_no_page_has_inline_styles_or_scripts(reviewer: Client, two_revisions: Guide) -> None:
    edit(two_revisions, everything_changed)
    for tail in ("change/", "changes/", "saves/", "saves/1/", "withdraw/", "revisions/1/publish/"):
        text = reviewer.get(address(two_revisions, tail)).content.decode()
        assert " style=" not in text, tail
        assert "<script>" not in text, tail
        assert " onclick=" not in text, tail
