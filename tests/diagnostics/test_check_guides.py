"""check_guides: every problem of every file is a line that says where; errors fail, warnings do not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from diagnostics.engine.codec import dumps
from diagnostics.engine.graph import Graph, RecordedPath
from diagnostics.models import Node
from tests.diagnostics.guide_texts import FLOWCHART, sound_graph, write, write_graph
from tests.factories import make_article, make_graph, make_guide

ROOT = Path(__file__).resolve().parent.parent.parent


def check(capsys: pytest.CaptureFixture[str], *paths: Path, figures: bool = False) -> tuple[str, bool]:
    """What is printed, and whether it passed."""
    try:
        call_command("check_guides", *paths, figures=figures)
    except CommandError:
        return capsys.readouterr().out, False
    return capsys.readouterr().out, True


class TestFiles:
    """No test here may ask the database: without the `db` fixture any query would raise."""

    def test_sound_guides_pass_in_silence(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        paths = [write_graph(tmp_path, sound_graph(slug)) for slug in ("one", "two")]
        assert check(capsys, *paths) == ("", True)

    def test_every_problem_is_a_line_with_the_nodes_own(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = dumps(make_graph()).replace("to: insert", "to: nowhere")
        path = write(tmp_path, "trial.yaml", text)
        out, passed = check(capsys, path)
        line = 1 + text.splitlines().index("  reading:")
        assert not passed
        assert f"{path}:{line}: reading/tap: G003 error: Node “reading” leads to “nowhere”" in out
        assert "W009 warning" in out

    def test_a_problem_of_the_guide_as_a_whole_stands_in_its_first_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = write(tmp_path, "trial.yaml", dumps(sound_graph("trial")).replace("start: ask", "start: nowhere"))
        out, _ = check(capsys, path)
        assert f"{path}:1: -: G002 error" in out

    def test_warnings_alone_pass(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_graph(tmp_path, make_graph())
        out, passed = check(capsys, path)
        assert passed
        assert "W009 warning" in out

    def test_no_file_stops_the_others(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        malformed = write(tmp_path, "bad.yaml", "format: 1\nguide: trial\ntitle: t\nstart: a\nnodes: {a: {kind: no}}\n")
        cut = write(tmp_path, "cut.yaml", "format: 1\nguide: [")
        foreign = tmp_path / "latin.yaml"
        foreign.write_bytes("ä".encode("latin-1"))
        broken = write(tmp_path, "z.yaml", dumps(sound_graph("z")).replace("to: fine", "to: nowhere"))
        with pytest.raises(CommandError, match=r"^\d+ errors$"):
            call_command("check_guides", malformed, cut, tmp_path / "none.yaml", foreign, tmp_path, broken)
        out = capsys.readouterr().out
        assert f"{malformed}:5:19: nodes.a.kind: " in out
        assert f"{cut}:2:9: this is not YAML" in out
        assert f"{tmp_path / 'none.yaml'}: No such file" in out
        assert f"{foreign}: not UTF-8 at byte 0" in out
        assert f"{tmp_path}: Is a directory" in out
        assert "ask/lit: G003 error" in out

    def test_two_files_of_one_guide(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        first = write_graph(tmp_path, sound_graph("one"))
        second = write(tmp_path, "copy.yaml", first.read_text(encoding="utf-8"))
        out, passed = check(capsys, first, second)
        assert not passed
        assert f"{second}: holds the guide “one”, and so does {first}" in out

    def test_one_file_named_twice_is_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_graph(tmp_path, sound_graph("one"))
        assert check(capsys, path, path) == ("", True)

    def test_a_byte_order_mark_is_no_part_of_the_text(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write(tmp_path, "one.yaml", "\ufeff" + dumps(sound_graph("one")))
        assert check(capsys, path) == ("", True)

    def test_a_flowchart_is_checked_too(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write(tmp_path, "screen.mmd", FLOWCHART)
        out, passed = check(capsys, path)
        assert not passed
        assert f"{path}: b: G014 error" in out


class TestGuidesInside:
    def test_they_are_found_among_the_files(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        outer, inner = sound_graph("outer", inner="inner"), sound_graph("inner")
        assert check(capsys, write_graph(tmp_path, outer), write_graph(tmp_path, inner)) == ("", True)

    @pytest.mark.parametrize(("choice", "passed"), [("lit", True), ("unsure", False)])
    def test_recorded_paths_are_replayed_through_them(
        self, choice: str, passed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = RecordedPath((("ask", "unsure"), ("more.ask", choice)), "more.fine")
        outer = sound_graph("outer", inner="inner", paths=(path,))
        files = write_graph(tmp_path, outer), write_graph(tmp_path, sound_graph("inner"))
        out, did_pass = check(capsys, *files)
        assert did_pass is passed
        assert ("more.ask/unsure: G018 error" in out) is not passed

    def test_a_problem_inside_stands_at_the_hand_over(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        outer = write_graph(tmp_path, sound_graph("outer", inner="inner"))
        text = dumps(sound_graph("inner")).replace("to: fine", "to: nowhere")
        out, passed = check(capsys, outer, write(tmp_path, "inner.yaml", text))
        line = 1 + outer.read_text(encoding="utf-8").splitlines().index("  more:")
        assert not passed
        assert f"{outer}:{line}: more.ask/lit: G003 error" in out

    def test_a_circle(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        paths = [
            write_graph(tmp_path, sound_graph(slug, inner=inner)) for slug, inner in [("one", "two"), ("two", "one")]
        ]
        out, passed = check(capsys, *paths)
        assert not passed
        assert out.count("G027 error: Guides hand over to each other in a circle: ") == 2

    @pytest.mark.django_db
    def test_what_is_in_no_file_is_what_readers_walk(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        outer = write_graph(tmp_path, sound_graph("outer", inner="trial"))
        guide = make_guide(published=False)
        out, passed = check(capsys, outer)
        assert not passed
        assert "more: G026 error" in out
        call_command("import_guide", write_graph(tmp_path, sound_graph("trial")), publish=True)
        capsys.readouterr()
        assert check(capsys, outer) == ("", True)
        assert guide.nodes.exists()

    def test_a_database_that_fails_is_asked_once_and_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def fail(slug: str) -> Graph | None:
            asked.append(slug)
            raise OperationalError("no such table: diagnostics_guiderevision")

        monkeypatch.setattr("diagnostics.guide_files.live_graph", fail)
        paths = [
            write_graph(tmp_path, sound_graph(slug, inner=inner)) for slug, inner in [("one", "here"), ("two", "there")]
        ]
        with pytest.raises(CommandError, match="2 errors"):
            call_command("check_guides", *paths)
        printed = capsys.readouterr()
        assert printed.out.count("more: G026 error") == 2
        assert "could not be asked for guides that are in no file: no such table" in printed.err
        assert asked == ["here"]

    @pytest.mark.parametrize(
        ("database", "says"),
        [("sqlite://:memory:", "no such table"), ("postgres://nobody@127.0.0.1:1/none", "Connection refused")],
    )
    def test_no_database_is_needed(self, database: str, says: str, tmp_path: Path) -> None:
        files = [
            write_graph(tmp_path, sound_graph(slug, inner=inner)) for slug, inner in [("one", "two"), ("two", "lost")]
        ]
        command = [sys.executable, "manage.py", "check_guides", *map(str, files)]
        environment = os.environ | {"DATABASE_URL": database}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stdout.count("more: G026 error: ") == 2
        assert says in done.stderr.splitlines()[0]
        assert done.stderr.splitlines()[1:] == ["CommandError: 2 errors"]


class TestFigures:
    def test_they_count_what_readers_walk(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [write_graph(tmp_path, graph) for graph in (sound_graph("outer", inner="inner"), sound_graph("inner"))]
        out, _ = check(capsys, *files, figures=True)
        assert out.splitlines() == [
            "outer: 6 nodes, 4 outcomes, longest 2 taps, mean 1.5 taps, 4 paths",
            "inner: 3 nodes, 2 outcomes, longest 1 taps, mean 1.0 taps, 2 paths",
        ]

    def test_a_guide_with_problems_is_counted_too(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write(tmp_path, "one.yaml", dumps(sound_graph("one")).replace("to: fine", "to: nowhere"))
        out, passed = check(capsys, path, figures=True)
        assert not passed
        assert "one: 3 nodes, 2 outcomes, longest 1 taps, mean 1.0 taps, 1 paths" in out

    @pytest.mark.parametrize(
        ("before", "after", "says"),
        [
            ("to: fine", "to: ask", "one: no figures: the graph has a cycle: ask → ask"),
            ("start: ask", "start: nowhere", "one: 3 nodes, 2 outcomes, no path to any"),
        ],
    )
    def test_what_has_no_figures_says_why(
        self, before: str, after: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = write(tmp_path, "one.yaml", dumps(sound_graph("one")).replace(before, after))
        assert says in check(capsys, path, figures=True)[0]


@pytest.mark.django_db
class TestDrafts:
    def test_they_are_checked_where_no_file_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_guide()
        out, passed = check(capsys, figures=True)
        assert passed
        assert "trial: ask: W009 warning" in out
        assert "trial: 4 nodes, 2 outcomes, longest 2 taps, mean 1.5 taps, 4 paths" in out

    def test_words_older_than_their_title_are_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_guide()
        Node.objects.filter(key="insert").update(title="改为插卡，再做一次")
        assert "trial: insert: W004 warning" in check(capsys)[0]

    def test_an_article_that_readers_cannot_open_is_an_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_article(slug="hidden", status="draft")
        text = dumps(make_graph()).replace("result: escalate", "result: escalate\n    article: hidden")
        call_command("import_guide", write(tmp_path, "trial.yaml", text))
        capsys.readouterr()
        out, passed = check(capsys)
        assert not passed
        assert "trial: ask: G023 error" in out

    def test_a_guide_inside_that_nobody_can_walk_is_an_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("import_guide", write_graph(tmp_path, sound_graph("outer", inner="nowhere")))
        capsys.readouterr()
        out, passed = check(capsys)
        assert not passed
        assert "outer: more: G026 error" in out
