"""What an editor is warned of in an article's text. Warnings never block: the editor knows the case, we know the rule."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from kb.models.articles import ArticleKind

# The headings of docs/content-files.md, in their order.
FIX_HEADINGS: Final = ("看什么", "怎么做", "不要做", "为什么", "谁来做，要多久", "什么时候打电话，怎么说")
OTHER_HEADINGS: Final = ("怎么做", "不要做")

MAX_CHARACTERS: Final = 50_000
# Nested emphasis costs the renderer quadratic time: 5,000 marks take a fifth of a second, 100,000 over a minute.
MAX_EMPHASIS_MARKS: Final = 5_000

_HEADING = re.compile(r"^ {0,3}##[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}:{3,}[ \t]*(.*)$")
_PICTURE_WITHOUT_WORDS = re.compile(r"!\[\s*\]\(")
_SENTENCE_END = re.compile(r"[。！？；\n]")
_NEGATION = re.compile(r"不要|不得|不能|不可|不许|不准|不用|不必|别|勿|严禁|禁止|从不|绝不|防")

# Advice that costs money or breaks the terminal (shared rules: no self-repair, no opening, no second payment).
_FORBIDDEN: Final = (
    re.compile(
        r"拆(?:开|机(?!自毁)|壳|下|掉|盖|解|卸)|(?:打开|撬开|卸下|卸掉|取下)(?:机壳|外壳|后盖|底盖)|撬|拧(?:开|下|松)螺丝"
    ),
    re.compile(r"(?:换|更换|自换|清洗|打磨)(?:个|一个|新的?)?磁头"),
    re.compile(r"喷(?!墨)|砂纸|橡皮擦|电吹风|吹风机"),
    re.compile(r"破解|刷机|越狱|解锁(?:机器|终端|密钥)"),
    re.compile(r"(?:可以|不妨|改用?|就|直接|用)手(?:工|动)?输入?卡号"),
    re.compile(r"(?:重|再|连|多)刷(?:一次|一遍|几次|几遍|两次)|反复刷"),
    re.compile(r"[分拆]成?(?:几|两|多)笔"),
    re.compile(r"(?:主管|管理员|操作员|默认|初始)密码"),
)


class FindingKind(StrEnum):
    MISSING_HEADING = "missing-heading"
    HEADING_ORDER = "heading-order"
    FORBIDDEN_ADVICE = "forbidden-advice"
    OPEN_BLOCK = "open-block"
    PICTURE_WITHOUT_WORDS = "picture-without-words"


_WORDS = {
    FindingKind.MISSING_HEADING: _("The heading “%(detail)s” is missing."),
    FindingKind.HEADING_ORDER: _("The headings are usually in this order: %(detail)s."),
    FindingKind.FORBIDDEN_ADVICE: _(
        "“%(detail)s” may read like advice. What a reader must not do belongs between “::: dont” and “:::”."
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


def article_warnings(kind: str, body: str) -> tuple[Finding, ...]:
    """Everything worth a second look in an article of `kind` (an `ArticleKind`) with the Markdown `body`."""
    outside, is_closed = _without_dont_blocks(body)
    findings = [*_headings(kind, outside)]
    findings += [Finding(FindingKind.FORBIDDEN_ADVICE, words) for words in _forbidden(outside)]
    if not is_closed:
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
    found = [heading for heading in _HEADING.findall(text) if heading in wanted]
    missing = [Finding(FindingKind.MISSING_HEADING, heading) for heading in wanted if heading not in found]
    if not missing and list(dict.fromkeys(found)) != list(wanted):
        missing.append(Finding(FindingKind.HEADING_ORDER, " · ".join(wanted)))
    return missing


def _without_dont_blocks(body: str) -> tuple[str, bool]:
    """The text outside "do not do this" blocks, and whether every block is closed."""
    outside: list[str] = []
    is_inside = False
    for line in body.splitlines():
        fence = _FENCE.match(line)
        if fence is None:
            if not is_inside:
                outside.append(line)
        elif fence[1].split(maxsplit=1)[:1] == ["dont"]:
            is_inside = True
        elif not fence[1].strip():
            is_inside = False
    return "\n".join(outside), not is_inside


def _forbidden(text: str) -> list[str]:
    """Forbidden words in order, each once; not where the same sentence says before them that one must not."""
    found: dict[str, None] = {}
    for sentence in _SENTENCE_END.split(text):
        for pattern in _FORBIDDEN:
            for match in pattern.finditer(sentence):
                if not _NEGATION.search(sentence[: match.start()]):
                    found[match[0]] = None
    return list(found)
