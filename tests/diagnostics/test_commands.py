"""export_guide and import_guide: identity, all files or none, refusals that name the place."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from diagnostics.engine.codec import dumps
from diagnostics.models import Guide, GuideRevision
from tests.factories import make_graph, make_guide

pytestmark = pytest.mark.django_db


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_export_and_import_are_identity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_guide(codes=("E324", "05"))
    call_command("export_guide", "trial")
    first = capsys.readouterr().out
    call_command("import_guide", write(tmp_path, "trial.yaml", first))
    capsys.readouterr()
    call_command("export_guide", "trial", output=tmp_path / "again.yaml")
    assert (tmp_path / "again.yaml").read_text(encoding="utf-8") == first


def test_an_import_is_a_draft_unless_published(tmp_path: Path) -> None:
    path = write(tmp_path, "trial.yaml", dumps(make_graph()))
    call_command("import_guide", path)
    assert Guide.objects.get().live_revision is None
    call_command("import_guide", path, publish=True)
    assert GuideRevision.objects.get().published_by is None


def test_only_new_leaves_an_edited_guide_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_guide(title="编辑改过的标题")
    call_command("import_guide", write(tmp_path, "trial.yaml", dumps(make_graph())), only_new=True, publish=True)
    assert Guide.objects.get().title == "编辑改过的标题"
    assert "kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("format: 1\nguide: [", "2:"),
        ("format: 1\nguide: trial\ntitle: t\nstart: a\nnodes:\n  a: {kind: nonsense, title: t}\n", "nonsense"),
        (dumps(make_graph()).replace("to: insert", "to: nowhere"), "G003"),
        (
            dumps(make_graph()).replace("result: escalate", "result: article\n    article: no-such-article"),
            "no-such-article",
        ),
    ],
)
def test_one_bad_file_stops_all(tmp_path: Path, bad: str, says: str) -> None:
    good = write(tmp_path, "good.yaml", dumps(make_graph("good")))
    with pytest.raises(CommandError, match=says):
        call_command("import_guide", good, write(tmp_path, "bad.yaml", bad), publish=True)
    assert not Guide.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "长" * 130},
        {"codes": ("E324", "e-324")},
        {"codes": ("长" * 90,)},
        {"title": "\x00"},
        {"title": "\x07"},
    ],
)
def test_what_no_row_can_hold_is_refused_alike_on_both_databases(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_guide", write(tmp_path, "trial.yaml", dumps(make_graph(**change))))
    assert not Guide.objects.exists()


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.yaml"):
        call_command("import_guide", tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("ä".encode("latin-1"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("import_guide", tmp_path / "latin.yaml")


def test_an_unknown_guide_is_refused_with_the_known_ones() -> None:
    make_guide()
    with pytest.raises(CommandError, match="trial"):
        call_command("export_guide", "none")
