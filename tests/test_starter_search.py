"""The search over the content that ships: questions that people ask, and the same answers from both databases.

The questions were written from the domain's facts by somebody who had not seen the content. They are for noticing that a change
made the search worse; whoever tunes by them tunes for them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from kb.evaluation import evaluate, read_expectations
from kb.search_vocabulary import forget_vocabulary

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = sorted((ROOT / "tests" / "questions").glob("*.json"))
DEVELOPMENT = ROOT.parent / "shared" / "domain" / "queries_dev.json"  # beside a checkout, not in it


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", stdout=StringIO())
        call_command("import_guide", *(ROOT / "fixtures" / "guides").glob("*.yaml"), publish=True, stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def content(_loaded: None, db: None) -> None:
    forget_vocabulary()


@pytest.mark.parametrize("file", [*QUESTIONS, DEVELOPMENT], ids=lambda file: file.stem)
def test_people_find_what_answers_them(content: None, file: Path) -> None:
    if file == DEVELOPMENT and not file.exists():
        pytest.skip("the development questions lie beside a checkout, not in it")
    found = evaluate(read_expectations(file))
    misses = [(answer.expectation.question, answer.found[:3]) for answer in found.answers if answer.is_miss]
    assert found.hit_at(3) >= 0.95, misses
    assert found.hit_at(1) >= 0.8, misses
    assert found.honest == 1.0, misses


@pytest.mark.skipif(connection.vendor == "sqlite", reason="compares the database of this run with SQLite")
def test_both_databases_give_the_same_first_ten(content: None, tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3"}

    def on_sqlite(*words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    on_sqlite("migrate", "--verbosity", "0")
    on_sqlite("load_catalogue")
    on_sqlite("import_guide", "--publish", *map(str, (ROOT / "fixtures" / "guides").glob("*.yaml")))
    for file in [*QUESTIONS, *([DEVELOPMENT] if DEVELOPMENT.exists() else [])]:
        said = StringIO()
        call_command("eval_search", file, json=True, stdout=said)
        here, there = dict(json.loads(said.getvalue())), dict(json.loads(on_sqlite("eval_search", str(file), "--json")))
        assert len(here) > 100
        assert sum(here[question][:1] == there[question][:1] for question in here) >= 0.98 * len(here)
        # Ties are broken by name and both look at the same candidates: the whole of the first ten is one.
        assert here == there
