"""guide_paths and draw_guide: which guide is meant, draft or live, screen or file."""

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from diagnostics.engine.codec import dumps
from diagnostics.engine.drawing import to_mermaid, to_svg
from diagnostics.engine.mermaid import loads_mermaid
from diagnostics.path_rows import PATH_COLUMNS
from tests.diagnostics.guide_texts import FLOWCHART, sound_graph, write, write_graph
from tests.factories import make_graph, make_guide


def table(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


class TestPathsOfAFile:
    """Without the `db` fixture any query would raise: a file that hands over to nothing needs none."""

    def test_they_are_listed(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("guide_paths", str(write_graph(tmp_path, make_graph())))
        rows = table(capsys.readouterr().out)
        assert rows[0] == list(PATH_COLUMNS)
        assert [row[2] for row in rows[1:]] == ["solved", "ask", "ask", "ask"]

    def test_those_of_a_flowchart_too(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("guide_paths", str(write(tmp_path, "screen.mmd", FLOWCHART)))
        assert len(table(capsys.readouterr().out)) == 3

    def test_a_limit_is_kept_and_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("guide_paths", str(write_graph(tmp_path, make_graph())), "--limit", "1")
        rows = table(capsys.readouterr().out)
        assert len(rows) == 3
        assert rows[-1][0] == "only the first 1 of 4"

    @pytest.mark.parametrize("limit", ["0", "-1", "many", "", "9" * 5000])
    def test_a_limit_that_is_none(self, limit: str) -> None:
        with pytest.raises(CommandError, match="is no number of rows"):
            call_command("guide_paths", "trial", f"--limit={limit}")

    def test_a_file_for_spreadsheets(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        output = tmp_path / "paths.csv"
        call_command("guide_paths", str(write_graph(tmp_path, make_graph())), output=output)
        assert capsys.readouterr().out == ""
        # Without the mark Excel takes Chinese for something else.
        assert output.read_bytes().startswith(b"\xef\xbb\xbfnumber,taps,")
        assert output.read_bytes().count(b"\r\n") == 5

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file or directory"):
            call_command(
                "guide_paths", str(write_graph(tmp_path, make_graph())), output=tmp_path / "none" / "paths.csv"
            )

    def test_a_file_that_is_no_guide(self, tmp_path: Path) -> None:
        path = write(tmp_path, "cut.yaml", "format: 1\nguide: [")
        with pytest.raises(CommandError, match=f"{path}:2:"):
            call_command("guide_paths", str(path))

    def test_a_circle(self, tmp_path: Path) -> None:
        path = write(tmp_path, "one.yaml", dumps(sound_graph("one")).replace("to: fine", "to: ask"))
        with pytest.raises(CommandError, match="the graph has a cycle: ask → ask; see check_guides"):
            call_command("guide_paths", str(path))

    def test_a_file_is_never_live(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="--live is for guides of the database"):
            call_command("guide_paths", str(tmp_path / "one.yaml"), live=True)


@pytest.mark.django_db
class TestPathsOfAStoredGuide:
    def test_the_draft_or_what_readers_walk(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        make_guide()
        text = dumps(make_graph()).replace("title: 好了，可以继续收款", "title: 好了")
        call_command("import_guide", write(tmp_path, "trial.yaml", text))
        capsys.readouterr()
        call_command("guide_paths", "trial")
        assert table(capsys.readouterr().out)[1][4] == "好了"
        call_command("guide_paths", "trial", live=True)
        assert table(capsys.readouterr().out)[1][4] == "好了，可以继续收款"

    def test_they_go_through_the_guides_inside(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [write_graph(tmp_path, graph) for graph in (sound_graph("a", inner="b"), sound_graph("b"))]
        call_command("import_guide", *files, publish=True)
        for name in ("a", str(files[0])):
            capsys.readouterr()
            call_command("guide_paths", name)
            assert [row[2] for row in table(capsys.readouterr().out)[1:]] == [
                "fine",
                "other",
                "more.fine",
                "more.other",
            ]

    def test_a_guide_inside_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="hands over to guide 'b', which does not exist; see check_guides"):
            call_command("guide_paths", str(write_graph(tmp_path, sound_graph("a", inner="b"))))

    @pytest.mark.parametrize("command", ["guide_paths", "draw_guide"])
    def test_an_unknown_guide_is_refused_with_the_known_ones(self, command: str) -> None:
        make_guide()
        with pytest.raises(CommandError, match="no guide 'none'; there are: trial"):
            call_command(command, "none")

    @pytest.mark.parametrize("command", ["guide_paths", "draw_guide"])
    def test_what_readers_cannot_walk(self, command: str) -> None:
        make_guide(published=False)
        with pytest.raises(CommandError, match="readers cannot walk 'trial': it is not published; leave out --live"):
            call_command(command, "trial", live=True)


@pytest.mark.django_db
class TestDrawing:
    def test_the_draft_as_svg(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_guide(published=False)
        call_command("draw_guide", "trial")
        out = capsys.readouterr().out
        assert out == to_svg(make_graph())
        assert ET.fromstring(out).tag.endswith("svg")

    def test_mermaid_into_a_file_that_can_be_read_again(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_guide()
        output = tmp_path / "trial.mmd"
        call_command("draw_guide", "trial", format="mermaid", output=output)
        text = output.read_text(encoding="utf-8")
        assert text == to_mermaid(make_graph())
        assert len(loads_mermaid(text, slug="trial").nodes) == 4
        assert capsys.readouterr().out == ""

    def test_what_readers_walk_has_the_guides_inside_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = [write_graph(tmp_path, graph) for graph in (sound_graph("a", inner="b"), sound_graph("b"))]
        call_command("import_guide", *files, publish=True)
        capsys.readouterr()
        call_command("draw_guide", "a", format="mermaid")
        assert "b：屏幕亮吗？" not in capsys.readouterr().out
        call_command("draw_guide", "a", format="mermaid", live=True)
        assert "b：屏幕亮吗？" in capsys.readouterr().out

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        make_guide()
        with pytest.raises(CommandError, match="Is a directory"):
            call_command("draw_guide", "trial", output=tmp_path)

    def test_another_format(self) -> None:
        with pytest.raises(CommandError, match="invalid choice: 'png'"):
            call_command("draw_guide", "trial", "--format", "png")
