"""How wide text is and where its lines break, for Chinese mixed with Latin, without measuring fonts.

Widths are in columns: a Latin letter takes one, a Chinese character two.
"""

import unicodedata

_CLOSING = frozenset("，。、；：？！）》」』】〉”’…—,.;:?!)]}%")
_OPENING = frozenset("（《「『【〈“‘([{")
_JOINER = "\u200d"


def columns(text: str) -> int:
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    # Ambiguous ones (“ ” … ①) are wide in the fonts that Chinese readers have.
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def wrap(text: str, width: int, max_lines: int) -> tuple[str, ...]:
    """Lines of at most `width` columns (punctuation may hang over by two), at most `max_lines`, then an ellipsis.

    Latin words stay whole unless one is wider than a line; no line begins with closing punctuation.
    """
    lines: list[str] = []
    line, used = "", 0
    for unit in _units(text):
        size = columns(unit)
        hanging = 2 if size > 2 and unit[-1] in _CLOSING else 0
        if used and used + size - hanging > width:
            lines.append(line.rstrip())
            line, used = "", 0
        if unit == " " and not line:
            continue
        for piece in _pieces(unit, width) if size - hanging > width else (unit,):
            if used and used + columns(piece) - hanging > width:
                lines.append(line.rstrip())
                line, used = "", 0
            line, used = line + piece, used + columns(piece)
    lines.append(line.rstrip())
    if len(lines) <= max_lines:
        return tuple(lines)
    last = lines[max_lines - 1]
    while columns(last) > width - 2:
        last = last[:-1]
    return (*lines[: max_lines - 1], last + "…")


def _units(text: str) -> list[str]:
    """What must not be torn apart: Latin words, a character with its punctuation, joined emoji."""
    units: list[str] = []
    for character in " ".join(text.split()):
        if units and _belongs_to(units[-1], character):
            units[-1] += character
        else:
            units.append(character)
    return units


def _belongs_to(unit: str, character: str) -> bool:
    if " " in (unit, character):
        return False
    sticks = _columns(character) == 0 or unit[-1] == _JOINER
    is_punctuated = character in _CLOSING or unit[-1] in _OPENING
    is_in_word = _columns(character) == 1 and _columns(unit[-1]) == 1
    return sticks or is_punctuated or is_in_word


def _pieces(unit: str, width: int) -> list[str]:
    pieces = [""]
    for character in unit:
        if columns(pieces[-1]) + _columns(character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
