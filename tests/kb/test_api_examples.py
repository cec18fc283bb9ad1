"""docs/api.md tells the truth: every example in it is asked, and every documented address has one."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from diagnostics.actions import publish_guide
from diagnostics.editing import replace_draft
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result
from kb.actions import article_saved
from kb.models import Account, ArticleAlias, Citation, CodeArticle, CodeCause
from tests.factories import make_article, make_category, make_cause, make_error_code, make_source, make_system

pytestmark = pytest.mark.django_db

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```\n\n```json\n(.*?)\n```", DOCUMENT, flags=re.DOTALL)
NOW = dt.datetime(2026, 11, 2, 2, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _knowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the examples are asked of: one string with two meanings, an article, a guide."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    rule = make_article(
        slug="query-first",
        title="先查这笔，别再刷",
        kind="money-safety",
        summary="不知道钱走没走，就先查，再决定刷不刷。",
        body="1. 在机器上查最后一笔。\n\n::: dont\n- 没查清以前不要再刷。\n:::",
        minutes=2,
        confidence="confirmed",
        reviewed_on=NOW.date(),
    )
    ArticleAlias.objects.create(article=rule, slug="double-charge")
    manual = make_source(
        slug="manual",
        title="终端操作手册",
        publisher="某厂商",
        url="https://maker.example/manual",
        kind="vendor-manual",
    )
    Citation.objects.create(article=rule, source=manual, note="超时先查询")
    article_saved(rule)
    cause = make_cause(
        slug="head-worn", name="磁头磨损", summary="刷很多次才成一次。", category=make_category(name="机器硬件")
    )
    general = make_error_code(
        slug="e324-general",
        strings=("E324",),
        system=make_system("web", name="网页上看到的（未证实）"),
        accounts=0,
        title="读卡失败",
        meaning="机器没有读到卡。",
        responsible="terminal",
        money_moved="unknown",
        money_note="先查这笔，再决定。",
        retry="after_check",
        keep_selling="请顾客扫码付款。",
        tell="告诉收单机构机身号和代码。",
    )
    page = make_source(title="某网页", url="https://sales.example/", kind="sales-page", credibility="low")
    Account.objects.create(code=general, key="a", source=page, statement="换磁头就好。", credibility="low")
    CodeCause.objects.create(code=general, cause=cause, weight=60)
    CodeArticle.objects.create(code=general, article=rule)
    make_error_code(
        slug="contactless-other",
        strings=("E324",),
        system=make_system("starpos", name="StarPOS 收款程序"),
        accounts=0,
        title="请改用其它方式读卡",
        screen_text="交易拒绝",
        meaning="这张卡不能挥，请插卡或刷卡。",
        responsible="none",
        retry="yes",
        confidence="likely",
    )
    nodes = (
        Node(
            "reading",
            Kind.QUESTION,
            "您是怎么读卡的？",
            help="挥卡、插卡出错的原因不一样。",
            say="请问刚才是挥卡还是插卡？",
            note="客户说“贴一下”就是挥卡。",
            choices=(Choice("tap", "挥卡", "insert", hint="贴一下"), Choice("other", "插卡、刷卡或说不清", "ask")),
        ),
        Node(
            "insert",
            Kind.CHECK,
            "改为插卡再做一次",
            say="请改为插卡。",
            minutes=1,
            choices=(Choice("ok", "好了", "solved"), Choice("still", "还是 E324", "ask")),
        ),
        Node("solved", Kind.OUTCOME, "好了，可以继续收款", say="好了。", result=Result.FIXED),
        Node(
            "ask",
            Kind.OUTCOME,
            "先查这笔，再找收单机构",
            say="请打电话。",
            articles=("query-first",),
            result=Result.ESCALATE,
            tell="请报机身号和代码。",
        ),
    )
    graph = Graph.from_nodes("e324", "E324 怎么办", "reading", nodes, codes=("E324",))
    publish_guide(replace_draft(graph), by=None)


@pytest.mark.parametrize(("address", "answer"), EXAMPLES, ids=[address for address, _ in EXAMPLES])
def test_an_example_answers_what_the_document_says(client: Client, address: str, answer: str) -> None:
    expected: dict[str, Any] = json.loads(answer)
    response = client.get(address)
    assert response.json() == expected
    assert response.status_code == expected.get("error", {}).get("status", 200)


def test_every_example_has_its_answer() -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```http") > 0


def test_every_address_has_an_example(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    routes = [resolve(address.partition("?")[0]).route for address, _ in EXAMPLES]
    shown = {"/" + re.sub(r"<(?:slug:)?(\w+)>", r"{\1}", route) for route in routes}
    assert shown == set(schema["paths"])


def test_every_address_stands_in_the_table(client: Client) -> None:
    for path, operations in client.get("/api/v1/openapi.json").json()["paths"].items():
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{path}` |"))
        for parameter in operations["get"]["parameters"]:
            assert parameter["in"] == "path" or f"`{parameter['name']}`" in row
