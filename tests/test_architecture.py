"""What import-linter's contracts in pyproject.toml cannot say."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SEARCH = sorted((ROOT / "kb" / "search").glob("*.py"))


def imported_by(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("file", SEARCH, ids=lambda file: file.name)
def test_the_search_needs_nothing_but_python(file: Path) -> None:
    foreign = {name for name in imported_by(file) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert all(name.startswith("kb.search") for name in foreign), foreign


def test_the_search_is_found_at_all() -> None:
    assert "ranking.py" in {file.name for file in SEARCH}


@pytest.mark.parametrize("package", ["config", "diagnostics", "kb"])
def test_importing_a_package_runs_nothing(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_text(encoding="utf-8") == ""
