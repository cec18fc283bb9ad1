"""Read the starter content's files. Nothing is written here; every mistake of every file is collected."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kb.catalogue.lined_yaml import LinedLoader

# Keys of each kind of record: required ones first, optional ones with what they are when left out.
SHAPES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "source": (("key", "title", "kind", "credibility"), {"publisher": "", "url": "", "note": ""}),
    "system": (("slug", "name"), {"description": "", "verified": False, "is_general": False, "names": ()}),
    "category": (("slug", "name"), {"description": "", "children": ()}),
    "cause": (("slug", "category", "name", "summary"), {"article": None, "seed": ()}),
    "code": (
        ("slug", "system", "title", "meaning", "responsible", "money_moved", "retry", "confidence", "accounts"),
        {
            "strings": (),
            "screen_text": "",
            "money_note": "",
            "retry_note": "",
            "keep_selling": "",
            "tell": "",
            "confidence_note": "",
            "common": False,
            "often_met": False,
            "causes": (),
            "articles": (),
            "asked_as": (),
            "reviewed_on": None,
        },
    ),
    "account": (("key", "source", "credibility", "statement"), {}),
    "code cause": (("cause", "weight"), {"account": None}),
    "disagreement": (("topic", "positions"), {"advice": "", "seed": (), "slug": ""}),
    "position": (("account", "says"), {}),
    "article": (
        ("title", "kind", "summary", "who", "confidence", "reviewed_on", "sources"),
        {"minutes": None, "aliases": (), "asked_as": ()},
    ),
    "citation": (("source",), {"note": ""}),
    "acquirer": (
        ("slug", "brand", "standing", "standing_as_of", "hotline_confidence", "sources"),
        {
            "role": "acquirer",
            "has_left": False,
            "names": (),
            "legal_name": "",
            "hotline": "",
            "note": "",
            "reviewed_on": None,
        },
    ),
    "synonyms": (("slug", "words"), {"note": "", "tells_little": False}),
}

# Keys that hold lists, and those of them that hold texts: `[05]` would be the number 5, and `E324` four codes.
_LISTS = (
    "accounts", "aliases", "articles", "asked_as", "causes", "children", "names", "positions", "seed", "sources", "strings",
    "words",
)  # fmt: skip
_TEXT_LISTS = ("aliases", "articles", "asked_as", "names", "strings", "words")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A mistake in a content file: where it is and what to do about it."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.message}" if self.place else f"{self.file}: {self.message}"


class MalformedCatalogue(Exception):
    """Some files cannot be used. `problems` has all of them; nothing was written."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a file: its values with every optional key filled in, and where it stands.

    `lines` are those of its keys in the file, counted from 1; a record that comes from no file has none.
    """

    file: str
    place: str
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def line(self, key: str = "") -> int:
        """The line of a key, or of the record where it does not stand in the file; 0 where there is no file."""
        return self.lines.get(key) or min(self.lines.values(), default=0)


@dataclass(slots=True)
class Catalogue:
    sources: list[Record] = field(default_factory=list)
    systems: list[Record] = field(default_factory=list)
    categories: list[tuple[Record, str | None]] = field(default_factory=list)
    causes: list[Record] = field(default_factory=list)
    codes: list[Record] = field(default_factory=list)
    disagreements: list[Record] = field(default_factory=list)
    articles: list[Record] = field(default_factory=list)
    acquirers: list[Record] = field(default_factory=list)
    synonyms: list[Record] = field(default_factory=list)


def read_catalogue(folder: Path) -> Catalogue:
    """Read every file below `folder` (docs/content-files.md has the format).

    Raises:
        MalformedCatalogue: with every mistake found.
    """
    reader = _Reader(folder)
    catalogue = Catalogue()
    for path in sorted(folder.glob("sources/*.yaml")):
        catalogue.sources += reader.records("source", path, reader.yaml(path), "")
    catalogue.systems += reader.records("system", folder / "systems.yaml", reader.yaml(folder / "systems.yaml"), "")
    causes = reader.mapping(folder / "causes.yaml", {"categories", "causes"})
    catalogue.categories += reader.tree(folder / "causes.yaml", causes.get("categories") or ())
    catalogue.causes += reader.records("cause", folder / "causes.yaml", causes.get("causes"), "causes")
    for path in sorted(folder.glob("codes/*.yaml")):
        document = reader.mapping(path, {"codes", "disagreements"})
        codes = reader.records("code", path, document.get("codes"), "codes")
        catalogue.codes += [
            reader.nested(reader.nested(one, "accounts", "account"), "causes", "code cause") for one in codes
        ]
        points = reader.records("disagreement", path, document.get("disagreements") or (), "disagreements")
        catalogue.disagreements += [reader.nested(point, "positions", "position") for point in points]
    for path in sorted(folder.glob("articles/*.md")):
        if article := reader.article(path):
            catalogue.articles.append(reader.nested(article, "sources", "citation"))
    for kind, name in (("acquirer", "acquirers.yaml"), ("synonyms", "synonyms.yaml")):
        if (path := folder / name).exists():
            records = reader.records(kind, path, reader.yaml(path), "")
            if kind == "acquirer":
                catalogue.acquirers += [reader.nested(one, "sources", "citation") for one in records]
            else:
                catalogue.synonyms += records
    reader.refuse_repeated(catalogue)
    if reader.problems:
        raise MalformedCatalogue(reader.problems)
    return catalogue


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[FileProblem] = []

    def problem(self, path: Path | str, place: str, message: str) -> None:
        self.problems.append(FileProblem(self.name(path), place, message))

    def name(self, path: Path | str) -> str:
        return str(path.relative_to(self.folder)) if isinstance(path, Path) else path

    def text(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.problem(path, "", "the file is missing")
        except UnicodeDecodeError as error:
            self.problem(path, f"byte {error.start}", "this is not UTF-8; save the file as UTF-8")
        return ""

    def yaml(self, path: Path) -> Any:
        return self.parsed(path, self.text(path))

    def parsed(self, path: Path, text: str) -> Any:
        try:
            return yaml.load(text, Loader=LinedLoader)  # noqa: S506 - a SafeLoader that also refuses repeated keys
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = f"line {mark.line + 1}" if mark else ""
            self.problem(path, line, f"not YAML: {error.problem or error.context}")
        except (yaml.YAMLError, ValueError, TypeError) as error:  # NUL bytes, 2026-02-30, a list as a key
            self.problem(path, "", f"not YAML: {error}")
        return None

    def mapping(self, path: Path, keys: set[str]) -> Mapping[str, Any]:
        document = self.yaml(path)
        if not isinstance(document, dict):
            self.problem(path, "", f"expected a mapping with {', '.join(sorted(keys))}")
            return {}
        for key in document.keys() - keys:
            self.problem(path, str(key), "unknown key")
        return document

    def records(self, shape: str, path: Path | str, items: Any, place: str) -> list[Record]:
        if not isinstance(items, list | tuple):
            self.problem(path, place, f"expected a list of {shape} records")
            return []
        made = (self.record(shape, path, item, f"{place}[{number}]") for number, item in enumerate(items, start=1))
        return [one for one in made if one is not None]

    def record(self, shape: str, path: Path | str, item: Any, place: str) -> Record | None:
        required, optional = SHAPES[shape]
        if not isinstance(item, dict):
            self.problem(path, place, f"expected a {shape} with {', '.join(required)}")
            return None
        place = f"{place} {item.get('slug') or item.get('key') or ''}".strip()
        for key in item.keys() - set(required) - optional.keys():
            self.problem(path, place, f"unknown key {key!r}; known: {', '.join((*required, *optional))}")
        missing = [key for key in required if item.get(key) in (None, "")]
        for key in missing:
            self.problem(path, place, f"{key} is missing")
        lists = [key for key in _LISTS if key in item and item[key] is not None and not isinstance(item[key], list)]
        for key in lists:
            self.problem(path, place, f"{key} must be a list: [{item[key]}]")
        for key in _TEXT_LISTS:
            for text in item.get(key) or () if key not in lists else ():
                if not isinstance(text, str):
                    self.problem(path, place, f"{key}: YAML reads {text!r} there; put what you mean in quotes")
        for key in ("slug", "key"):
            if key in item and not isinstance(item[key], str):
                self.problem(path, place, f"{key}: YAML reads {item[key]!r} there; put what you mean in quotes")
                lists.append(key)
        if missing or lists:
            return None
        given = {key: value for key, value in item.items() if value is not None}
        return Record(self.name(path), place, {**optional, **given}, getattr(item, "lines", {}))

    def nested(self, record: Record, key: str, shape: str) -> Record:
        inner = self.records(shape, record.file, record[key], f"{record.place}.{key}")
        return replace(record, values={**record.values, key: inner})

    def tree(self, path: Path, items: Any, parent: str | None = None) -> list[tuple[Record, str | None]]:
        found: list[tuple[Record, str | None]] = []
        for category in self.records("category", path, items, "categories"):
            found.append((category, parent))
            found += self.tree(path, category["children"], category["slug"])
        return found

    def article(self, path: Path) -> Record | None:
        text = self.text(path)
        if not text.startswith("---\n") or "\n---\n" not in text[4:]:
            self.problem(path, "line 1", "an article begins with a YAML head between two lines of ---")
            return None
        head, body = text[4:].split("\n---\n", 1)
        parsed = self.parsed(path, f"\n{head}")  # the empty line stands for the first ---, so that lines stay true
        record = self.record("article", path, parsed, "head") if parsed is not None else None
        if record is None:
            return None
        if not body.strip():
            self.problem(path, "text", "the article has no text")
        first_line = head.count("\n") + 4 + body[: len(body) - len(body.lstrip())].count("\n")
        values = {**record.values, "slug": path.stem, "body": body.strip() + "\n"}
        return replace(record, values=values, lines={**record.lines, "body": first_line})

    def refuse_repeated(self, catalogue: Catalogue) -> None:
        kinds: tuple[tuple[str, Iterator[Record]], ...] = (
            ("key", iter(catalogue.sources)),
            ("slug", iter(catalogue.systems)),
            ("slug", (category for category, _ in catalogue.categories)),
            ("slug", iter(catalogue.causes)),
            ("slug", iter(catalogue.codes)),
            ("slug", iter(catalogue.acquirers)),
            ("slug", iter(catalogue.synonyms)),
        )
        for key, records in kinds:
            seen: dict[str, Record] = {}
            for record in records:
                first = seen.setdefault(record[key], record)
                if first is not record:
                    self.problem(record.file, record.place, f"{record[key]} stands in {first.file} already")
        names: dict[str, Record] = {}
        for article in catalogue.articles:
            for name in (article["slug"], *article["aliases"]):
                first = names.setdefault(name, article)
                if first is not article:
                    self.problem(article.file, "aliases", f"{name} belongs to {first.file} already")
