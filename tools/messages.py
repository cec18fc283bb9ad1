"""`make messages`: collect the words of code and templates into the catalogue, and compile it."""

import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
# What holds words that a person sees. Naming folders keeps .venv, uploads and tests out.
SOURCES = ("config", "diagnostics", "kb", "templates")


def collect(root: Path) -> None:
    """Bring the catalogue below `root` up to date with the sources below `root`. Needs gettext's xgettext.

    Raises:
        subprocess.CalledProcessError: with makemessages' own words in `stderr`.
    """
    (root / "locale").mkdir(exist_ok=True)
    # `--add-location file`: a line number would make every commit touch the catalogue.
    options = ["--locale", LOCALE, "--add-location", "file", "--no-wrap"]
    ignored = [f"--ignore={entry.name}" for entry in root.iterdir() if entry.is_dir() and entry.name not in SOURCES]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *options, *ignored],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    catalogue = polib.pofile(str(root / CATALOGUE), wrapwidth=0)
    # The hour of the last run, a name to fill in: noise in every diff.
    for field in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(field, None)
    catalogue.header = "Simplified Chinese; the English words are the msgids themselves."
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata["Language"] = LOCALE
    catalogue.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
    catalogue.save()


def compile_catalogue(root: Path) -> None:
    """Write the .mo that Django reads; it is committed, so that a site needs no gettext."""
    polib.pofile(str(root / CATALOGUE)).save_as_mofile(str((root / CATALOGUE).with_suffix(".mo")))


def main() -> int:
    try:
        collect(ROOT)
    except subprocess.CalledProcessError as error:
        sys.stdout.write(f"{error.stderr or error.stdout}\n")
        return 1
    compile_catalogue(ROOT)
    catalogue = polib.pofile(str(ROOT / CATALOGUE))
    waiting = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
    sys.stdout.write(f"{CATALOGUE}: {len(catalogue)} messages, {waiting} to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
