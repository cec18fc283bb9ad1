"""check_content: files without a database, and what readers can open; errors fail, warnings do not."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diagnostics.engine.codec import dumps
from kb.models import Acquirer, Article, Disagreement, DisagreementPosition, ErrorCode
from tests.diagnostics.guide_texts import write
from tests.factories import make_acquirer, make_article, make_cause, make_error_code, make_graph, make_guide
from tests.kb.content_files import FILES, write_content

WHOLE = "## 怎么做\n查。\n\n## 不要做\n别急。\n"


def check(capsys: pytest.CaptureFixture[str], folder: Path | None = None) -> tuple[list[str], bool]:
    """The problems that are printed, and whether it passed."""
    try:
        call_command("check_content", folder=folder)
    except CommandError:
        passed = False
    else:
        passed = True
    *lines, summary = capsys.readouterr().out.splitlines()
    errors = sum(" error: " in line for line in lines)
    assert summary == f"errors {errors}, warnings {len(lines) - errors}"
    return lines, passed


class TestFiles:
    """No test here may ask the database: without the `db` fixture any query would raise."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        write_content(tmp_path)
        (tmp_path / "guides").mkdir()
        write(tmp_path / "guides", "trial.yaml", dumps(make_graph(codes=("E900",))))
        return tmp_path

    def test_sound_files_pass(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert check(capsys, folder) == ([], True)

    def test_a_problem_stands_in_a_line_that_an_editor_can_jump_to(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = folder / "articles/clean.md"
        path.write_text(FILES["articles/clean.md"].replace("擦。", "拆开机器。"), encoding="utf-8")
        lines, passed = check(capsys, folder)
        assert not passed
        assert re.fullmatch(rf"{re.escape(str(path))}:\d+: article clean: text: C020 error: “拆开” .+", lines[0])

    def test_a_guides_texts_stand_at_their_nodes(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        text = dumps(make_graph(codes=("E900",))).replace("员工提示：别催。", "再刷一次试试。")
        path = write(folder / "guides", "trial.yaml", text)
        node = 1 + text.splitlines().index("  reading:")
        lines, _ = check(capsys, folder)
        assert [line.partition(" error")[0] for line in lines] == [f"{path}:{node}: guide trial: reading: C022"]

    def test_an_answer_is_what_the_reader_says(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        graph = make_graph(codes=("E900",))
        write(folder / "guides", "trial.yaml", dumps(graph).replace("label: 挥卡", "label: 没收、挂失"))
        assert [line.split()[4] for line in check(capsys, folder)[0]] == ["C025"]
        text = dumps(graph).replace("label: 挥卡", "label: 没收、挂失").replace("员工提示：别催。", "不要扣卡。")
        write(folder / "guides", "trial.yaml", text)
        assert check(capsys, folder) == ([], True)

    def test_warnings_alone_pass(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(folder / "guides", "trial.yaml", dumps(make_graph(codes=("E900", "E999"))))
        lines, passed = check(capsys, folder)
        assert passed
        assert "C107 warning" in lines[0]

    def test_files_that_cannot_be_read_are_told_all_at_once(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(folder / "guides", "bad.yaml", "format: 1\nguide: [")
        (folder / "systems.yaml").write_text("- {slug: web}\n", encoding="utf-8")
        (folder / "articles/clean.md").write_text("擦。", encoding="utf-8")
        lines, passed = check(capsys, folder)
        assert not passed
        assert len(lines) == 3
        assert all("C001 error" in line for line in lines)
        for name in ("guides/bad.yaml", "systems.yaml", "articles/clean.md"):
            assert any(str(folder / name) in line for line in lines)


@pytest.mark.django_db
class TestDatabase:
    @pytest.fixture
    def sound(self) -> Article:
        """An article, a cause, a code, an acquirer and a guide without any problem."""
        article = make_article(kind="money-safety", body=WHOLE, sources=1, reviewed_on="2026-11-25")
        code = make_error_code(
            strings=("E900",), money_note="没动", retry_note="换卡", tell="打电话", reviewed_on="2026-11-25"
        )
        code.code_articles.create(article=article)
        code.code_causes.create(cause=make_cause(article=article))
        make_acquirer()
        make_guide(codes=("E900",))
        return article

    def test_sound_content_passes(self, sound: Article, capsys: pytest.CaptureFixture[str]) -> None:
        assert check(capsys) == ([], True)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"body": f"{WHOLE}\n见[这里](/articles/none/)。"}, "C002"),
            ({"reviewed_on": None}, "C011"),
            ({"body": f"{WHOLE}\n拆开机器。"}, "C020"),
            ({"asked_as": "没反应\n" + "长" * 41}, "C102"),
        ],
    )
    def test_what_an_agent_wrote_is_checked(
        self, sound: Article, change: dict[str, str], problem: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Article.objects.filter(pk=sound.pk).update(**change)
        (line,) = check(capsys)[0]
        assert line.startswith(f"article {sound.slug}: ")
        assert f"{problem} " in line

    def test_codes_acquirers_and_live_guides_are_checked(
        self, sound: Article, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ErrorCode.objects.update(tell="")
        Acquirer.objects.update(hotline="95534")
        make_guide("second", title="退款3天到账")
        assert [line.split(":")[0] for line in check(capsys)[0]] == [
            f"acquirer {Acquirer.objects.get().slug}", f"code {ErrorCode.objects.get().slug}", "guide second",
        ]  # fmt: skip

    def test_drafts_are_not_checked_and_lead_nowhere(self, sound: Article, capsys: pytest.CaptureFixture[str]) -> None:
        draft = make_article(status="draft", body="拆开机器。")
        make_error_code(status="draft", strings=("E901",))
        make_acquirer(status="draft", sources=0)
        make_guide("second", published=False, title="退款3天到账")
        assert check(capsys) == ([], True)
        Article.objects.filter(pk=sound.pk).update(body=f"{WHOLE}\n见[这里](/articles/{draft.slug}/)。")
        assert [line.split()[3] for line in check(capsys)[0]] == ["C002"]

    def test_a_withdrawn_article_answers_nothing(self, sound: Article, capsys: pytest.CaptureFixture[str]) -> None:
        Article.objects.update(status="draft")
        make_guide("trial", codes=())
        assert {line.split(" error")[0].split()[-1] for line in check(capsys)[0]} == {"C008", "C013"}

    def test_it_costs_the_same_at_two_and_at_twenty_rows(self, sound: Article) -> None:
        def more(number: int) -> None:
            article = make_article(kind="money-safety", body=WHOLE, sources=2, reviewed_on="2026-11-25")
            article.aliases.create(slug=f"alias-{number}")
            code = make_error_code(
                strings=(f"E8{number}", f"E7{number}"), accounts=2, causes=2, money_note="没动", retry_note="换卡",
                tell="打电话", reviewed_on="2026-11-25",
            )  # fmt: skip
            code.code_articles.create(article=article)
            point = Disagreement.objects.create(slug=f"point-{number}", normal=f"E8{number}", topic="分歧")
            code.code_causes.update(account=code.accounts.first())
            for account in code.accounts.all():
                DisagreementPosition.objects.create(disagreement=point, account=account, says="甲")
            make_acquirer(sources=2)

        def cost() -> int:
            with CaptureQueriesContext(connection) as captured, pytest.raises(CommandError):
                call_command("check_content")
            return len(captured)

        more(1)
        few = cost()
        for number in range(2, 20):
            more(number)
        assert cost() == few
