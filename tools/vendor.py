"""Build static/css/posfix.css: the part of Bootstrap that our templates can match, then our own CSS, minified.

    python -m tools.vendor           write it
    python -m tools.vendor --check   say what is out of date; write nothing

Bootstrap's source stays as published in static/vendor/; the subset is made anew from it, never edited.
"""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static/vendor"
BOOTSTRAP = VENDOR / "bootstrap/bootstrap.css"
BUILT = ROOT / "static/css/posfix.css"

#: The admin has its own style sheet.
NOT_OURS = ("templates/admin/", "templates/simple_history/")
#: Elements that come from Markdown and from Django's form fields, not from a template.
KEEP_ELEMENTS = frozenset(
    "a abbr b blockquote br code em h2 h3 h4 hr img input li ol option p pre select small strong table tbody td textarea"
    " th thead tr ul".split()
)
#: Classes that only Python or a script writes. Empty as long as those write our own.
KEEP_CLASSES: frozenset[str] = frozenset()
#: The pseudo-elements our floor (Chromium 87, Safari 14) can show on what the templates hold.
KEEP_PSEUDO_ELEMENTS = frozenset(
    {"before", "after", "placeholder", "-webkit-search-decoration", "-webkit-search-cancel-button"}
)

_DJANGO_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_DJANGO_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ANYTHING = "\ufffc"
_CHECKSUM = re.compile(r"(?m)^([0-9a-f]{64})  (\S+)$")
_NOTICE = "/*! Holds parts of Bootstrap v{version}, Copyright 2011-2026 The Bootstrap Authors, MIT: static/vendor/bootstrap/LICENSE */\n"


@dataclass
class Markup(HTMLParser):
    """What the templates hold: names of elements, classes and attributes."""

    elements: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add((name, value or ""))
            if name == "class":
                self._add_classes((value or "").split())

    def _add_classes(self, words: Iterable[str]) -> None:
        for word in words:
            # `btn-{{ kind }}` may become any class that begins so.
            start, glued, _ = word.partition(_ANYTHING)
            if glued or start.endswith("-"):
                self.prefixes.update({start} - {""})
            else:
                self.classes.add(start)

    def has_class(self, name: str) -> bool:
        return name in self.classes or any(name.startswith(prefix) for prefix in self.prefixes)

    def has_attribute(self, name: str, value: str | None) -> bool:
        return any(
            name == known and (value is None or value == held or _ANYTHING in held) for known, held in self.attributes
        )


def read_markup(templates: Iterable[Path]) -> Markup:
    markup = Markup()
    markup.elements |= KEEP_ELEMENTS
    markup.classes |= KEEP_CLASSES
    for template in templates:
        text = template.read_text(encoding="utf-8")
        markup.feed(_DJANGO_VALUE.sub(_ANYTHING, _DJANGO_TAG.sub(" ", text)))
    markup.close()
    return markup


# --- the subset -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Rule:
    """A style rule, or an at-rule that holds rules (`rules`) or stands alone."""

    prelude: str
    declarations: list[tuple[str, str]] = field(default_factory=list)
    rules: list["Rule"] | None = None

    def css(self) -> str:
        inner = "".join(rule.css() for rule in self.rules) if self.rules is not None else ""
        body = inner or ";".join(f"{name}:{value}" for name, value in self.declarations)
        return f"{self.prelude}{{{body}}}" if body else ""


def parse(css: str, markup: Markup | None = None) -> list[Rule]:
    """Rules of a style sheet; with `markup`, only those that can match it."""
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return list(_rules(nodes, markup))


def _rules(nodes: Iterable[Any], markup: Markup | None) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "error":
            raise ValueError(f"line {node.source_line}: {node.message}")
        if node.type == "qualified-rule":
            prelude = _selectors(node.prelude, markup)
            if prelude:
                yield Rule(prelude, _declarations(node.content))
        elif node.lower_at_keyword in {"media", "supports"}:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if rules := list(_rules(inner, markup)):
                yield Rule(f"@{node.lower_at_keyword} {_squeeze(node.prelude)}", rules=rules)
        elif node.lower_at_keyword == "keyframes":
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield Rule(f"@keyframes {_squeeze(node.prelude)}", rules=list(_rules(inner, None)))
        elif node.lower_at_keyword == "page":
            yield Rule(f"@page {_squeeze(node.prelude)}".strip(), _declarations(node.content))
        elif node.lower_at_keyword != "charset":
            raise ValueError(f"line {node.source_line}: @{node.at_keyword} is not expected")


def _declarations(content: Iterable[Any]) -> list[tuple[str, str]]:
    found = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            raise ValueError(f"line {node.source_line}: a declaration was expected")
        name = node.name if node.name.startswith("--") else node.lower_name
        # An empty custom property needs its blank: `--x:;` is not valid everywhere.
        value = _squeeze(node.value) or " "
        found.append((name, value + ("!important" if node.important else "")))
    return found


def _selectors(prelude: Sequence[Any], markup: Markup | None) -> str:
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    kept = [part for part in parts if markup is None or _can_match(part, markup)]
    return ",".join(re.sub(r" ?([>+~]) ?", r"\1", _squeeze(part)) for part in kept)


def _can_match(selector: Sequence[Any], markup: Markup) -> bool:
    before, before_that = "", ""
    for token in selector:
        if token.type == "hash" and ("id", token.value) not in markup.attributes:
            return False
        if token.type == "[] block" and not _attribute_matches(token.content, markup):
            return False
        if token.type == "ident":
            if before == ".":
                if not markup.has_class(token.value):
                    return False
            elif before == ":":
                if before_that == ":" and token.lower_value not in KEEP_PSEUDO_ELEMENTS:
                    return False
            elif token.lower_value not in markup.elements:
                return False
        before_that, before = before, token.value if token.type == "literal" else ""
    return True


def _attribute_matches(content: Sequence[Any], markup: Markup) -> bool:
    words = [token for token in content if token.type != "whitespace"]
    values = [token.value for token in words[1:] if token.type in {"ident", "string"}]
    exact = len(words) == 3 and words[1].type == "literal" and words[1].value == "="
    return markup.has_attribute(words[0].lower_value, values[0] if exact else None)


def _squeeze(tokens: Iterable[Any]) -> str:
    """CSS text of `tokens` with no more blanks than needed."""
    text = ""
    for token in tokens:
        if token.type == "comment":
            continue
        if token.type == "whitespace":
            text += " " if text and text[-1] not in " ,(" else ""
        elif token.type == "literal" and token.value in ",:":
            text = (text.rstrip(" ") if token.value == "," else text) + token.value
        elif token.type == "function":
            text += f"{token.name}({_squeeze(token.arguments)})"
        elif token.type == "() block":
            text += f"({_squeeze(token.content).replace(': ', ':')})"
        elif token.type == "number" or token.type in {"dimension", "percentage"}:
            text += re.sub(r"^([+-]?)0\.", r"\1.", token.serialize())
        else:
            text += token.serialize()
    return text.strip(" ")


def drop_unused(rules: list[Rule]) -> None:
    """Remove custom properties that nothing reads and key frames that nothing names, until nothing more falls away."""
    while True:
        flat = list(_flat(rules))
        values = " ".join(value for rule in flat for _, value in rule.declarations)
        read = set(re.findall(r"var\((--[\w-]+)", values))
        dropped = 0
        for rule in flat:
            kept = [(name, value) for name, value in rule.declarations if not name.startswith("--") or name in read]
            dropped += len(rule.declarations) - len(kept)
            rule.declarations = kept
        if not dropped:
            break
    named = " ".join(value for rule in flat for name, value in rule.declarations if name.startswith("animation"))
    rules[:] = [
        rule
        for rule in rules
        if rule.css() and not (rule.prelude.startswith("@keyframes ") and rule.prelude.split()[1] not in named)
    ]


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        yield rule
        yield from _flat(rule.rules or ())


# --- the whole --------------------------------------------------------------------------------------------------------


def our_templates() -> list[Path]:
    found = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.svg"))
    return [file for file in found if not file.relative_to(ROOT).as_posix().startswith(NOT_OURS)]


def our_css() -> list[Path]:
    css = ROOT / "static/css"
    return [css / "tokens.css", css / "base.css", *sorted((css / "components").glob("*.css"))]


def build() -> str:
    source = BOOTSTRAP.read_text(encoding="utf-8")
    version = re.search(r"Bootstrap +v([\d.]+)", source)
    if version is None:
        raise ValueError(f"{BOOTSTRAP}: no version in its head")
    rules = parse(source, read_markup(our_templates()))
    for file in our_css():
        try:
            rules += parse(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{file.relative_to(ROOT)}: {error}") from error
    drop_unused(rules)
    return _NOTICE.format(version=version[1]) + "".join(rule.css() for rule in rules) + "\n"


def wrong_checksums() -> Iterator[str]:
    """Vendored files that are not what static/vendor/README.md says, or that it does not mention."""
    readme = VENDOR / "README.md"
    listed = {name: digest for digest, name in _CHECKSUM.findall(readme.read_text(encoding="utf-8"))}
    present = {file.relative_to(VENDOR).as_posix() for file in VENDOR.rglob("*") if file.is_file()} - {"README.md"}
    for name in sorted(present | listed.keys()):
        if name not in listed:
            yield f"static/vendor/{name} has no checksum in static/vendor/README.md"
        elif name not in present:
            yield f"static/vendor/{name} is missing"
        elif hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() != listed[name]:
            yield f"static/vendor/{name} is not the file whose checksum static/vendor/README.md gives"


def problems() -> Iterator[str]:
    """Everything that `--check` complains of."""
    yield from wrong_checksums()
    if not BUILT.exists() or BUILT.read_text(encoding="utf-8") != build():
        yield "static/css/posfix.css is not built from what is here now: run `make vendor`"


def main(arguments: Sequence[str]) -> int:
    if "--check" not in arguments:
        BUILT.write_text(build(), encoding="utf-8")
    found = list(problems())
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
