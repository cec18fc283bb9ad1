"""What leads to a guide: codes, articles, other guides."""

from dataclasses import replace

import pytest

from diagnostics.actions import publish_guide, withdraw_guide
from diagnostics.editing import edit_draft, replace_draft
from diagnostics.engine.graph import Graph, Kind, Node
from diagnostics.models import Guide
from diagnostics.usage import guide_usage
from tests.factories import make_article, make_error_code, make_graph, make_guide

pytestmark = pytest.mark.django_db


def handing_over_to(slug: str, graph: Graph) -> Graph:
    reading = graph.node("reading")
    tap, swipe, unsure = reading.choices
    other = Node("other", Kind.GUIDE, "先看另一个向导", guide=slug, then="ask")
    changed = replace(reading, choices=(tap, replace(swipe, to="other"), unsure))
    return replace(graph, nodes={**graph.nodes, "reading": changed, "other": other})


def outer_guide(slug: str, inner: str, *, published: bool = True) -> Guide:
    guide = replace_draft(handing_over_to(inner, make_graph(slug)))
    if published:
        publish_guide(guide, by=None)
    return guide


def test_codes_are_named_with_the_meanings_that_show_them() -> None:
    first = make_error_code(strings=("E324",), slug="e324-first")
    second = make_error_code(strings=("E324",), slug="e324-second")
    by_slug = make_error_code(strings=(), slug="not-signed-on")
    make_error_code(strings=("E325",), status="draft")
    usage = guide_usage(make_guide(codes=("e-324", "not-signed-on", "E325", "E999")))
    assert [(code.text, code.meanings) for code in usage.codes] == [
        ("e-324", (first, second)),
        ("not-signed-on", (by_slug,)),
        ("E325", ()),
        ("E999", ()),
    ]


def test_codes_of_the_draft_lead_nowhere_yet() -> None:
    guide = make_guide(codes=("E324",))
    edit_draft(guide, lambda graph: replace(graph, codes=("E325",)), by=None, number=None, what="")
    assert [code.text for code in guide_usage(guide).codes] == ["E324"]
    withdraw_guide(guide, by=None)
    assert guide_usage(guide).is_empty


def test_articles_are_named_that_link_to_this_guide_and_to_no_other() -> None:
    guide = make_guide()
    linking = [
        make_article(title="一", body="看[向导](/guides/trial/)。"),
        make_article(title="七", body="看[向导](https://example.test/en/guides/trial/insert/?v=1)。", status="draft"),
        make_article(title="九", body="看 /guides/trial"),
    ]
    make_article(body="看[另一个](/guides/trial-two/)。")
    make_article(body="trial")
    assert sorted(guide_usage(guide).articles, key=lambda one: one.pk) == linking


def test_guides_are_named_that_hand_over_on_the_site_or_in_their_draft() -> None:
    inner = make_guide("inner")
    make_guide("another")
    both, only_draft = outer_guide("both", "inner"), outer_guide("draft", "inner", published=False)
    only_live = outer_guide("live", "inner")
    edit_draft(only_live, lambda _: make_graph("live"), by=None, number=None, what="")
    outer_guide("elsewhere", "another")
    found = {use.guide: (use.is_live, use.is_draft) for use in guide_usage(inner).guides}
    assert found == {both: (True, True), only_draft: (False, True), only_live: (True, False)}


def test_a_guide_that_was_taken_off_the_site_uses_nothing_there() -> None:
    inner, outer = make_guide("inner"), outer_guide("outer", "inner")
    withdraw_guide(outer, by=None)
    assert [(use.guide, use.is_live) for use in guide_usage(inner).guides] == [(outer, False)]
