"""Whether every word of the interface is in Chinese, and whether the compiled catalogue says what its source says.

The English side needs no catalogue: the message ids are the English words.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.messages import CATALOGUE, ROOT, SOURCES, collect

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]


def key_of(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgctxt or None, entry.msgid


def translations_of(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def defects_of(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation."""
    if "fuzzy" in entry.flags:
        yield "fuzzy: a guess that nobody confirmed"
    if entry.previous_msgid or entry.previous_msgid_plural:
        yield "carries the words of an older entry, which gettext may refuse to merge"
    words = translations_of(entry)
    if not words or not all(words):
        yield "not translated"
        return
    expected = set(_PLACEHOLDER.findall(entry.msgid)) | set(_PLACEHOLDER.findall(entry.msgid_plural or ""))
    for text in words:
        if set(_PLACEHOLDER.findall(text)) != expected:
            yield f"placeholders differ: {text}"


def compiled_differences(catalogue: polib.POFile, compiled: Path) -> Iterator[str]:
    if not compiled.exists():
        yield f"{compiled.name} is missing"
        return
    source = {key_of(entry): translations_of(entry) for entry in catalogue.translated_entries() if not entry.obsolete}
    result = {key_of(entry): translations_of(entry) for entry in polib.mofile(str(compiled))}
    if source != result:
        yield f"{compiled.name} was compiled from other words than {CATALOGUE.name} holds"


def not_collected(committed: polib.POFile) -> Iterator[str]:
    """Words of code and templates that the committed catalogue lacks, found by collecting into a copy."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in SOURCES:
            shutil.copytree(ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "manage.py", copy)
        try:
            collect(copy)
        except subprocess.CalledProcessError as error:
            yield f"makemessages failed: {error.stderr or error.stdout}"
            return
        known = {key_of(entry) for entry in committed if not entry.obsolete}
        for entry in polib.pofile(str(copy / CATALOGUE)):
            if key_of(entry) not in known:
                yield f"not in the catalogue: {entry.msgid!r} ({', '.join(file for file, _ in entry.occurrences)})"


def problems() -> Iterator[str]:
    file = ROOT / CATALOGUE
    catalogue = polib.pofile(str(file)) if file.exists() else polib.POFile()
    for entry in catalogue:
        if not entry.obsolete:
            yield from (f"{entry.msgid!r}: {defect}" for defect in defects_of(entry))
    yield from compiled_differences(catalogue, file.with_suffix(".mo"))
    if shutil.which("xgettext"):
        yield from not_collected(catalogue)
    else:
        sys.stdout.write("xgettext is not installed: whether words are missing from the catalogue was not checked\n")


def main() -> int:
    found = list(problems())
    sys.stdout.write("".join(f"{line}\n" for line in found))
    if found:
        sys.stdout.write(f"Run `make messages`, translate what is new in {CATALOGUE}, and run it again to compile.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
