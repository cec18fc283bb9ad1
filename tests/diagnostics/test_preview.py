"""The preview of a draft: what merchants and agents would see of any walk, broken drafts included, and recording one."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from diagnostics.actions import publish_guide
from diagnostics.assembly import draft_graph
from diagnostics.editing import replace_draft
from diagnostics.engine.edits import redirect, replace_node
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.engine.walk import canonical_answers, walk
from diagnostics.groups import AGENT, EDITOR, REVIEWER, SUPERVISOR
from diagnostics.models import DraftSave, Guide, WalkReport
from kb.models import Article
from tests.admin_forms import client_of, messages_of, queries
from tests.factories import make_article, make_graph, make_guide
from tests.walks import ways_through
from tools.sample_graphs import layered_graph
from tools.vendor import BUILT, ROOT

pytestmark = pytest.mark.django_db

SIGN_IN = 302  # the admin sends whoever may not enter it to its sign-in page
WALKED = "insert=ok&reading=tap"
FIXED = {"reading": "tap", "insert": "ok"}


@pytest.fixture
def editor() -> Client:
    return client_of(EDITOR)


def address(guide: Guide, rest: str = "preview/", *, language: str = "/en") -> str:
    return f"{language}/admin/diagnostics/guide/{guide.pk}/{rest}"


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def draft_with(*nodes: Node, **changes: Any) -> Guide:
    """The trial guide with these nodes instead of those of the same ids; not published."""
    graph = make_graph()
    merged = {**graph.nodes, **{node.id: node for node in nodes}}
    return replace_draft(replace(graph, nodes=merged, **changes))


# --- who, and how it is sent ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("", (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)),
        ("plain", (SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)),
        ("staff", (403, 403, 403, 403)),
        (AGENT, (200, 200, 302, 403)),
        (SUPERVISOR, (200, 200, 302, 403)),
        (EDITOR, (200, 200, 302, 302)),
        (REVIEWER, (200, 200, 302, 302)),
        ("superuser", (200, 200, 302, 302)),
    ],
)
def test_who_may_preview_and_who_may_record(role: str, expected: tuple[int, ...]) -> None:
    guide = make_guide()
    client = client_of(role)
    found = [
        client.get(address(guide)),
        client.get(address(guide, "preview/insert/?reading=tap&_as=agent")),
        client.post(address(guide, f"preview-report/?{WALKED}")),
        client.post(address(guide, f"record-path/?{WALKED}"), {"ends": "solved"}),
    ]
    assert tuple(answer.status_code for answer in found) == expected
    if expected[0] == SIGN_IN:
        assert all("/login/" in answer["Location"] for answer in found)
    assert guide.paths.exists() == (role in {EDITOR, REVIEWER, "superuser"})


def test_a_preview_is_kept_by_nobody_and_found_by_nobody(editor: Client) -> None:
    guide = make_guide()
    for rest in (
        "preview/",
        "preview/insert/?reading=tap",
        "preview/?_from=gone",
        f"preview/solved/?{WALKED}&_as=agent",
    ):
        answer = editor.get(address(guide, rest))
        assert "no-store" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
        page = answer.content.decode()
        assert '<meta name="robots" content="noindex">' in page
        assert 'rel="canonical"' not in page


def test_an_unknown_guide_is_not_found(editor: Client) -> None:
    guide = Guide(pk=777)
    assert editor.get(address(guide)).status_code == 404
    assert editor.post(address(guide, "record-path/")).status_code == 404


def test_a_preview_is_read_only_and_recording_is_a_post_with_a_token(editor: Client) -> None:
    guide = make_guide()
    assert editor.post(address(guide)).status_code == 405
    assert editor.get(address(guide, f"record-path/?{WALKED}")).status_code == 405
    assert editor.get(address(guide, f"preview-report/?{WALKED}")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="one-editor"), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address(guide, f"record-path/?{WALKED}"), {"ends": "solved"}).status_code == 403
    assert not guide.paths.exists()
    page = text_of(strict, address(guide, f"preview/solved/?{WALKED}"))
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert strict.post(address(guide, f"record-path/?{WALKED}"), fields).status_code == 302
    assert guide.paths.exists()


# --- what merchants see -----------------------------------------------------------------------------------------------
def inside(page: str) -> str:
    """What stands in the frame of a page, without the bar, without the addresses."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r'(?s)<aside class="preview-bar".*?</aside>', "", main.partition(">")[2])
    return re.sub(r'(href|action)="[^"]*"', r'\1=""', main).strip()


@pytest.mark.parametrize("language", ["", "/en"])
def test_merchants_are_previewed_what_the_site_shows(editor: Client, client: Client, language: str) -> None:
    make_article(slug="fix", title="办法")
    graph = make_graph()
    nodes = {
        **graph.nodes,
        "insert": replace(graph.node("insert"), articles=("fix",), picture="articles/a.png"),
        "ask": replace(graph.node("ask"), result=Result.ARTICLE, articles=("fix",)),
    }
    guide = replace_draft(replace(graph, nodes=nodes))
    publish_guide(guide, by=None)
    walks = [{}, *ways_through(draft_graph(guide))]
    assert len(walks) > 5
    for answers in walks:
        query = "&".join(f"{node}={choice}" for node, choice in canonical_answers(answers))
        node = walk(draft_graph(guide), answers).node.id
        public = client.get(f"{language}/guides/trial/{node}/?v=1&{query}", follow=True)
        preview = editor.get(address(guide, f"preview/{node}/?{query}", language=language))
        assert inside(public.content.decode()) == inside(preview.content.decode())
        assert "员工提示" not in preview.content.decode()
        assert "staff.css" not in public.content.decode()


def test_every_link_of_a_walk_stays_inside_the_preview(editor: Client) -> None:
    guide = draft_with()
    page = inside_links(text_of(editor, address(guide, "preview/ask/?insert=still&reading=tap&_as=agent")))
    own = [link for link in page if link.startswith(address(guide))]
    assert {link.partition("?")[0] for link in own} == {address(guide), address(guide, "preview/insert/")}
    assert all("_as=agent" in link for link in own)


def inside_links(page: str) -> list[str]:
    main = re.sub(r'(?s)<aside class="preview-bar".*?</aside>', "", page[page.index("<main") : page.index("</main>")])
    return re.findall(r'href="([^"]*)"', main)


def test_a_preview_shows_the_draft_and_not_what_readers_walk(editor: Client) -> None:
    guide = make_guide()
    replace_draft(replace_node(draft_graph(guide), replace(draft_graph(guide).node("reading"), title="新的问法？")))
    assert "新的问法？" in text_of(editor, address(guide))
    assert "新的问法？" not in text_of(editor, "/guides/trial/")


def test_solved_or_not_is_not_counted_in_a_preview(editor: Client) -> None:
    guide = make_guide()
    action = re.search(
        r'class="report-form" action="([^"]+)"', text_of(editor, address(guide, f"preview/solved/?{WALKED}"))
    )
    assert action
    strict = Client(enforce_csrf_checks=True)  # the form is the public one, which has no token
    strict.force_login(User.objects.get(username="one-editor"), backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(action[1], {"result": "solved"})
    assert not WalkReport.objects.exists()
    page = text_of(editor, answer["Location"])
    assert "nothing is counted" in page and "好了，可以继续收款" in page


def test_an_article_that_is_not_published_is_missing_and_named_in_the_bar(editor: Client) -> None:
    make_article(slug="open", title="公开的")
    make_article(slug="closed", title="没发布的")
    ask = replace(make_graph().node("ask"), articles=("closed", "open"))
    guide = draft_with(ask)
    Article.objects.filter(slug="closed").update(status="draft")
    for audience in ("merchant", "agent"):
        page = text_of(editor, address(guide, f"preview/ask/?reading=swipe&_as={audience}"))
        assert "The article “没发布的” is not published" in page
        assert page.count("没发布的") == 1
        assert "公开的" in page


# --- what agents see --------------------------------------------------------------------------------------------------
def test_agents_see_words_note_and_numbered_choices(editor: Client) -> None:
    choices = tuple(Choice(f"c{number}", f"回答{number}", "ask") for number in range(1, 12))
    guide = draft_with(replace(make_graph().node("reading"), choices=choices))
    page = text_of(editor, address(guide, "preview/?_as=agent"))
    for words in ("请问您是怎么读卡的？", "您是怎么读卡的？", "不同的读卡方式，原因不一样。", "员工提示：别催。"):
        assert words in page
    assert "For staff only" in page[: page.index("员工提示")]
    assert re.findall(r'agent-step__key">(\d+)<', page) == [str(number) for number in range(1, 10)]
    assert all(f"回答{number}" in page for number in range(1, 12))


def test_agents_see_at_an_outcome_what_is_told_and_which_articles(editor: Client) -> None:
    make_article(slug="fix", title="办法", body="很长的正文。")
    guide = draft_with(replace(make_graph().node("ask"), articles=("fix",)))
    page = text_of(editor, address(guide, "preview/ask/?reading=tap&insert=still&_as=agent"))
    assert "请报机身号。" in page
    assert '<a href="/en/articles/fix/"' in page and "很长的正文" not in page
    assert "还是不行" in page  # the trail
    assert "Did this solve it?" not in page


# --- from any node ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", ["preview/{node}/", "preview/?_from={node}"])
def test_a_preview_begins_at_any_node(editor: Client, rest: str) -> None:
    guide = draft_with()
    for node in draft_graph(guide).nodes.values():
        answer = editor.get(address(guide, rest.format(node=node.id)))
        page = answer.context["page"]
        assert page.reached == node.id and not page.step.trail
        for choice in page.step.choices:
            following = editor.get(choice.url).context["page"]
            assert [step.title for step in following.step.trail] == [node.title]
            assert following.step.trail[0].change_url in {page.step.url, page.url}


def test_an_address_whose_answers_lead_elsewhere_is_redirected_there(editor: Client) -> None:
    guide = draft_with()
    answer = editor.get(address(guide, "preview/solved/?reading=swipe&_as=agent"))
    assert (answer.status_code, answer["Location"]) == (302, address(guide, "preview/ask/?reading=swipe&_as=agent"))
    assert editor.get(answer["Location"]).status_code == 200


def test_a_walk_can_begin_anew_here_and_at_the_first_step(editor: Client) -> None:
    guide = draft_with()
    bar = editor.get(address(guide, "preview/insert/?reading=tap")).context["page"].bar
    assert (bar.here_url, bar.start_url) == (address(guide, "preview/?_from=insert"), "")
    bar = editor.get(bar.here_url).context["page"].bar
    assert (bar.here_url, bar.start_url) == ("", address(guide))


def test_the_other_reader_s_view_and_the_editor_are_one_tap_away(editor: Client) -> None:
    guide = draft_with()
    bar = editor.get(address(guide, "preview/insert/?reading=tap")).context["page"].bar
    assert [view.url for view in bar.views] == [
        address(guide, "preview/insert/?reading=tap"),
        address(guide, "preview/insert/?reading=tap&_as=agent"),
    ]
    assert str(guide.pk) in bar.editor_url
    assert editor.get(bar.editor_url).status_code == 200


# --- drafts that readers could not walk -------------------------------------------------------------------------------
def _without(*names: str) -> Callable[[Graph], Graph]:
    def broken(graph: Graph) -> Graph:
        return replace(graph, nodes={key: node for key, node in graph.nodes.items() if key not in names})

    return broken


def _node(name: str, **changes: Any) -> Callable[[Graph], Graph]:
    return lambda graph: replace_node(graph, replace(graph.node(name), **changes))


def _leading(way: tuple[str, str], to: str) -> Callable[[Graph], Graph]:
    return lambda graph: redirect(graph, *way, to)


def _handing_over(guide: str, then: str = "ask") -> Callable[[Graph], Graph]:
    return _node("insert", kind=Kind.GUIDE, choices=(), guide=guide, then=then)


BROKEN: dict[str, tuple[Callable[[Graph], Graph], str, str]] = {
    "no nodes": (lambda graph: replace(graph, nodes={}, start=""), "", "no steps"),
    "no start": (lambda graph: replace(graph, start=""), "", "no beginning yet"),
    "unknown start": (lambda graph: replace(graph, start="gone"), "", "“gone”"),
    "unknown origin": (lambda graph: graph, "?_from=gone", "no step “gone”"),
    "no such node": (lambda graph: graph, "gone/", "no step “gone”"),
    "origin that no address holds": (lambda graph: graph, "?_from=%00/../%F0%9F", "does not exist"),
    "way to an unknown node": (_leading(("insert", "ok"), "gone"), f"gone/?{WALKED}", "step “gone”"),
    "way to nowhere": (_leading(("insert", "ok"), ""), f"?{WALKED}", "does not lead to any step"),
    "way to what is no id": (_leading(("insert", "ok"), "a/../b c"), f"?{WALKED}", "“a/../b c”"),
    "way to a reserved id": (_leading(("insert", "ok"), "report"), f"report/?{WALKED}", "“report”"),
    "deleted end": (_without("solved"), f"solved/?{WALKED}", "“solved”"),
    "circle": (_leading(("insert", "ok"), "reading"), f"reading/?{WALKED}", "round in a circle"),
    "circle of one": (_leading(("reading", "tap"), "reading"), "reading/?reading=tap", "round in a circle"),
    "no choices": (_node("insert", choices=()), "insert/?reading=tap", "no choices"),
    "no result": (_node("solved", result=None), f"solved/?{WALKED}", "does not say how it ends"),
    "no title": (_node("insert", title=" "), "insert/?reading=tap", "has no title"),
    "no words, no labels": (
        _node("reading", say="", choices=(Choice("tap", "", "insert"), Choice("none", " ", ""))),
        "",
        "您是怎么读卡的？",
    ),
    "guide that is not there": (_handing_over("nobody"), "insert/?reading=tap", "“nobody”, which readers cannot walk"),
    "guide that is not named": (_handing_over(""), "insert/?reading=tap", "改为插卡再做一次"),
    "guide in itself": (_handing_over("trial"), "insert/?reading=tap", "in a circle: trial → trial"),
    "guide that leads nowhere": (_handing_over("nobody", then="gone"), "insert/?reading=tap", "“nobody”"),
}


@pytest.mark.parametrize("audience", ["merchant", "agent"])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_draft_is_previewed_and_says_in_words_what_is_wrong(editor: Client, case: str, audience: str) -> None:
    breaks, rest, words = BROKEN[case]
    make_guide()
    guide = replace_draft(breaks(make_graph()))
    url = address(guide, f"preview/{rest}")
    answer = editor.get(f"{url}{'&' if '?' in url else '?'}_as={audience}")
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    assert words in page
    assert f'href="{answer.context["page"].bar.editor_url}"' in page
    for link in re.findall(rf'href="({address(guide)}[^"]*)"', page):
        assert editor.get(link).status_code in {200, 302}


@pytest.mark.parametrize("to", ["gone", "reading", ""])
def test_an_answer_that_leads_nowhere_leads_back_to_where_it_was_given(editor: Client, to: str) -> None:
    guide = replace_draft(_leading(("insert", "ok"), to)(make_graph()))
    page = editor.get(address(guide, f"preview/?{WALKED}")).context["page"]
    assert page.obstacle.back.url == address(guide, "preview/insert/?reading=tap")
    assert page.bar.node == "insert" and not page.bar.record_url
    assert "Answers that end nowhere" in messages_of(
        editor, editor.post(address(guide, f"record-path/?{WALKED}"), {"ends": to})
    )
    assert not guide.paths.exists()


def test_without_a_start_a_preview_can_begin_anywhere(editor: Client) -> None:
    guide = replace_draft(replace(make_graph(), start=""))
    starts = editor.get(address(guide)).context["page"].obstacle.starts
    assert [editor.get(start.url).context["page"].reached for start in starts] == list(make_graph().nodes)


# --- guides inside the guide ------------------------------------------------------------------------------------------
def _outer(then: str = "ask", name: str = "inner") -> Graph:
    nodes = (
        Node("first", Kind.QUESTION, "先问", choices=(Choice("a", "里面", name), Choice("b", "外面", "ask"))),
        Node(name, Kind.GUIDE, "转", guide="trial", then=then),
        Node("ask", Kind.OUTCOME, "请收单机构查", result=Result.ESCALATE, tell="报号。"),
    )
    return Graph.from_nodes("outer", "外面的向导", "first", nodes)


def test_a_guide_inside_the_guide_is_walked_as_readers_would(editor: Client) -> None:
    make_guide()
    guide = replace_draft(_outer())
    page = editor.get(address(guide, "preview/?first=a&inner.reading=tap&inner.insert=ok")).context["page"]
    assert page.reached == "inner.solved"
    assert page.bar.editor_url.partition("node=")[2] in {"inner", ""}
    assert editor.get(address(guide, "preview/inner/")).status_code == 302
    assert editor.get(address(guide, "preview/inner/"), follow=True).context["page"].reached == "inner.reading"
    assert editor.get(address(guide, "preview/?_from=inner.insert")).context["page"].reached == "inner.insert"


def test_a_recorded_walk_may_go_through_a_guide_inside(editor: Client) -> None:
    make_guide()
    guide = replace_draft(_outer())
    url = address(guide, "record-path/?inner.reading=tap&first=a&inner.insert=ok")
    assert "Recorded." in messages_of(editor, editor.post(url, {"ends": "inner.solved"}))
    answers = (("first", "a"), ("inner.reading", "tap"), ("inner.insert", "ok"))
    assert draft_graph(guide).paths == (RecordedPath(answers, "inner.solved"),)
    assert "recorded already" not in messages_of(editor, editor.post(url, {"ends": "inner.solved"}))
    assert guide.paths.count() == 1


def test_an_end_inside_another_guide_is_kept_however_long_its_joined_id(editor: Client) -> None:
    make_guide()
    name = "n" * 60
    guide = replace_draft(_outer(name=name))
    url = address(guide, f"record-path/?first=a&{name}.reading=swipe")
    editor.post(url, {"ends": f"{name}.ask"})
    assert guide.paths.get().ends == f"{name}.ask"


def test_past_a_guide_that_cannot_be_used_the_walk_goes_on(editor: Client) -> None:
    guide = replace_draft(
        replace(_outer(), nodes={**_outer().nodes, "inner": replace(_outer().node("inner"), guide="x")})
    )
    page = editor.get(address(guide, "preview/inner/?first=a")).context["page"]
    assert editor.get(page.bar.go_on.url).context["page"].reached == "ask"


# --- recording --------------------------------------------------------------------------------------------------------
def test_recording_keeps_the_walk_with_the_guide(editor: Client) -> None:
    guide = make_guide()
    saves = DraftSave.objects.filter(guide=guide).count()
    page = editor.get(address(guide, f"preview/solved/?{WALKED}&_as=agent")).context["page"]
    answer = editor.post(page.bar.record_url, {"ends": page.bar.node})
    assert answer["Location"] == address(guide, f"preview/solved/?{WALKED}&_as=agent")
    assert "Recorded." in messages_of(editor, answer)
    path = guide.paths.get()
    assert (path.answers, path.ends) == ([["reading", "tap"], ["insert", "ok"]], "solved")
    save = DraftSave.objects.filter(guide=guide).first()
    assert save is not None and str(save.saved_by) == "one-editor"
    assert DraftSave.objects.filter(guide=guide).count() == saves + 1


def test_what_is_recorded_says_so_and_is_not_recorded_twice(editor: Client) -> None:
    guide = make_guide()
    url = address(guide, f"record-path/?{WALKED}")
    editor.post(url, {"ends": "solved"})
    saves = DraftSave.objects.count()
    answer = editor.post(url, {"ends": "solved"})
    assert "are recorded" in messages_of(editor, answer)
    assert DraftSave.objects.count() == saves and guide.paths.count() == 1
    bar = editor.get(answer["Location"]).context["page"].bar
    assert not bar.record_url and "are recorded" in bar.record_note


def test_a_walk_recorded_with_another_end_is_replaced(editor: Client) -> None:
    guide = replace_draft(replace(make_graph(), paths=(RecordedPath(tuple(FIXED.items()), "ask"),)))
    bar = editor.get(address(guide, f"preview/solved/?{WALKED}")).context["page"].bar
    assert "another end: “请收单机构查”" in bar.record_note
    editor.post(bar.record_url, {"ends": "solved"})
    assert [path.ends for path in guide.paths.all()] == ["solved"]


def test_a_walk_from_elsewhere_or_without_answers_is_not_recorded(editor: Client) -> None:
    guide = make_guide()
    for query, words in (
        ("_from=insert&insert=ok", "first step"),
        ("", "first answer"),
        ("nonsense=x", "first answer"),
    ):
        bar = editor.get(address(guide, f"preview/?{query}")).context["page"].bar
        assert not bar.record_url and words in bar.record_note
        answer = editor.post(address(guide, f"record-path/?{query}"), {"ends": "solved"})
        assert words in messages_of(editor, answer)
    assert not guide.paths.exists()


def test_a_walk_that_ends_elsewhere_by_now_is_not_recorded_unseen(editor: Client) -> None:
    guide = make_guide()
    replace_draft(redirect(draft_graph(guide), "insert", "ok", "ask"))
    answer = editor.post(address(guide, f"record-path/?{WALKED}"), {"ends": "solved"})
    assert answer["Location"] == address(guide, f"preview/ask/?{WALKED}")
    assert "the draft has changed" in messages_of(editor, answer)
    assert not guide.paths.exists()


def test_agents_are_not_offered_to_record() -> None:
    guide = make_guide()
    page = text_of(client_of(AGENT), address(guide, f"preview/solved/?{WALKED}"))
    assert "record-path" not in page and "these answers must end here" not in page


# --- cost -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("audience", ["merchant", "agent"])
def test_a_preview_costs_the_same_at_five_and_at_sixty_nodes(editor: Client, audience: str) -> None:
    small = replace_draft(layered_graph(5, 2, slug="small"))
    large = replace_draft(layered_graph(60, 6, slug="large"))
    assert queries(editor, address(large, f"preview/?_as={audience}")) == queries(
        editor, address(small, f"preview/?_as={audience}")
    )


@pytest.mark.parametrize("audience", ["merchant", "agent"])
def test_an_outcome_costs_the_same_with_two_and_with_twenty_articles(editor: Client, audience: str) -> None:
    slugs = tuple(make_article(slug=f"a{number}", title=f"办法{number}").slug for number in range(20))
    Article.objects.filter(slug__in=("a0", "a5", "a6")).update(status="draft")
    graph = make_graph()
    few = replace_draft(replace_node(graph, replace(graph.node("ask"), articles=slugs[:2])))
    url = address(few, f"preview/ask/?reading=swipe&_as={audience}")
    cost = queries(editor, url)
    replace_draft(replace_node(graph, replace(graph.node("ask"), articles=slugs)))
    assert queries(editor, url) == cost


def test_the_staff_style_sheet_stands_on_the_public_one() -> None:
    staff, public = (file.read_text(encoding="utf-8") for file in (ROOT / "static/css/staff.css", BUILT))
    assert set(re.findall(r"var\((--[\w-]+)\)", staff)) <= set(re.findall(r"(--[\w-]+):", public))
    assert ".agent-step" not in public
