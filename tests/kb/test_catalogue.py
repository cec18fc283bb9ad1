"""Loading content files: idempotent, never over an editor's work, all or nothing, with every mistake named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.actions import delete_entry
from kb.catalogue.actions import load_catalogue
from kb.catalogue.reading import MalformedCatalogue, read_catalogue
from kb.models import (
    Account,
    Article,
    ArticleAlias,
    Cause,
    CauseCategory,
    Citation,
    CodeArticle,
    CodeCause,
    CodeString,
    CodeSystem,
    Disagreement,
    DisagreementPosition,
    ErrorCode,
    SearchEntry,
    Source,
)

pytestmark = pytest.mark.django_db

FILES = {
    "sources/a.yaml": "- {key: manual, title: 说明书, kind: vendor-manual, credibility: high}\n",
    "systems.yaml": "- {slug: web, name: 网页}\n",
    "causes.yaml": (
        "categories:\n- {slug: card, name: 卡片}\n"
        "causes:\n- {slug: dirty, category: card, name: 脏, summary: 擦, article: clean}\n"
    ),
    "codes/e.yaml": (
        "codes:\n"
        "- slug: one\n  system: web\n  strings: [E900]\n  title: 一\n  meaning: 意思\n  responsible: merchant\n"
        "  money_moved: unknown\n  retry: after_check\n  confidence: unverified\n"
        "  accounts: [{key: a, source: manual, credibility: low, statement: 说法}]\n"
        "  causes: [{cause: dirty, weight: 50, account: a}]\n  articles: [clean]\n"
        "disagreements:\n- {topic: 分歧, positions: [{account: one/a, says: 甲}], seed: [D01]}\n"
    ),
    "articles/clean.md": (
        "---\ntitle: 擦卡\nkind: fix\nsummary: 擦一擦\nwho: merchant\nminutes: 1\nconfidence: likely\n"
        "reviewed_on: 2026-11-23\naliases: [wipe]\nsources: [{source: manual, note: 第一页}]\n---\n## 怎么做\n擦。\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_everything_is_loaded_published_and_found(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    code = ErrorCode.objects.get()
    assert (code.strings.get().normal, code.causes.get().slug, code.articles.get().slug) == ("E900", "dirty", "clean")
    assert Article.objects.get().aliases.get().slug == "wipe"
    assert Account.objects.get().disagreement_positions.get().says == "甲"
    assert set(SearchEntry.objects.values_list("kind", "slug")) == {
        ("code", "one"), ("article", "clean"),
    }  # fmt: skip


def test_loading_twice_changes_nothing(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    report = load_catalogue(read_catalogue(folder))
    assert not report.created
    assert not report.updated
    assert Article.history.count() == 1


def test_update_refreshes_what_nobody_edited(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    change(folder, "articles/clean.md", "擦一擦", "轻轻擦")
    change(folder, "codes/e.yaml", "[E900]", "[E901]")
    load_catalogue(read_catalogue(folder))
    assert Article.objects.get().summary == "擦一擦"
    report = load_catalogue(read_catalogue(folder), update=True)
    assert "article:clean" in report.updated
    assert Article.objects.get().summary == "轻轻擦"
    assert SearchEntry.objects.get(slug="one").path == "/codes/E901/"
    assert Account.objects.get().disagreement_positions.exists()


def test_an_editor_s_work_is_kept_and_reported(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    article = Article.objects.get()
    article.summary = "编辑写的"
    article.save()
    change(folder, "articles/clean.md", "擦一擦", "轻轻擦")
    report = load_catalogue(read_catalogue(folder), update=True)
    assert report.edited == ["article:clean"]
    assert Article.objects.get().summary == "编辑写的"


def test_what_an_editor_deleted_stays_deleted(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    delete_entry(Cause.objects.get())
    report = load_catalogue(read_catalogue(folder))
    assert report.deleted == ["cause:dirty"]
    assert not Cause.objects.exists()


@pytest.mark.parametrize("gone", ["account", "code", "article", "category"])
def test_what_an_editor_deleted_never_stops_the_next_load(folder: Path, gone: str) -> None:
    load_catalogue(read_catalogue(folder))
    if gone == "account":
        code = ErrorCode.objects.get()
        code.accounts.all().delete()
        code.save()
    elif gone == "code":
        delete_entry(ErrorCode.objects.get())
    elif gone == "article":
        delete_entry(Article.objects.get())
    else:
        delete_entry(Cause.objects.get())
        CauseCategory.objects.get().delete()
    assert not load_catalogue(read_catalogue(folder)).created


def test_an_update_passes_over_what_an_editor_deleted(folder: Path) -> None:
    load_catalogue(read_catalogue(folder))
    delete_entry(Cause.objects.get())
    change(folder, "codes/e.yaml", "title: 一", "title: 二")
    report = load_catalogue(read_catalogue(folder), update=True)
    assert "errorcode:one" in report.updated
    assert not ErrorCode.objects.get().causes.exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("articles/clean.md", "title: 擦卡\n", "", "articles/clean.md: head: title is missing"),
        ("articles/clean.md", "kind: fix", "kind: nonsense", "articles/clean.md: head: kind:"),
        ("articles/clean.md", "who: merchant", "whoo: merchant", "unknown key 'whoo'"),
        ("articles/clean.md", "---\ntitle", "title", "line 1"),
        ("articles/clean.md", "source: manual", "source: none", "no source 'none'"),
        ("articles/clean.md", "minutes: 1", "minutes: [", "not YAML"),
        ("articles/clean.md", "title: 擦卡", "title: 擦卡\ntitle: 又一个", "stands twice"),
        ("codes/e.yaml", "retry: after_check", "retry: 'yes'", "codes/e.yaml: codes[1] one"),
        ("codes/e.yaml", "[E900]", "['——']", "no letter or digit"),
        ("codes/e.yaml", "[E900]", "[05]", "put what you mean in quotes"),
        ("codes/e.yaml", "[E900]", "[yes]", "put what you mean in quotes"),
        ("codes/e.yaml", "[E900]", "E900", "must be a list"),
        ("articles/clean.md", "2026-11-23", "2026-02-30", "not YAML"),
        ("codes/e.yaml", "cause: dirty", "cause: none", "no cause 'none'"),
        ("codes/e.yaml", "weight: 50", "weight: 500", "weight:"),
        ("codes/e.yaml", "one/a", "one/z", "one/z"),
        ("causes.yaml", "article: clean", "article: none", "no article 'none'"),
        ("systems.yaml", "- {slug: web, name: 网页}", "- {slug: web, name: 甲}\n- {slug: web, name: 乙}", "already"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_nothing_is_loaded(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    change(folder, name, old, new)
    with pytest.raises(CommandError) as refused:
        call_command("load_catalogue", folder=folder)
    assert says in str(refused.value)
    assert not Source.objects.exists()
    assert not Article.objects.exists()


def test_every_mistake_is_listed_at_once(folder: Path) -> None:
    change(folder, "articles/clean.md", "title: 擦卡\n", "")
    change(folder, "codes/e.yaml", "slug: one", "slugg: one")
    (folder / "systems.yaml").unlink()
    with pytest.raises(MalformedCatalogue) as refused:
        read_catalogue(folder)
    assert {problem.file for problem in refused.value.problems} == {"articles/clean.md", "codes/e.yaml", "systems.yaml"}


def test_a_file_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "systems.yaml").write_bytes("- {slug: web, name: 网页}".encode("gb18030"))
    with pytest.raises(MalformedCatalogue, match="UTF-8"):
        read_catalogue(folder)


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_catalogue", folder=folder, dry_run=True)
    assert "would be created 7" in capsys.readouterr().out
    assert not Source.objects.exists()


class TestUpdateOfWhatIsTheSame:
    def test_unchanged_files_write_nothing(self, folder: Path) -> None:
        load_catalogue(read_catalogue(folder))
        before = [(code.updated_at, code.history.count()) for code in ErrorCode.objects.all()]
        articles = list(Article.objects.values_list("updated_at", flat=True))
        rows = set(CodeString.objects.values_list("pk", flat=True)) | set(Citation.objects.values_list("pk", flat=True))
        report = load_catalogue(read_catalogue(folder), update=True)
        assert (report.created, report.updated, len(report.unchanged)) == ([], [], 7)
        assert [(code.updated_at, code.history.count()) for code in ErrorCode.objects.all()] == before
        assert list(Article.objects.values_list("updated_at", flat=True)) == articles
        now = set(CodeString.objects.values_list("pk", flat=True)) | set(Citation.objects.values_list("pk", flat=True))
        assert now == rows
        assert Source.history.count() == CodeSystem.history.count() == Disagreement.history.count() == 1

    @pytest.mark.parametrize(
        ("name", "old", "new", "updated"),
        [
            ("codes/e.yaml", "  articles: [clean]\n", "  articles: [clean]\n  asked_as: [没反应]\n", "errorcode:one"),
            ("codes/e.yaml", "statement: 说法", "statement: 另一种说法", "errorcode:one"),
            ("codes/e.yaml", "credibility: low", "credibility: high", "errorcode:one"),
            ("codes/e.yaml", "weight: 50", "weight: 51", "errorcode:one"),
            ("codes/e.yaml", "[E900]", "[E900, E901]", "errorcode:one"),
            ("codes/e.yaml", "[E900]", "[E-900]", "errorcode:one"),
            ("codes/e.yaml", "  articles: [clean]\n", "", "errorcode:one"),
            ("codes/e.yaml", "says: 甲", "says: 乙", "disagreement:e900-d01"),
            ("articles/clean.md", "[wipe]", "[wipe, rub]", "article:clean"),
            ("articles/clean.md", "note: 第一页", "note: 第二页", "article:clean"),
            ("articles/clean.md", "minutes: 1", "minutes: 2", "article:clean"),
            ("causes.yaml", "summary: 擦", "summary: 擦净", "cause:dirty"),
            ("systems.yaml", "name: 网页", "name: 网上", "codesystem:web"),
        ],
    )
    def test_only_what_differs_is_updated(self, folder: Path, name: str, old: str, new: str, updated: str) -> None:
        load_catalogue(read_catalogue(folder))
        change(folder, name, old, new)
        report = load_catalogue(read_catalogue(folder), update=True)
        assert report.updated == [updated]
        assert load_catalogue(read_catalogue(folder), update=True).updated == []

    def test_an_updated_entry_gets_one_history_row_and_a_new_time(self, folder: Path) -> None:
        load_catalogue(read_catalogue(folder))
        before = ErrorCode.objects.get()
        change(folder, "codes/e.yaml", "statement: 说法", "statement: 另一种说法")
        load_catalogue(read_catalogue(folder), update=True)
        assert Account.objects.get().statement == "另一种说法"
        assert before.history.count() == 2
        assert ErrorCode.objects.get().updated_at > before.updated_at

    @pytest.mark.parametrize(
        ("spoil", "updated"),
        [
            (lambda: CodeString.objects.update(text="E 900"), "errorcode:one"),
            (lambda: Account.objects.update(statement="改过"), "errorcode:one"),
            (lambda: CodeCause.objects.update(account=None), "errorcode:one"),
            (lambda: CodeArticle.objects.all().delete(), "errorcode:one"),
            (lambda: ArticleAlias.objects.all().delete(), "article:clean"),
            (lambda: Citation.objects.update(note="改过"), "article:clean"),
            (lambda: DisagreementPosition.objects.update(says="改过"), "disagreement:e900-d01"),
        ],
    )
    def test_rows_changed_past_the_admin_are_brought_back(
        self, folder: Path, spoil: Callable[[], object], updated: str
    ) -> None:
        load_catalogue(read_catalogue(folder))
        spoil()
        assert load_catalogue(read_catalogue(folder), update=True).updated == [updated]
        assert load_catalogue(read_catalogue(folder), update=True).updated == []

    def test_a_renamed_system_is_found_by_its_new_name(self, folder: Path) -> None:
        load_catalogue(read_catalogue(folder))
        change(folder, "systems.yaml", "name: 网页", "name: 银联")
        load_catalogue(read_catalogue(folder), update=True)
        assert SearchEntry.objects.get(kind="code").system == "银联"

    def test_a_dry_run_counts_what_differs(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        load_catalogue(read_catalogue(folder))
        change(folder, "systems.yaml", "name: 网页", "name: 网上")
        call_command("load_catalogue", folder=folder, update=True, dry_run=True)
        assert "updated 1; unchanged 6" in capsys.readouterr().out
