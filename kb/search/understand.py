"""Read a question: which codes does it name, and which terms are left to look for."""

import re
from dataclasses import dataclass

from kb.search.normalise import clean_query, lookalike_codes, normal_code
from kb.search.tokens import telling_terms

# Letters and digits as a screen shows them, with the blanks and hyphens that people put between.
_TOKEN = re.compile(r"[A-Za-z]{1,4}[ \-_.#]{0,2}[0-9]{1,5}[A-Za-z]?|[0-9]{1,4}[A-Za-z]{1,2}|[0-9]{2,5}")
_BOUNDARY_BEFORE = re.compile(r"[A-Za-z0-9]$")
_SAYS_CODE = re.compile(r"代码|错误码|应答码|返回码|响应码|状态码|错误|显示|提示|报|码|code|error", re.IGNORECASE)
_UNIT_AFTER = re.compile(r"^\s*(?:元|块|万|千|毫米|mm|分钟|小时|天|日|号|月|年|次|张|台|笔|个|%|％|g\b|G\b)")
_NOT_A_CODE = frozenset({"POS", "WIFI", "4G", "5G", "3G", "2G"})
_MOST_TERMS = 40  # of a pasted page, the beginning
_LONGEST_BARE_CODE = 12  # characters of a query that may as a whole be one code


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code named in a question.

    `certain` is False for a bare number beside which nothing says "code": it may be an amount.
    """

    text: str
    normal: str
    certain: bool

    @property
    def lookalikes(self) -> tuple[str, ...]:
        return lookalike_codes(self.normal)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood: `text` cleaned, codes in the order they are named, terms to look for."""

    text: str
    codes: tuple[CodeMention, ...]
    terms: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def is_code_only(self) -> bool:
        """Whether the question is a code and nothing else: then its page is the answer."""
        return len(self.codes) == 1 and normal_code(self.text) == self.codes[0].normal


def understand(raw: str) -> Question:
    """Understand what was typed. Any text gives a Question; nothing raises."""
    text = clean_query(raw)
    return Question(text=text, codes=_code_mentions(text), terms=telling_terms(text)[:_MOST_TERMS])


def _code_mentions(text: str) -> tuple[CodeMention, ...]:
    found: dict[str, CodeMention] = {}
    whole = normal_code(text)
    if _is_bare_code(text, whole):
        found[whole] = CodeMention(text=text, normal=whole, certain=True)
        return tuple(found.values())
    says_code = bool(_SAYS_CODE.search(text))
    for match in _TOKEN.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        normal = normal_code(match.group())
        if _BOUNDARY_BEFORE.search(before) or (after[:1].isascii() and after[:1].isalnum()):
            continue
        if normal in _NOT_A_CODE or (normal.isdigit() and _UNIT_AFTER.match(after)):
            continue
        certain = not normal.isdigit() or says_code
        found.setdefault(normal, CodeMention(text=match.group(), normal=normal, certain=certain))
    return tuple(found.values())


def _is_bare_code(text: str, normal: str) -> bool:
    """Whether the whole query is one code: `E324`, `e-324`, or its signs one by one, `e - 3 2 4`.

    A word beside the code (`error 51`, `s90 e324`) is not part of it.
    """
    if not 0 < len(normal) <= _LONGEST_BARE_CODE or not normal.isascii() or normal in _NOT_A_CODE:
        return False
    if not any(char.isdigit() for char in normal):
        return False
    parts = re.findall(r"[A-Za-z0-9]+", text)
    if any(not char.isascii() and char.isalnum() for char in text):
        return False
    return len(parts) == 1 or all(len(part) == 1 for part in parts) or _TOKEN.fullmatch(text) is not None
