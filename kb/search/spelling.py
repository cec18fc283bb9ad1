"""Codes that were misspelt by one edit: a sign missing, too many, wrong, or two neighbours swapped."""

SHORTEST = 3  # signs; a code of two is one edit from dozens of others, and naming them helps nobody


def remainders(normal: str) -> tuple[str, ...]:
    """`normal` with one sign taken out, each result once. Two strings one edit apart share a remainder or are one's own."""
    return tuple(dict.fromkeys(normal[:place] + normal[place + 1 :] for place in range(len(normal))))


def is_one_edit(typed: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours leads from `typed` to `other`."""
    if typed == other or abs(len(typed) - len(other)) > 1:
        return False
    if len(typed) == len(other):
        wrong = [place for place, (left, right) in enumerate(zip(typed, other, strict=True)) if left != right]
        if len(wrong) == 1:
            return True
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and typed[wrong[0]] == other[wrong[1]]
            and typed[wrong[1]] == other[wrong[0]]
        )
    short, long = sorted((typed, other), key=len)
    return short in remainders(long)


def closeness(typed: str, other: str) -> tuple[int, int, str]:
    """Smaller is the likelier intention: same length first, then the longer common beginning, then by name."""
    common = 0
    for left, right in zip(typed, other, strict=False):
        if left != right:
            break
        common += 1
    return abs(len(typed) - len(other)), -common, other
