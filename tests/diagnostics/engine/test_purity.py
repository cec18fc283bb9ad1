"""The engine stands alone: no Django, no models, no settings; PyYAML in one place."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import diagnostics.engine

ENGINE = Path(diagnostics.engine.__file__).parent
ROOT = ENGINE.parents[1]
MODULES = sorted(path.stem for path in ENGINE.glob("*.py") if path.stem != "__init__")
OURS = {"kb", "config", "diagnostics"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            names.add(node.module or "")
    return names


def test_a_fresh_interpreter_loads_the_engine_without_django() -> None:
    code = (
        "import importlib, sys\n"
        f"for name in {MODULES!r}: importlib.import_module('diagnostics.engine.' + name)\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(tops & {'django', 'kb', 'config'}), 'diagnostics.engine.codec' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[] True\n", "")


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_only_the_engine_and_the_standard_library(module: str) -> None:
    for name in imported(ENGINE / f"{module}.py"):
        top = name.partition(".")[0]
        if top == "yaml":
            assert module == "codec"
        elif top in OURS:
            assert name.startswith("diagnostics.engine.")
        else:
            assert top in sys.stdlib_module_names


def test_packages_are_empty() -> None:
    for package in (ENGINE.parent, ENGINE):
        assert (package / "__init__.py").read_text() == ""


@pytest.mark.parametrize("module", MODULES)
def test_modules_stay_small(module: str) -> None:
    assert len((ENGINE / f"{module}.py").read_text("utf-8").splitlines()) <= 300
