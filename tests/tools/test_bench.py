"""`make bench`: what it calls too much, and that it runs from nothing and leaves nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bench
from tools.bench_walk import Figures, verdict

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("large", "queries", "passed", "says"),
    [
        (3.0, 2, True, "ratio 1.50, at most 1.5 ok"),
        (3.1, 2, False, "ratio 1.55, at most 1.5 FAILED"),
        (2.0, 3, False, "2 and 3 queries should be as many FAILED"),
    ],
)
def test_what_is_too_much(large: float, queries: int, passed: bool, says: str) -> None:
    # One slow request is no median.
    small = Figures(20, [2.0, 2.0, 90.0], 2)
    lines, did_pass = verdict(small, Figures(400, [large, large, large], queries), 1.5)
    assert did_pass is passed
    assert says in lines
    assert lines[0] == "  20 nodes: median 2.00 ms, 2 queries, 3 requests"


def test_it_runs_from_nothing() -> None:
    # So few requests say nothing of the ratio.
    command = [sys.executable, "-W", "error", "-m", "tools.bench", "walk", "--repetitions", "3", "--most", "100"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "make bench: all passed"


def test_a_part_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tools.bench.prepare", lambda _: None)
    monkeypatch.setattr("tools.bench_walk.run", lambda *_: False)
    monkeypatch.setattr("tools.bench_search.run", lambda *_: True)
    monkeypatch.setattr(sys, "argv", ["bench"])
    assert bench.main() == 1
    assert capsys.readouterr().out == "make bench: failed: walk\n"


@pytest.mark.parametrize(("arguments", "says"), [(["swim"], "invalid choice"), (["--repetitions", "0"], "1 or more")])
def test_what_it_cannot_do(arguments: list[str], says: str) -> None:
    command = [sys.executable, "-m", "tools.bench", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert says in done.stderr
