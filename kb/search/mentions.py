"""Which codes a question names: in every spelling, inside running text, and told from amounts, dates, models and telephones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.search.normalise import lookalike_codes, normal_code, simplified
from kb.search.tokens import STOP_WORDS

_MOST_MENTIONS = 3  # codes of one question; whoever pastes a list is asked for one
_LONGEST_BARE_CODE = 12  # characters of a query that may as a whole be one code
# Five digits are hardly ever a code: numbers of hotlines and amounts have as many.
_MOST_DIGITS_OF_A_BARE_NUMBER = 4

# Letters and digits as a screen shows them, with the blanks and hyphens that people put between.
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"[A-Za-z](?: [0-9]){2,5}(?![0-9])"  # E 3 2 4
    r"|[A-Za-z]{1,4}[\-_.#/]{0,2}[0-9]{1,5}[A-Za-z]?"
    r"|(?!(?:no|is|of|at|on|to|by|in|my|it|or)\b)[A-Za-z]{1,2} {1,2}[0-9]{1,5}[A-Za-z]?"
    r"|[0-9]{1,4}[A-Za-z]{1,2}|[0-9]{2,5})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WORD_FOR_CODE = "代码|错误码|故障码|应答码|返回码|响应码|状态码|代号"
_BETWEEN = r"[ :：是为“\"]{0,3}"
# Single signs read one by one, and letters alone, are a code only where somebody says so: `代码 0 5`, `错误码ww`.
_SPELT_OUT = re.compile(rf"(?:{_WORD_FOR_CODE}|显示|提示){_BETWEEN}([A-Za-z0-9](?:[ \-][0-9]){{1,4}})(?![A-Za-z0-9])")
_SAID_TO_BE_CODE = re.compile(
    rf"(?:(?:{_WORD_FOR_CODE}){_BETWEEN}|\b(?:code|error) ?[:：“\"]{{1,2}} ?)([A-Za-z]{{1,6}})(?![A-Za-z0-9.]| [A-Za-z])",
    re.IGNORECASE,
)
# Two or three letters may be a code with O for 0 or I for 1: it counts if that one exists.
_LETTERS_LIKE_FIGURES = re.compile(r"(?:^|显示|提示|报|代码|码)\s?([A-Za-z]{2,3})(?![A-Za-z0-9])")
# Codes read out as Chinese figures, beside a word that says so: `应答码四五`, `五一是啥代码`.
_FIGURES = dict(zip("〇零一幺二两三四五六七八九", "0011223456789", strict=True))
_FIGURE = "".join(_FIGURES)
_SPOKEN = re.compile(
    rf"(?:{_WORD_FOR_CODE})[ :：是为]{{0,2}}([{_FIGURE}]{{2}})(?![{_FIGURE}十百千])"
    rf"|(?<![{_FIGURE}十百千第])([{_FIGURE}]{{2}})(?:是啥|是什么|这个|的)?(?:{_WORD_FOR_CODE})"
)

# --- what says that something is a code, and what says that it is none ------------------------------------------------
_SAYS_CODE_BEFORE = re.compile(
    rf"(?:{_WORD_FOR_CODE}|显示|提示|报错?|错误|故障|异常|失败|屏幕|弹|跳出|出现|码|code|\berror|\berr|response|decline)"
    r"[\s:：“\"+\-]{0,3}(?:了|出|个|的|是|为)?\s?$",
    re.IGNORECASE,
)
_SAYS_CODE_AFTER = re.compile(
    r"^[\s”\"]{0,2}(?:错误|故障|报错|代码|异常|error|code|是什么|是啥|什么意思|啥意思|怎么办|咋办|怎么回事|咋回事|怎么解决)",
    re.IGNORECASE,
)
_CODE_WORD_BEFORE = re.compile(
    rf"(?:{_WORD_FOR_CODE}|显示|提示|报错?|错误|跳出|弹出|code|error|err){_BETWEEN}$", re.IGNORECASE
)
_UNIT_AFTER = re.compile(
    r"^\s*(?:元|块|刀|万|千|百|毫米|mm|分|秒|小时|点|天|日|号|月|年|次|遍|张|台|笔|个|位|岁|家|折|倍|%|％|[gG]\b|[kK]\b|寸|英寸|平|米"
    r"|给|还?没到|yuan|rmb|cny|usd|dollars?|bucks|minutes?|mins?|seconds?|secs?|hours?|days?|times|percent|cards?|mm\b)",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"[0-9]+(?:MM|CM|S|H|V|W|K|G|M|MA|GB|MB|KG)")
_NAME_BEFORE = re.compile(r"(?:型号|机型|版本|拨打?|致电|电话|热线|客服|短信|盲打|尾号|工号|操作员号?)[ :：是]{0,2}$")
_NOT_A_CODE = re.compile(r"POS|WIFI\d?|USB\d?|WIN\d*|MP3|[2345]G|[TD][01]|QQ\d*")
# Behind what an amount stands. A verb alone says so only of three figures or more: 随行付57 is a brand and a code.
_AMOUNT_BEFORE = re.compile(
    r"(?:费|押金|金额|消费|一共|总共|￥|¥|\$|rmb|cny|usd|[刷收付扣花转退充补欠][了掉走我]|[一这那两几]笔|要退)\s*$",
    re.IGNORECASE,
)
_LARGE_AMOUNT_BEFORE = re.compile(r"(?:[刷收付扣花转退充补欠]|paid|charged)\s*$", re.IGNORECASE)
_LARGER_NUMBER_BEFORE = re.compile(r"[0-9][.,:/\-]$")
_LARGER_NUMBER_AFTER = re.compile(r"^[.,:/\-%％][0-9]?")
# What people put before a code: `ERR51`, `No.51`, `RC 51`. Left out when the whole is not defined.
_PREFIX = re.compile(r"(?:ERROR|ERR|CODE|NO|RC|POS)(?=[A-Z]?[0-9])")


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code named in a question, at `start` to `end` of its cleaned text.

    `certain` is False for what may be an amount or a model: then it is a code only if it exists. `behind_name`: a maker's name
    stands directly before it and nothing says "code", so that it is that maker's code or no code at all (新大陆N910).
    """

    text: str
    normal: str
    certain: bool
    start: int = 0
    end: int = 0
    behind_name: bool = False

    @property
    def lookalikes(self) -> tuple[str, ...]:
        """Other forms that the code may stand under, the likelier first."""
        bare = _PREFIX.sub("", self.normal, count=1)
        return (*([bare] if bare != self.normal else []), *lookalike_codes(self.normal))


def code_mentions(text: str, makers: re.Pattern[str] | None = None) -> tuple[CodeMention, ...]:
    """Codes in a cleaned question, in the order they are named, `_MOST_MENTIONS` at the most.

    `makers` matches the end of a text that ends with a maker's name.
    """
    plain = simplified(text)
    whole = normal_code(plain)
    if _is_bare_code(plain, whole):
        return (CodeMention(text, whole, certain=True, start=0, end=len(text)),)
    found: dict[str, CodeMention] = {}
    taken: set[int] = set()
    for mention in sorted(_found(plain, makers), key=lambda one: (one.start, -one.end)):
        places = range(mention.start, mention.end)
        if not taken.intersection(places):
            taken.update(places)
            shown = text[mention.start : mention.end]
            found.setdefault(
                mention.normal,
                CodeMention(shown, mention.normal, mention.certain, mention.start, mention.end, mention.behind_name),
            )
    return tuple(found.values())[:_MOST_MENTIONS]


def _found(text: str, makers: re.Pattern[str] | None) -> Iterator[CodeMention]:
    for match in _SPELT_OUT.finditer(text):
        yield _mention(match, 1, certain=True)
    for match in _SPOKEN.finditer(text):
        group = 1 if match[1] else 2
        normal = "".join(_FIGURES[char] for char in match[group])
        yield CodeMention(match[group], normal, certain=True, start=match.start(group), end=match.end(group))
    for match in _TOKEN.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        normal = normal_code(match[0])
        is_said = bool(_CODE_WORD_BEFORE.search(before))
        if _NOT_A_CODE.fullmatch(normal) or _NAME_BEFORE.search(before):
            continue
        if not is_said and _is_measure(normal, before, after):
            continue
        says_code = is_said or bool(_SAYS_CODE_BEFORE.search(before) or _SAYS_CODE_AFTER.match(after))
        # E999 打印机缺纸 is a code; A920刷卡没反应 is a model.
        stands_apart = before[-1:] in {"", " "} and after[:1] in {"", " "} and not normal.isdigit()
        # Models have letters: 新大陆51 is a code.
        behind_name = not says_code and not normal.isdigit() and makers is not None and bool(makers.search(before))
        yield _mention(match, 0, certain=(says_code or stands_apart) and not behind_name, behind_name=behind_name)
    for match in _SAID_TO_BE_CODE.finditer(text):
        word = match[1].lower()
        if word not in STOP_WORDS and word not in {"error", "code", "err", "rc", "pos"}:
            yield _mention(match, 1, certain=True)
    for match in _LETTERS_LIKE_FIGURES.finditer(text):
        if set(match[1].upper()) & {"O", "I"} and match[1].upper() != "POS" and match[1].lower() not in STOP_WORDS:
            yield _mention(match, 1, certain=False)


def _mention(match: re.Match[str], group: int, *, certain: bool, behind_name: bool = False) -> CodeMention:
    normal = normal_code(match[group])
    return CodeMention(match[group], normal, certain, match.start(group), match.end(group), behind_name)


def _is_measure(normal: str, before: str, after: str) -> bool:
    """Whether a token is a number of something, a part of a larger number, or a telephone's."""
    if _MEASURE.fullmatch(normal) or _LARGER_NUMBER_BEFORE.search(before) or _LARGER_NUMBER_AFTER.search(after):
        return True
    if not normal.isdigit():
        return False
    if len(normal) > _MOST_DIGITS_OF_A_BARE_NUMBER or _UNIT_AFTER.match(after) or _AMOUNT_BEFORE.search(before):
        return True
    return len(normal) > 2 and _LARGE_AMOUNT_BEFORE.search(before) is not None


def _is_bare_code(text: str, normal: str) -> bool:
    """Whether the whole query is one code: `E324`, `e-324`, or its signs one by one, `e - 3 2 4`.

    A word beside the code (`error 51`, `s90 e324`) is not part of it; a decimal and a long number are none.
    """
    if not 1 < len(normal) <= _LONGEST_BARE_CODE or not normal.isascii() or _NOT_A_CODE.fullmatch(normal):
        return False
    if not any(char.isdigit() for char in normal) or re.search(r"[0-9][.,:/%+][0-9]|[%+]|[0-9]-[0-9]+-", text):
        return False
    if normal.isdigit() and len(normal) > _MOST_DIGITS_OF_A_BARE_NUMBER:
        return False
    parts = re.findall(r"[A-Za-z0-9]+", text)
    if any(not char.isascii() and char.isalnum() for char in text) or _MEASURE.fullmatch(normal):
        return False
    return len(parts) == 1 or all(len(part) == 1 for part in parts) or _TOKEN.fullmatch(text) is not None
