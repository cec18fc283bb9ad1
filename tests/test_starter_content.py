"""The content that ships: E324 whole, every cause answered and reachable, nothing forbidden, the guide walked through."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from diagnostics.assembly import revision_graph
from diagnostics.engine.codec import dumps, loads
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.graph import Graph, Kind
from diagnostics.engine.problems import check
from diagnostics.models import Guide
from kb.models import (
    Acquirer,
    Article,
    ArticleAlias,
    Cause,
    CauseCategory,
    Citation,
    Disagreement,
    ErrorCode,
    SearchEntry,
    Source,
)

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SHARED = FIXTURES.parent.parent / "shared" / "domain"

# What the founding text names for E324. Other codes have causes of their own.
CAUSES = {
    "device-hardware": {"board-damaged", "sensor-failed", "head-worn", "reader-short-circuit", "reader-contact"},
    "card": {"card-damaged", "card-dirty", "track-worn", "card-demagnetised"},
    "software": {"software-fault", "software-outdated", "system-crash", "driver-incompatible"},
    "data-transmission": {
        "transmission-interrupted", "transmission-error", "transmission-delayed", "network-unstable", "line-fault",
    },
    "operation": {"wrong-input", "swipe-failed", "tap-refused"},
    "environment": {"too-hot", "too-cold", "too-humid", "environment-misuse"},
}  # fmt: skip
FIX_HEADINGS = ["看什么", "怎么做", "不要做", "为什么", "谁来做，要多久", "什么时候打电话，怎么说"]
ADVERTISEMENT = ["lovepos", "点击网址", "免费领取", "排行榜", "最有实力", "个人免费申请", "全国知名"]
# Telling somebody to do this destroys terminals or charges customers twice (shared/domain/README.md).
FORBIDDEN = [
    "拆开",
    "拆机",
    "撬开",
    "自己换磁头",
    "自行更换磁头",
    "喷清洁",
    "喷酒精",
    "再刷一次",
    "重新刷一次",
    "重刷一遍",
]
# What may stand before the forbidden words in the same sentence: then the sentence forbids them, or reports them.
NEGATED = re.compile(r"不|别|勿|禁|防|说|称|写|谁|说法|写着|主张|曾|未|才")


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The starter content, loaded once: every test here reads only, inside a transaction around this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", stdout=StringIO())
        call_command("import_guide", FIXTURES / "guides" / "e324.yaml", publish=True, stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def content(_loaded: None, db: None) -> None:
    pass


@pytest.fixture
def graph(content: None) -> Graph:
    guide = Guide.objects.select_related("live_revision").get(slug="e324")
    assert guide.live_revision is not None
    return revision_graph(guide.live_revision)


def articles() -> list[Path]:
    return sorted((FIXTURES / "articles").glob("*.md"))


def outside_dont(text: str) -> str:
    return re.sub(r"^::: dont\n.*?^:::$", "", text, flags=re.DOTALL | re.MULTILINE)


class TestE324:
    def test_it_has_three_accounts_as_three_meanings(self, content: None, client: Client) -> None:
        codes = ErrorCode.objects.published().shown_as("E324")
        assert set(codes.values_list("slug", "system__slug")) == {
            ("e324-general", "web"), ("e324-magstripe", "web"), ("contactless-other", "starpos"),
        }  # fmt: skip
        page = client.get("/codes/E324/").content.decode()
        for code in codes:
            assert code.title in page
            assert code.accounts.first().statement[:20] in page
        assert Guide.objects.get(slug="e324").nodes.get(key="money").title in page

    def test_money_is_never_promised(self, content: None) -> None:
        for code in ErrorCode.objects.shown_as("E324"):
            assert code.money_moved == "unknown"
            assert code.retry in {"after_check", "after_action"}
            assert code.money_note
            assert code.keep_selling
            assert code.tell
            assert code.confidence != "confirmed"

    def test_contradictions_are_listed(self, content: None) -> None:
        assert Disagreement.objects.filter(normal="E324").count() >= 8

    def test_every_cause_stands_under_its_category_and_has_a_written_article(self, content: None) -> None:
        assert set(CauseCategory.objects.values_list("slug", flat=True)) >= set(CAUSES)
        for category, slugs in CAUSES.items():
            assert set(Cause.objects.filter(category__slug=category).values_list("slug", flat=True)) >= slugs
        for cause in Cause.objects.select_related("article"):
            assert cause.article is not None, cause.slug
            assert cause.article.is_published

    def test_every_cause_belongs_to_a_meaning_through_an_account(self, content: None) -> None:
        linked = set(Cause.objects.filter(code_causes__account__isnull=False).values_list("slug", flat=True))
        assert linked == set(Cause.objects.values_list("slug", flat=True))
        of_e324 = Cause.objects.filter(code_causes__code__strings__normal="E324")
        assert set(of_e324.values_list("slug", flat=True)) == set().union(*CAUSES.values())

    @pytest.mark.parametrize("typed", ["E324", "ｅ－３２４", "错误代码E324", "pos机显示e324怎么办", "e 324", "E-324"])
    def test_the_search_lands_on_it(self, content: None, client: Client, typed: str) -> None:
        assert 'href="/codes/E324/"' in client.get("/search/", {"q": typed}).content.decode()

    def test_it_stands_on_the_first_page(self, content: None, client: Client) -> None:
        assert 'href="/codes/E324/"' in client.get("/").content.decode()


class TestArticles:
    @pytest.mark.parametrize("path", articles(), ids=lambda path: path.stem)
    def test_it_is_whole(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        head, body = text[4:].split("\n---\n", 1)
        headings = re.findall(r"^## (.+)$", body, flags=re.MULTILINE)
        if "kind: fix" in head:
            assert headings == FIX_HEADINGS
        elif "kind: explanation" not in head:
            wanted = [heading for heading in headings if heading in {"怎么做", "不要做"}]
            assert wanted == ["怎么做", "不要做"]
        assert "::: dont" in body
        assert len(re.findall("[一-鿿]", body)) >= 200

    @pytest.mark.parametrize("path", articles(), ids=lambda path: path.stem)
    def test_it_says_nothing_forbidden(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for words in ADVERTISEMENT:
            assert words not in text
        body = text.split("\n---\n", 1)[1]
        for sentence in re.split(r"[。！？\n]", outside_dont(body)):
            for words in FORBIDDEN:
                assert words not in sentence or NEGATED.search(sentence), f"{path.stem}: {sentence}"
        assert not re.search(r"1[3-9]\d{9}|\b400[- ]?\d{3}[- ]?\d{4}\b", text), "a phone number"
        assert not re.search(r"\d+\s*(?:℃|摄氏度|°C)|\d+%|百分之", text), "a temperature or a percentage"

    def test_links_lead_somewhere(self, content: None) -> None:
        known = {f"/articles/{slug}/" for slug in Article.objects.values_list("slug", flat=True)}
        for path in articles():
            for target in re.findall(r"\]\((/[^)]*)\)", path.read_text(encoding="utf-8")):
                assert target in known or target.startswith(("/guides/", "/codes/")), f"{path.stem}: {target}"

    def test_every_article_names_its_sources_and_was_reviewed(self, content: None) -> None:
        for article in Article.objects.all():
            assert Citation.objects.filter(article=article).exists(), article.slug
            assert article.reviewed_on is not None

    def test_prevention_and_money_safety_are_there(self, content: None) -> None:
        slugs = set(Article.objects.values_list("slug", flat=True))
        assert {"staff-training", "management-rules", "maintenance"} <= slugs
        assert {"query-first", "why-double", "reversal-how", "reprint", "no-open", "tamper-stop"} <= slugs

    def test_no_sales_page_is_linked(self, content: None, client: Client) -> None:
        assert Source.objects.filter(kind="sales-page").exists()
        for article in Article.objects.filter(citations__source__kind="sales-page").distinct()[:10]:
            page = client.get(f"/articles/{article.slug}/").content.decode()
            for source in Source.objects.filter(kind="sales-page", citations__article=article):
                assert f'href="{source.url}"' not in page

    @pytest.mark.skipif(not SHARED.exists(), reason="the domain facts lie beside a checkout, not in it")
    def test_every_fact_on_reading_and_safety_has_its_page(self, content: None) -> None:
        known = set(Article.objects.values_list("slug", flat=True)) | set(
            ArticleAlias.objects.values_list("slug", flat=True)
        )
        for name in ("read_failures.json", "safety.json"):
            for fact in json.loads((SHARED / name).read_text(encoding="utf-8")):
                assert fact["id"].replace("_", "-") in known, fact["id"]


class TestWeight:
    def test_every_page_is_light_enough_for_a_cheap_phone(self, graph: Graph, client: Client) -> None:
        addresses = [f"/articles/{slug}/" for slug in Article.objects.values_list("slug", flat=True)]
        addresses += [f"/causes/{slug}/" for slug in Cause.objects.values_list("slug", flat=True)]
        addresses += list(SearchEntry.objects.filter(kind__in=["code", "hub"]).values_list("path", flat=True))
        addresses += [f"/acquirers/{slug}/" for slug in Acquirer.objects.values_list("slug", flat=True)]
        addresses += [
            "/",
            "/codes/",
            "/codes/E324/",
            "/causes/",
            "/guides/",
            "/search/?q=E324",
            "/search/?q=刷卡没反应",
            "/search/?q=签到失败怎么办",
            "/search/?q=E9999",
            "/acquirers/",
        ]
        for address in [*addresses, *(f"/en{address}" for address in addresses)]:
            response = client.get(address, headers={"accept-encoding": "br"})
            assert response.status_code == 200, address
            assert len(response.content) <= 6 * 1024, address


class TestGuide:
    def test_the_file_is_canonical_and_without_any_problem(self) -> None:
        text = (FIXTURES / "guides" / "e324.yaml").read_text(encoding="utf-8")
        found = loads(text)
        assert check(found) == ()
        assert dumps(found) == text

    def test_its_size_is_right(self, graph: Graph) -> None:
        assert 20 <= len(graph.nodes) <= 44
        longest = path_statistics(graph).longest
        assert longest is not None
        assert longest <= 12

    def test_money_and_the_way_of_reading_are_asked_first(self, graph: Graph) -> None:
        first = graph.node(graph.start)
        assert "钱" in first.title or "扣" in first.title or "付" in first.title
        assert any("挥卡" in choice.label for choice in graph.node("reading").choices)

    def test_every_node_has_words_to_read_aloud_and_questions_say_why(self, graph: Graph) -> None:
        for node in graph.nodes.values():
            assert node.say, node.id
            assert node.kind is not Kind.QUESTION or node.help, node.id

    def test_every_question_has_a_way_out_for_those_who_cannot_tell(self, graph: Graph) -> None:
        for node in graph.nodes.values():
            if node.kind is Kind.QUESTION:
                assert any(choice.id == "unsure" for choice in node.choices), node.id

    def test_every_cause_is_reached_through_an_outcome(self, graph: Graph) -> None:
        answered = {slug for node in graph.nodes.values() if node.is_end for slug in node.articles}
        for cause in Cause.objects.filter(slug__in=set().union(*CAUSES.values())).select_related("article"):
            assert cause.article is not None
            assert cause.article.slug in answered, cause.slug

    def test_nobody_is_sent_to_open_the_terminal_or_to_swipe_again_in_doubt(self, graph: Graph) -> None:
        for node in graph.nodes.values():
            for text in (node.title, node.help, node.say, node.tell, *(choice.label for choice in node.choices)):
                for sentence in re.split(r"[。！？；\n]", text):
                    for words in FORBIDDEN:
                        assert words not in sentence or NEGATED.search(sentence), f"{node.id}: {sentence}"
