"""Whether the lock files still answer to requirements/*.in, read from the files alone: no registry is asked."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
_PIN = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_INDEX = re.compile(r"(?m)^\s*--(?:extra-)?(?:index-url|find-links)|://")

Pins = dict[str, set[str]]


def read_pins(text: str) -> Pins:
    """Name → the versions it is pinned to; more than one where the version depends on the Python."""
    pins: Pins = {}
    for name, version in _PIN.findall(text):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def read_wanted(file: Path) -> Iterator[Requirement]:
    for line in file.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].strip()
        if words and not words.startswith("-"):
            yield Requirement(words)


def unmet(wanted: Iterator[Requirement], pins: Pins) -> Iterator[str]:
    for requirement in wanted:
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            yield f"{requirement} is not locked"
        for version in versions:
            if not requirement.specifier.contains(version, prereleases=True):
                yield f"{requirement} is locked to {version}"


def problems_of(lock: str) -> Iterator[str]:
    """What is wrong with one lock file taken by itself."""
    text = (FOLDER / f"{lock}.txt").read_text(encoding="utf-8")
    yield from unmet(read_wanted(FOLDER / f"{lock}.in"), read_pins(text))
    if _INDEX.search(text):
        yield "it names a package index; every machine has its own"
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    yield from (f"{block.split('==')[0]} has no hash" for block in blocks if "==" in block and "--hash=" not in block)


def main() -> int:
    found = [f"requirements/{lock}.txt: {what}" for lock in ("runtime", "development") for what in problems_of(lock)]
    development = read_pins((FOLDER / "development.txt").read_text(encoding="utf-8"))
    for name, versions in read_pins((FOLDER / "runtime.txt").read_text(encoding="utf-8")).items():
        # The bootstrap takes a development installation for a runtime one too.
        if development.get(name) != versions:
            found.append(f"requirements/development.txt: {name} is not what runtime.txt pins")
    sys.stdout.write("".join(f"{line}\n" for line in found))
    if found:
        sys.stdout.write("Run `make lock`.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
