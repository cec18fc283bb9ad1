"""Bring what people type and what screens show to one form, so that equal things compare equal."""

import itertools
import re
import unicodedata

from kb.search.traditional import SIMPLIFIED, TRADITIONAL

MAX_QUERY_LENGTH = 200  # characters; a screen shows far fewer, and a pasted page is no question
MAX_CODE_LENGTH = 40  # characters of a code's normal form

# Look-alikes are folded only when the exact string finds nothing: `1O` and `10` are different codes.
LOOKALIKES = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
_MAX_VARIANTS = 64
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Characters that are written for each other: 未签到 and 没签到, 到帐 and 到账 compare equal.
_ALIKE = str.maketrans("未帐", "没账")
_TO_SIMPLIFIED = str.maketrans(TRADITIONAL, SIMPLIFIED)
_TO_PLAIN = str.maketrans(TRADITIONAL, SIMPLIFIED.translate(_ALIKE)) | _ALIKE


def clean_query(text: str) -> str:
    """`text` in NFKC without control characters and lone surrogates, blanks folded, at most `MAX_QUERY_LENGTH` long."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Cn", "Co"} else char for char in text[:4000])
    normal = unicodedata.normalize("NFKC", kept).translate(_DASHES)
    visible = "".join(char for char in normal if unicodedata.category(char) != "Cf")
    return re.sub(r"\s+", " ", visible).strip()[:MAX_QUERY_LENGTH].strip()


def simplified(text: str) -> str:
    """`text` in simplified characters, sign by sign: places stay what they are."""
    return text.translate(_TO_SIMPLIFIED)


def plain(text: str) -> str:
    """`text` in half width, lower case and simplified characters: the form in which words are compared."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_PLAIN)


def normal_code(text: str) -> str:
    """The form in which code strings are stored and compared: upper case, half width, letters and digits only.

    `e-324`, `Ｅ ３２４` and `E324` are the same string to a merchant, and so here.
    """
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in upper if char.isalnum())[:MAX_CODE_LENGTH]


def lookalike_codes(normal: str) -> tuple[str, ...]:
    """Other spellings of a normal form with O for 0 and I for 1 and back, without `normal` itself; at most 63."""
    options = [LOOKALIKES.get(char, char) for char in normal]
    spellings = itertools.islice(("".join(spelling) for spelling in itertools.product(*options)), _MAX_VARIANTS)
    return tuple(spelling for spelling in spellings if spelling != normal)
