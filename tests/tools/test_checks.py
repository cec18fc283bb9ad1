"""The checks of our own: each can fail, and says what is wrong."""

from pathlib import Path

import polib
import pytest
from packaging.requirements import Requirement

from tools import check_requirements
from tools.check_requirements import problems_of, read_pins, unmet
from tools.check_translations import compiled_differences, defects_of
from tools.messages import SOURCES

ROOT = Path(__file__).resolve().parent.parent.parent


class TestRequirements:
    @pytest.mark.parametrize(
        ("wanted", "complaint"),
        [
            ("django>=5.2,<5.3", None),
            ("Django-Axes", None),
            ("whitenoise[brotli]>=6", None),
            ("django<5", "django<5 is locked to 5.2.1"),
            ("gunicorn", "gunicorn is not locked"),
        ],
    )
    def test_what_is_wanted_is_locked(self, wanted: str, complaint: str | None) -> None:
        pins = read_pins(
            "django==5.2.1 \\\n    --hash=sha256:00\ndjango-axes==8.0 ; python_version < '4'\nwhitenoise==6.9\n"
        )
        assert list(unmet(iter([Requirement(wanted)]), pins)) == ([complaint] if complaint else [])

    def test_a_lock_names_no_index_and_hashes_everything(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(check_requirements, "FOLDER", tmp_path)
        (tmp_path / "runtime.in").write_text("one\ntwo\n", encoding="utf-8")
        (tmp_path / "runtime.txt").write_text(
            "-".join(["-", "index", "url https://example.org/simple\none==1 \\\n    --hash=sha256:00\ntwo==2\n"]),
            encoding="utf-8",
        )
        assert list(problems_of("runtime")) == [
            "it names a package index; every machine has its own",
            "two has no hash",
        ]


class TestTranslations:
    @pytest.mark.parametrize(
        ("entry", "complaints"),
        [
            (polib.POEntry(msgid="Search", msgstr="搜索"), []),
            (polib.POEntry(msgid="Search", msgstr=""), ["not translated"]),
            (polib.POEntry(msgid="Search", msgstr="搜索", flags=["fuzzy"]), ["fuzzy: a guess that nobody confirmed"]),
            (
                polib.POEntry(msgid="Search", msgstr="搜索", previous_msgid="Seek"),
                ["carries the words of an older entry, which gettext may refuse to merge"],
            ),
            (polib.POEntry(msgid="%(n)s codes", msgstr="代码"), ["placeholders differ: 代码"]),
            (polib.POEntry(msgid="%(n)s codes", msgstr="%(n)s 个代码"), []),
            (polib.POEntry(msgid="{n} code", msgid_plural="{n} codes", msgstr_plural={0: "{n} 个代码"}), []),
            (polib.POEntry(msgid="{n} code", msgid_plural="{n} codes", msgstr_plural={0: ""}), ["not translated"]),
        ],
    )
    def test_one_translation(self, entry: polib.POEntry, complaints: list[str]) -> None:
        assert list(defects_of(entry)) == complaints

    def test_the_compiled_file_says_what_its_source_says(self, tmp_path: Path) -> None:
        catalogue = polib.POFile()
        catalogue.append(polib.POEntry(msgid="Search", msgstr="搜索"))
        compiled = tmp_path / "django.mo"
        assert list(compiled_differences(catalogue, compiled)) == ["django.mo is missing"]
        catalogue.save_as_mofile(str(compiled))
        assert list(compiled_differences(catalogue, compiled)) == []
        catalogue[0].msgstr = "查找"
        assert len(list(compiled_differences(catalogue, compiled))) == 1

    def test_every_folder_with_words_is_collected(self) -> None:
        ours = (entry for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        with_words = {
            entry.name
            for entry in ours
            if entry.name not in {"tests", "tools"} and any((*entry.rglob("*.py"), *entry.rglob("*.html")))
        }
        assert with_words <= set(SOURCES)
