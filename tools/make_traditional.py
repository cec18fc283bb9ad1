"""Write kb/search/traditional.py: which simplified character stands for a traditional one, from OpenCC's table.

python -m tools.make_traditional           write it
python -m tools.make_traditional --check   say whether it is out of date; write nothing
"""

import sys
from importlib import resources
from pathlib import Path

MODULE = Path(__file__).resolve().parent.parent / "kb/search/traditional.py"
_PER_LINE = 50
_HEAD = '''"""Traditional characters and the simplified ones that stand for them. Made by tools/make_traditional.py; do not edit.

From OpenCC's TSCharacters (Copyright 2010-2026 BYVoid and contributors, Apache License 2.0), basic plane only.
"""

'''


def pairs() -> list[tuple[str, str]]:
    """Traditional and simplified, where both are single characters of the basic plane and differ."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    found = []
    for line in table.splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ", 1)[0]
        if len(traditional) == len(first) == 1 and traditional != first and max(traditional, first) <= "\uffff":
            found.append((traditional, first))
    return sorted(found)


def module() -> str:
    found = pairs()
    columns = (("TRADITIONAL", [one for one, _ in found]), ("SIMPLIFIED", [one for _, one in found]))
    parts = []
    for name, signs in columns:
        lines = ["".join(signs[start : start + _PER_LINE]) for start in range(0, len(signs), _PER_LINE)]
        parts.append(f"{name} = (\n" + "".join(f'    "{line}"\n' for line in lines) + ")\n")
    return _HEAD + "".join(parts)


def main() -> int:
    if "--check" in sys.argv[1:]:
        if MODULE.read_text(encoding="utf-8") == module():
            return 0
        sys.stdout.write("kb/search/traditional.py is out of date: python -m tools.make_traditional\n")
        return 1
    MODULE.write_text(module(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
