"""Questions as they are counted: what was asked, and nothing by which anybody could be known."""

import re
import unicodedata
from typing import NamedTuple

from kb.search.normalise import MAX_QUERY_LENGTH, clean_query, plain

# As many as a phone number of the mainland has: from there on it may be a number of a phone, a card or a person. They are
# counted over the whole question, so that nothing put between two of them hides a number.
_TOO_MANY_DIGITS = 11
# In one run a landline has as many. What is lost with them, dates and the longest codes, is worth less.
_TOO_MANY_IN_A_RUN = 7
# Stands by itself, and has five digits: banks, UnionPay, carriers and authorities are asked about by their number.
_HOTLINE = re.compile(r"9[56]\d{3}|100\d\d|12[13]\d\d")
_E_MAIL = re.compile(r"\w\s*@\s*\w")
# Categories of what people put inside a number: blanks, dashes, brackets, and signs that nobody sees.
_INSIDE_A_NUMBER = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Ps", "Pe", "Pc", "Mn", "Me"}
_TOO_LONG = 4000  # characters: of a longer text the beginning is cut off and not looked through


class CountedQuestion(NamedTuple):
    """A question to count: under its `normal` form, shown as `text`. Each has at most `MAX_QUERY_LENGTH` characters."""

    normal: str
    text: str


def counted(raw: str) -> CountedQuestion | None:
    """The question in what was typed; None for what asks nothing and for what must not be kept.

    That is an e-mail address, 7 digits in one run (blanks and hyphens do not end it; a hotline of five digits does not count)
    and 11 digits in all.
    """
    if len(raw) > _TOO_LONG or _tells_of_somebody(unicodedata.normalize("NFKC", raw)):
        return None
    text = clean_query(raw)
    normal = normal_question(text)
    return CountedQuestion(normal, text) if normal else None


def normal_question(text: str) -> str:
    """Letters, digits and Chinese signs of a text in their plain form: `ｅ－３２４ 怎么办？` is `e324怎么办`."""
    return "".join(char for char in plain(text) if char.isalnum())[:MAX_QUERY_LENGTH]


def _tells_of_somebody(text: str) -> bool:
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    if _E_MAIL.search(visible):
        return True
    runs = _runs(visible)
    # Over all of them, so that no word between two pieces hides a number.
    if sum(len(piece) for run in runs for piece in run) >= _TOO_MANY_DIGITS:
        return True
    private = ([piece for piece in run if not _HOTLINE.fullmatch(piece)] for run in runs)
    return any(len("".join(run)) >= _TOO_MANY_IN_A_RUN for run in private)


def _runs(text: str) -> list[list[str]]:
    """Runs of digits, each in the pieces that it was typed in. Digits of any script: full-width, circled, ٦, and 六 too."""
    runs: list[list[str]] = [[""]]
    for char in text:
        value = unicodedata.numeric(char, -1)
        if 0 <= value <= 9:
            runs[-1][-1] += str(int(value))
        elif unicodedata.category(char) in _INSIDE_A_NUMBER or char in "./+":
            runs[-1].append("")
        else:
            runs.append([""])
    return runs
