"""Style sheet and scripts: current, small, readable, and fit for the oldest browser we promise."""

import re
from pathlib import Path

import brotli
import pytest

from tools import vendor
from tools.vendor import BUILT, ROOT

SCRIPTS = [ROOT / "static/js/suggest.js", ROOT / "static/js/drawing.js"]
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")

#: Text on ground.
TEXT = [
    *((ink, ground) for ink in ("ink", "muted", "link", "link-hover") for ground in ("paper", "surface")),
    *((f"on-{tone}", tone) for tone in ("safe", "act", "check", "stop", "display", "action", "case")),
    ("on-case-muted", "case"),
    ("on-action", "action-hover"),
]
#: Edges and signs that mean something, on what lies around them.
SIGNS = [
    *((f"{tone}-edge", tone) for tone in ("safe", "act", "check", "stop", "display")),
    *((f"{tone}-edge", ground) for tone in ("safe", "act", "check", "stop") for ground in ("paper", "surface")),
    ("edge", "paper"),
    ("edge", "surface"),
    ("link", "paper"),
    # A verdict keeps its own sign in a box of another tone.
    *((f"{sign}-edge", box) for sign in ("safe", "act", "check", "stop") for box in ("safe", "act", "check", "stop")),
]


def compressed(*files: Path) -> int:
    """Bytes over the wire, as whitenoise compresses them."""
    return sum(len(brotli.compress(file.read_bytes(), quality=11)) for file in files)


def tokens(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", light))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", dark)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_built_files_and_checksums_are_current() -> None:
    assert list(vendor.problems()) == []


def test_a_changed_vendored_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text(f"{'0' * 64}  a.css\n{'0' * 64}  gone.css\n", encoding="utf-8")
    (tmp_path / "a.css").write_text("b{}", encoding="utf-8")
    (tmp_path / "new.css").write_text("", encoding="utf-8")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    named = [line.split()[0] for line in vendor.wrong_checksums()]
    assert named == ["static/vendor/a.css", "static/vendor/gone.css", "static/vendor/new.css"]


def test_the_subset_keeps_what_can_match(tmp_path: Path) -> None:
    template = tmp_path / "a.html"
    template.write_text(
        '<p class="btn{% if x %} on{% endif %} col-{{ n }}"><input type="{{ t }}" hidden></p>', encoding="utf-8"
    )
    markup = vendor.read_markup([template])
    css = (
        ".btn, .nav { color: red } .on > p { color: red } .on .off { color: red } .col-6 { color: red }"
        " p:not(.off) { color: red } video { color: red } [type=file] { color: red } [hidden] { color: red }"
        " [data-x] { color: red } p::-moz-x { color: red } @media print { .off { color: red } }"
    )
    assert [rule.prelude for rule in vendor.parse(css, markup)] == [
        ".btn", ".on>p", ".col-6", "p:not(.off)", "[type=file]", "[hidden]"
    ]  # fmt: skip


def test_unused_custom_properties_fall_away_in_a_chain() -> None:
    rules = vendor.parse(
        ":root { --a: 1px; --b: var(--a); --c: var(--d); --d: 2px; } p { margin: calc(0.5 * var(--d) + 1px) }"
    )
    vendor.drop_unused(rules)
    assert "".join(rule.css() for rule in rules) == ":root{--d:2px}p{margin:calc(.5 * var(--d) + 1px)}"


def test_the_style_sheet_is_small() -> None:
    assert compressed(BUILT) <= 12 * 1024


def test_the_scripts_are_small() -> None:
    assert compressed(SCRIPTS[0]) <= 2.5 * 1024
    assert compressed(*SCRIPTS) <= 3 * 1024


def test_frame_of_a_first_view_leaves_room_for_its_page() -> None:
    """40 KB in all: style, script and icon, with 6 KB for the page and 2 KB for headers, stay far below."""
    icon = ROOT / "static/img/icon.svg"
    assert compressed(BUILT, SCRIPTS[0], icon) + 8 * 1024 <= 40 * 1024


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, SIGNS)], ids=["text", "signs"])
def test_contrast(scheme: str, least: float, pairs: list[tuple[str, str]]) -> None:
    colours = tokens(scheme)
    low = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < least}
    assert low == {}


@pytest.mark.parametrize(
    "newer", [":is(", ":where(", ":has(", "inset:", "aspect-ratio", "@layer", "color-mix", "100dvh"]
)
def test_styles_keep_to_the_oldest_browsers(newer: str) -> None:
    assert newer not in BUILT.read_text(encoding="utf-8")


def test_styles_fetch_nothing() -> None:
    """`img-src 'self'` would block a data: picture, and any file would be one request more."""
    assert not re.search(r"url\(|@import", BUILT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_keep_to_the_oldest_browsers(script: Path) -> None:
    code = re.sub(r"//.*", "", script.read_text(encoding="utf-8"))
    assert not re.search(r"\?\.[A-Za-z_\[(]|\?\?|#\w+\s*[=(;]|\.\.\.\w+\s*}|\bimport\b|\.at\(|replaceAll", code)
