"""What an editor is warned of in an article's text. Warnings never block: the editor knows the case, we know the rule."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from kb.forbidden import CLAIMS, matches, offences
from kb.models.articles import ArticleKind

# The headings of docs/content-files.md, in their order.
FIX_HEADINGS: Final = ("看什么", "怎么做", "不要做", "为什么", "谁来做，要多久", "什么时候打电话，怎么说")
OTHER_HEADINGS: Final = ("怎么做", "不要做")

MAX_CHARACTERS: Final = 50_000
# Nested emphasis costs the renderer quadratic time: 5,000 marks take a fifth of a second, 100,000 over a minute.
MAX_EMPHASIS_MARKS: Final = 5_000

_HEADING = re.compile(r"^ {0,3}##[ \t](.+)$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}:{3,}[ \t]*(.*)$")
_PICTURE_WITHOUT_WORDS = re.compile(r"!\[\s*\]\(")


class FindingKind(StrEnum):
    MISSING_HEADING = "missing-heading"
    HEADING_ORDER = "heading-order"
    FORBIDDEN_ADVICE = "forbidden-advice"
    FORBIDDEN_CLAIM = "forbidden-claim"
    OPEN_BLOCK = "open-block"
    PICTURE_WITHOUT_WORDS = "picture-without-words"


_WORDS = {
    FindingKind.MISSING_HEADING: _("The heading “%(detail)s” is missing."),
    FindingKind.HEADING_ORDER: _("The headings are usually in this order: %(detail)s."),
    FindingKind.FORBIDDEN_ADVICE: _(
        "“%(detail)s” may read like advice. What a reader must not do belongs between “::: dont” and “:::”."
    ),
    FindingKind.FORBIDDEN_CLAIM: _(
        "“%(detail)s”: nobody can stand for that. We give no fixed days, percentages, temperatures or lifetimes, and "
        "praise no brand."
    ),
    FindingKind.OPEN_BLOCK: _("A “::: dont” block is not closed: put “:::” on a line of its own after it."),
    FindingKind.PICTURE_WITHOUT_WORDS: _(
        "A picture has no description. Write between the brackets what it shows: ![what it shows](…)."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning; `detail` is the heading or the words it is about."""

    kind: FindingKind
    detail: str = ""

    @property
    def text(self) -> str:
        """In the reader's language."""
        return str(_WORDS[self.kind]) % {"detail": self.detail}


@dataclass(frozen=True, slots=True)
class SplitText:
    """A text in two of the same number of lines, so that places stay true: a line is empty in one of them."""

    outside: str
    inside: str
    is_closed: bool


def article_warnings(kind: str, body: str) -> tuple[Finding, ...]:
    """Everything worth a second look in an article of `kind` (an `ArticleKind`) with the Markdown `body`."""
    text = split_dont_blocks(body)
    findings = [*_headings(kind, text.outside), *_forbidden(text)]
    if not text.is_closed:
        findings.append(Finding(FindingKind.OPEN_BLOCK))
    if _PICTURE_WITHOUT_WORDS.search(body):
        findings.append(Finding(FindingKind.PICTURE_WITHOUT_WORDS))
    return tuple(findings)


def empty_article() -> str:
    """What a new article begins with: the headings in their order, and the block for what must not be done."""
    dont = "::: dont\n- \n:::\n"
    return "\n".join(f"## {heading}\n{dont if heading == '不要做' else ''}" for heading in FIX_HEADINGS)


def is_renderable(body: str) -> bool:
    """Whether a text can be shown in a moment: no article comes near these limits, a pasted file may."""
    return len(body) <= MAX_CHARACTERS and sum(map(body.count, "*_")) <= MAX_EMPHASIS_MARKS


def _headings(kind: str, text: str) -> list[Finding]:
    wanted = FIX_HEADINGS if kind == ArticleKind.FIX else OTHER_HEADINGS
    # Trimmed here: a pattern that does it tries every blank of a pasted line against every other.
    found = [heading for line in _HEADING.findall(text) if (heading := line.strip().rstrip("#").rstrip()) in wanted]
    missing = [Finding(FindingKind.MISSING_HEADING, heading) for heading in wanted if heading not in found]
    if not missing and list(dict.fromkeys(found)) != list(wanted):
        missing.append(Finding(FindingKind.HEADING_ORDER, " · ".join(wanted)))
    return missing


def split_dont_blocks(body: str) -> SplitText:
    """A text's lines outside and inside "do not do this" blocks."""
    outside: list[str] = []
    inside: list[str] = []
    is_inside = False
    for line in body.splitlines():
        fence = _FENCE.match(line)
        outside.append("" if fence or is_inside else line)
        inside.append(line if is_inside and not fence else "")
        if fence and fence[1].split(maxsplit=1)[:1] == ["dont"]:
            is_inside = True
        elif fence and not fence[1].strip():
            is_inside = False
    return SplitText("\n".join(outside), "\n".join(inside), is_closed=not is_inside)


def _forbidden(text: SplitText) -> list[Finding]:
    """Forbidden words in order, each once."""
    against = {match.rule for match in matches(text.inside)}
    words = {match.words: match.rule for match in offences(matches(text.outside), rejected=against)}
    return [
        Finding(FindingKind.FORBIDDEN_CLAIM if rule in CLAIMS else FindingKind.FORBIDDEN_ADVICE, detail)
        for detail, rule in words.items()
    ]
