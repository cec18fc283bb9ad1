"""import_guide beyond one file of YAML: flowcharts, guides inside guides, and every file's faults at once."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from diagnostics.engine.codec import dumps
from diagnostics.models import Guide, GuideRevision
from tests.diagnostics.guide_texts import FLOWCHART, sound_graph, write, write_graph
from tests.factories import make_graph

pytestmark = pytest.mark.django_db


def refused(*paths: Path, publish: bool = False, slug: str = "") -> str:
    """What an import that is refused says, having written nothing."""
    with pytest.raises(CommandError) as error:
        call_command("import_guide", *paths, publish=publish, slug=slug)
    assert not Guide.objects.exists()
    return str(error.value)


class TestFlowcharts:
    @pytest.mark.parametrize("name", ["screen_dark.mmd", "screen-dark.mermaid", "screen-dark.MMD"])
    def test_the_file_names_the_guide(self, name: str, tmp_path: Path) -> None:
        call_command("import_guide", write(tmp_path, name, FLOWCHART))
        guide = Guide.objects.get()
        assert (guide.slug, guide.start) == ("screen-dark", "a")
        assert [node.title for node in guide.nodes.all()] == ["屏幕亮吗？", "好了", "请报修"]

    @pytest.mark.parametrize(
        "markdown",
        [
            f"# 屏幕\n\n```text\nnot ```mermaid\n```\n\n```mermaid\n{FLOWCHART}```\n\n再看。\n",
            f"~~~~ Mermaid\n{FLOWCHART}~~~~~\n",
            f"```mermaid\n{FLOWCHART}",
        ],
    )
    def test_one_inside_markdown(self, markdown: str, tmp_path: Path) -> None:
        call_command("import_guide", write(tmp_path, "screen.md", markdown))
        assert Guide.objects.get().nodes.count() == 3

    def test_places_in_markdown_are_those_of_the_file(self, tmp_path: Path) -> None:
        path = write(tmp_path, "screen.md", "# 屏幕\n\n```mermaid\nflowchart TD\n  a <--> b\n```\n")
        assert f"{path}:5:5: " in refused(path)

    @pytest.mark.parametrize(
        ("markdown", "says"),
        [
            ("# 屏幕\n", ":1:1: there is no flowchart in this Markdown file Put the flowchart between"),
            (f"```mermaid\n{FLOWCHART}```\n\n```mermaid\n{FLOWCHART}```\n", ":7:1: there are 2 flowcharts"),
        ],
    )
    def test_markdown_without_just_one(self, markdown: str, says: str, tmp_path: Path) -> None:
        path = write(tmp_path, "screen.md", markdown)
        assert f"{path}{says}" in refused(path)

    def test_another_kind_of_diagram(self, tmp_path: Path) -> None:
        path = write(tmp_path, "screen.mmd", "sequenceDiagram\n")
        assert f"{path}:1:1: “sequenceDiagram” is no flowchart Begin with “flowchart TD”" in refused(path)

    @pytest.mark.parametrize("name", ["屏幕.mmd", "README.md", "-x.mmd", f"{'x' * 64}.mmd", "two words.mmd"])
    def test_a_name_that_no_guide_can_have(self, name: str, tmp_path: Path) -> None:
        said = refused(write(tmp_path, name, f"```mermaid\n{FLOWCHART}```\n"))
        assert "cannot name one" in said
        assert "Rename the file to 1 to 63" in said
        assert "--slug" in said

    def test_it_cannot_be_published_before_its_outcomes_say_how_they_end(self, tmp_path: Path) -> None:
        path = write(tmp_path, "screen.mmd", FLOWCHART)
        said = refused(path, publish=True)
        assert f"{path}: b: G014 error" in said
        assert "W003" not in said


class TestSlug:
    @pytest.mark.parametrize(("name", "text"), [("屏幕.mmd", FLOWCHART), ("trial.yaml", dumps(make_graph()))])
    def test_it_names_the_only_file(self, name: str, text: str, tmp_path: Path) -> None:
        call_command("import_guide", write(tmp_path, name, text), slug="other")
        assert Guide.objects.get().slug == "other"

    def test_it_is_for_one_file(self, tmp_path: Path) -> None:
        paths = [write_graph(tmp_path, sound_graph(slug)) for slug in ("one", "two")]
        assert "give one file" in refused(*paths, slug="other")

    @pytest.mark.parametrize("slug", ["Two Words", "-x", "x" * 64, "屏幕"])
    def test_it_must_be_one(self, slug: str, tmp_path: Path) -> None:
        assert "cannot name a guide: use 1 to 63" in refused(write(tmp_path, "a.mmd", FLOWCHART), slug=slug)


class TestGuidesInside:
    def test_inner_guides_are_published_first(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        graphs = [sound_graph("a", inner="b"), sound_graph("b", inner="c"), sound_graph("c")]
        call_command("import_guide", *(write_graph(tmp_path, graph) for graph in graphs), publish=True)
        assert capsys.readouterr().out.splitlines() == [f"{slug}: published as revision 1" for slug in "cba"]
        live = Guide.objects.get(slug="a").live_revision
        assert live is not None
        assert "more.more.fine" in {node["id"] for node in live.content["nodes"]}

    def test_a_change_inside_reaches_the_outer_guide(self, tmp_path: Path) -> None:
        outer, inner = (
            write_graph(tmp_path, graph) for graph in (sound_graph("outer", inner="inner"), sound_graph("inner"))
        )
        call_command("import_guide", outer, inner, publish=True)
        inner.write_text(inner.read_text(encoding="utf-8").replace("可以继续收款", "好了"), encoding="utf-8")
        call_command("import_guide", outer, inner, publish=True)
        assert list(GuideRevision.objects.order_by("guide__slug", "number").values_list("guide__slug", "number")) == [
            ("inner", 1),
            ("inner", 2),
            ("outer", 1),
            ("outer", 2),
        ]

    def test_one_that_is_nowhere(self, tmp_path: Path) -> None:
        path = write_graph(tmp_path, sound_graph("outer", inner="nowhere"))
        said = refused(path, publish=True)
        assert "more: G026 error" in said
        assert "“nowhere”, which readers cannot walk. Have that guide published first" in said

    def test_a_circle_cannot_be_published(self, tmp_path: Path) -> None:
        pairs = [("one", "two"), ("two", "one"), ("apart", "")]
        paths = [write_graph(tmp_path, sound_graph(slug, inner=inner)) for slug, inner in pairs]
        said = refused(*paths, publish=True)
        assert f"{paths[0]}:" in said
        assert f"{paths[1]}:" in said
        assert said.count("more: G027 error: Guides hand over to each other in a circle: ") == 2
        assert "G026" not in said

    def test_a_circle_of_drafts_is_the_editors_to_mend(self, tmp_path: Path) -> None:
        paths = [
            write_graph(tmp_path, sound_graph(slug, inner=inner)) for slug, inner in [("one", "two"), ("two", "one")]
        ]
        call_command("import_guide", *paths)
        assert Guide.objects.count() == 2

    def test_what_is_wrong_inside_is_said_once(self, tmp_path: Path) -> None:
        outer = write_graph(tmp_path, sound_graph("outer", inner="inner"))
        inner = write(tmp_path, "inner.yaml", dumps(sound_graph("inner")).replace("to: fine", "to: nowhere"))
        other = write(tmp_path, "other.yaml", dumps(sound_graph("other")).replace("to: fine", "to: nowhere"))
        said = refused(outer, inner, other, publish=True)
        assert f"{outer}" not in said
        assert said.count("ask/lit: G003 error") == 2


class TestRefusals:
    def test_all_malformed_files_are_named(self, tmp_path: Path) -> None:
        cut = write(tmp_path, "cut.yaml", "format: 1\nguide: [")
        empty = write(tmp_path, "empty.mmd", "")
        good = write_graph(tmp_path, sound_graph("good"))
        said = refused(cut, good, tmp_path / "none.yaml", empty)
        for place in (f"{cut}:2:", f"{tmp_path / 'none.yaml'}: No such file", f"{empty}:1:1: there is no flowchart"):
            assert place in said

    def test_all_files_that_no_row_can_hold_are_named(self, tmp_path: Path) -> None:
        long = write_graph(tmp_path, make_graph("long", title="长" * 130))
        text = dumps(make_graph("lost")).replace("result: escalate", "result: escalate\n    article: no-such-article")
        lost = write(tmp_path, "lost.yaml", text)
        said = refused(long, lost)
        assert f"{long}: guide: title: " in said
        assert f"{lost}: no article no-such-article" in said

    def test_two_files_of_one_guide(self, tmp_path: Path) -> None:
        first = write_graph(tmp_path, sound_graph("one"))
        second = write(tmp_path, "copy.yaml", first.read_text(encoding="utf-8"))
        assert f"{second}: holds the guide “one”, and so does {first}" in refused(first, second)

    def test_a_problem_stands_at_its_nodes_line(self, tmp_path: Path) -> None:
        text = dumps(sound_graph("one")).replace("to: fine", "to: nowhere")
        path = write(tmp_path, "one.yaml", text)
        line = 1 + text.splitlines().index("  ask:")
        assert f"{path}:{line}: ask/lit: G003 error" in refused(path, publish=True)
